# One static library, and one test binary, per room of src/.

# The C++ files of src/<dir>, by how their names end. CONFIGURE_DEPENDS: a new file, or a new room,
# is picked up by the next build without being listed anywhere.
function(hf_sources result dir)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${dir}/*.cc)
  set(library_sources ${found})
  list(FILTER library_sources EXCLUDE REGEX "(_test|_fuzz|_main|/main)\\.cc$")
  set(test_sources ${found})
  list(FILTER test_sources INCLUDE REGEX "_test\\.cc$")
  set(main_sources ${found})
  list(FILTER main_sources INCLUDE REGEX "(_main|/main)\\.cc$")
  set(${result} ${library_sources} PARENT_SCOPE)
  set(${result}_TESTS ${test_sources} PARENT_SCOPE)
  set(${result}_MAIN ${main_sources} PARENT_SCOPE)
endfunction()

# hf_library(NAME DIR folder-of-src [DEPS our-libraries...] [SYSTEM foreign-libraries...])
#
# Without any .cc file (headers only, or a room not built yet) it is an interface library, so that
# what depends on it links all the same.
function(hf_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "DIR" "DEPS;SYSTEM")
  hf_sources(sources ${arg_DIR})
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${name} ${scope} ${arg_DEPS} ${arg_SYSTEM})
  set_target_properties(${name} PROPERTIES ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  set_property(GLOBAL PROPERTY HF_DIR_${name} ${arg_DIR})
endfunction()

# hf_program(NAME FROM library): the binary of that room's main.cc or *_main.cc, at the top of the
# build directory. Quietly nothing while there is no main.
function(hf_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FROM" "")
  get_property(dir GLOBAL PROPERTY HF_DIR_${arg_FROM})
  hf_sources(sources ${dir})
  if(NOT sources_MAIN)
    return()
  endif()
  add_executable(${name} ${sources_MAIN})
  target_link_libraries(${name} PRIVATE ${arg_FROM})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endfunction()

# A macro, because the targets found have to be seen where the tests are declared.
macro(hf_find_test_packages)
  if(HOLDFAST_TESTS AND NOT HOLDFAST_KIND STREQUAL fuzz)
    find_package(GTest REQUIRED)
  endif()
endmacro()

# hf_add_tests(NAME): registers one gtest binary with ctest. Suites named *Golden*, *Sim*, *Slow* or
# *Defects* become an entry of their own with that label when the binary has a file of that kind
# (x_golden_test.cc ...); all others are `fast`.
function(hf_add_tests name)
  get_target_property(sources ${name} SOURCES)
  set(others "")
  foreach(kind golden sim slow defects)
    string(SUBSTRING ${kind} 0 1 first)
    string(TOUPPER ${first} first)
    string(SUBSTRING ${kind} 1 -1 rest)
    set(pattern "*${first}${rest}*.*")
    if(sources MATCHES "_${kind}_test\\.cc" AND (HOLDFAST_DEFECTS OR NOT kind STREQUAL defects))
      hf_add_test_entry(${name}_${kind} ${kind} ${name} "${pattern}")
    endif()
    if(sources MATCHES "_${kind}_test\\.cc")
      list(APPEND others ${pattern})
    endif()
  endforeach()
  list(JOIN others ":" others)
  set(plain ${sources})
  list(FILTER plain EXCLUDE REGEX "_(golden|sim|slow|defects)_test\\.cc$")
  if(plain)
    hf_add_test_entry(${name} fast ${name} "*-${others}")
  endif()
endfunction()

function(hf_add_test_entry entry label target filter)
  add_test(NAME ${entry} COMMAND ${target} --gtest_brief=1 --gtest_filter=${filter}
           WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  # A filter that matches nothing is a renamed suite, not a pass.
  set_tests_properties(${entry} PROPERTIES LABELS ${label} TIMEOUT 900
                       FAIL_REGULAR_EXPRESSION "0 tests from 0 test suites ran")
endfunction()

# hf_test(LIBRARY): one gtest binary, tests/<library>_test in the build directory, from all
# *_test.cc of the library's room. hf_test(NAME SOURCES ... DEPS ...) does the same elsewhere.
function(hf_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPS")
  if(NOT arg_SOURCES)
    get_property(dir GLOBAL PROPERTY HF_DIR_${name})
    hf_sources(sources ${dir})
    set(arg_SOURCES ${sources_TESTS})
    list(APPEND arg_DEPS ${name})
  endif()
  if(NOT arg_SOURCES OR NOT HOLDFAST_TESTS OR HOLDFAST_KIND STREQUAL fuzz)
    return()
  endif()
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${arg_DEPS} GTest::gmock_main)
  set_target_properties(${name}_test PROPERTIES
                        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  hf_add_tests(${name}_test)
endfunction()

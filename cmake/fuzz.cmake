# Fuzz targets: tests/fuzz/*_fuzz.cc and src/**/*_fuzz.cc, each with tests/fuzz/corpus/<name>/.
#
# Under the fuzz preset they are libFuzzer binaries; everywhere else a small main replays the corpus,
# so that what fuzzing once found stays found on every build.

function(hf_fuzz_targets)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "LIBRARIES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*_fuzz.cc
       ${CMAKE_SOURCE_DIR}/src/*_fuzz.cc)
  if(NOT HOLDFAST_TESTS)
    return()
  endif()
  foreach(source ${sources})
    get_filename_component(target ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${target})
    set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE ${arg_LIBRARIES})
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    if(HOLDFAST_KIND STREQUAL fuzz)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      add_test(NAME ${target} COMMAND ${target} -runs=0 ${corpus})
    else()
      target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
      add_test(NAME ${target} COMMAND ${target} ${corpus})
    endif()
    set_tests_properties(${target} PROPERTIES LABELS fast TIMEOUT 300)
  endforeach()
endfunction()

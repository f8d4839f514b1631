# Each lint is a test, and so is the proof that it catches what it is there to catch.

function(hf_lint name)
  add_test(NAME lint_${name} COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/check_${name}
           --root ${CMAKE_SOURCE_DIR} ${ARGN})
  add_test(NAME lint_${name}_selftest
           COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/lint/${name}_selftest.py)
  set_tests_properties(lint_${name} lint_${name}_selftest PROPERTIES LABELS lint TIMEOUT 900)
endfunction()

# hf_lints(PURE libraries...): the libraries whose symbols are held against the allow-list.
function(hf_lints)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "" "PURE")
  if(NOT HOLDFAST_TESTS OR NOT HOLDFAST_LINTS)
    return()
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  hf_lint(layers)
  hf_lint(nondet)
  hf_lint(tree)
  hf_lint(format)
  hf_lint(headers --compiler ${CMAKE_CXX_COMPILER} --cache ${CMAKE_BINARY_DIR}/headers.cache)
  set(archives "")
  foreach(library ${arg_PURE})
    get_target_property(type ${library} TYPE)
    if(type STREQUAL STATIC_LIBRARY)
      list(APPEND archives $<TARGET_FILE:${library}>)
    endif()
  endforeach()
  hf_lint(purity ${archives})
endfunction()

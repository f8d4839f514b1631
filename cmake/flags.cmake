# Compiler and linker flags, one place. NDEBUG is never defined: assertions stay on in what ships.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# HOLDFAST_KIND chooses the flags below; CMake's own build types would add -DNDEBUG.
set(CMAKE_BUILD_TYPE "" CACHE STRING "unused: see HOLDFAST_KIND" FORCE)

set(HOLDFAST_KINDS dev release asan tsan fuzz coverage)
set_property(CACHE HOLDFAST_KIND PROPERTY STRINGS ${HOLDFAST_KINDS})
if(NOT HOLDFAST_KIND IN_LIST HOLDFAST_KINDS)
  message(FATAL_ERROR "HOLDFAST_KIND is '${HOLDFAST_KIND}'; it must be one of: ${HOLDFAST_KINDS}")
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

add_compile_options(
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch-enum -fno-omit-frame-pointer -g1)

# Instrumentation makes g++ warn about paths that cannot be taken, and clang has warnings of its
# own: the plain g++ builds are the judges.
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND NOT HOLDFAST_KIND MATCHES "^(asan|tsan)$")
  add_compile_options(-Werror)
endif()

set(HOLDFAST_SANITIZE
    -fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow -fno-sanitize-recover=all)

if(HOLDFAST_KIND STREQUAL dev)
  # Not with -O2: g++ 12 then sees null pointers in the standard library's own vectors.
  add_compile_options(-O1 -Wnull-dereference)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
elseif(HOLDFAST_KIND STREQUAL release)
  add_compile_options(-O2 -fstack-protector-strong -fstack-clash-protection)
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    add_compile_options(-fcf-protection)
  endif()
elseif(HOLDFAST_KIND STREQUAL asan)
  add_compile_options(-O1 ${HOLDFAST_SANITIZE})
  add_link_options(${HOLDFAST_SANITIZE})
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
elseif(HOLDFAST_KIND STREQUAL tsan)
  add_compile_options(-O1 -fsanitize=thread -Wno-tsan)
  add_link_options(-fsanitize=thread)
elseif(HOLDFAST_KIND STREQUAL fuzz)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    message(FATAL_ERROR "the fuzz preset needs clang++ (libFuzzer)")
  endif()
  add_compile_options(-O1 ${HOLDFAST_SANITIZE} -fsanitize=fuzzer-no-link)
  add_link_options(${HOLDFAST_SANITIZE})
elseif(HOLDFAST_KIND STREQUAL coverage)
  add_compile_options(-O0 --coverage)
  add_link_options(--coverage)
endif()

if(HOLDFAST_DEFECTS)
  add_compile_definitions(HOLDFAST_DEFECTS=1)
endif()

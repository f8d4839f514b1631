# The rooms that touch the outside: networks, processes, PostgreSQL, the lab. Each names the foreign
# libraries it links.

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(PostgreSQL REQUIRED)
find_package(SQLite3 REQUIRED)

hf_library(adapters_net DIR adapters/net DEPS engine codec adapters_crypto
           SYSTEM Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
hf_library(adapters_crypto DIR adapters/crypto DEPS engine codec SYSTEM OpenSSL::Crypto)
hf_library(adapters_process DIR adapters/process DEPS engine codec SYSTEM Threads::Threads)
hf_library(adapters_etcd DIR adapters/etcd DEPS adapters_net)
hf_library(adapters_sqlite DIR adapters/sqlite DEPS adapters_net
           SYSTEM SQLite::SQLite3 Threads::Threads)
hf_library(adapters_postgres DIR adapters/postgres
           DEPS adapters_net adapters_process adapters_crypto
           SYSTEM PostgreSQL::PostgreSQL)
hf_library(adapters_haproxy DIR adapters/haproxy DEPS adapters_net)
hf_library(adapters_health DIR adapters/health DEPS adapters_process adapters_crypto
           SYSTEM OpenSSL::SSL OpenSSL::Crypto PostgreSQL::PostgreSQL Threads::Threads)
hf_library(adapters_dns DIR adapters/dns DEPS engine codec adapters_process SYSTEM Threads::Threads)
hf_library(workload DIR workload DEPS codec adapters_crypto adapters_net
           SYSTEM PostgreSQL::PostgreSQL Boost::json Threads::Threads)
hf_library(lab DIR lab DEPS sim adapters_yaml adapters_etcd SYSTEM Threads::Threads)
hf_library(drill DIR drill DEPS lab workload SYSTEM Threads::Threads)
hf_library(node DIR node
           DEPS adapters_net adapters_process adapters_crypto adapters_etcd adapters_sqlite
                adapters_postgres adapters_haproxy adapters_yaml)

set(HOLDFAST_OUTSIDE
    adapters_net adapters_crypto adapters_process adapters_etcd adapters_sqlite adapters_postgres
    adapters_haproxy adapters_health adapters_dns workload lab drill node)
foreach(library ${HOLDFAST_OUTSIDE})
  hf_test(${library})
endforeach()

# g++ sees null pointers in Asio that cannot be.
foreach(library adapters_net adapters_etcd)
  get_target_property(type ${library} TYPE)
  if(type STREQUAL STATIC_LIBRARY)
    target_compile_options(${library} PRIVATE -Wno-null-dereference)
  endif()
  if(TARGET ${library}_test)
    target_compile_options(${library}_test PRIVATE -Wno-null-dereference)
  endif()
endforeach()

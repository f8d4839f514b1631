#include "workload/statements.h"

namespace holdfast::workload {

const std::vector<std::string>& table_statements() {
  static const std::vector<std::string> statements = {
      "CREATE TABLE IF NOT EXISTS workload_register (key int PRIMARY KEY, value bigint NOT NULL, "
      "writer int NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())",
      "CREATE TABLE IF NOT EXISTS workload_log (id bigint PRIMARY KEY, key int NOT NULL, "
      "writer int NOT NULL, class text NOT NULL, "
      "at timestamptz NOT NULL DEFAULT clock_timestamp())"};
  return statements;
}

}  // namespace holdfast::workload

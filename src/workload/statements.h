// What clients ask of a cluster: the same statements, whichever way they come.
#pragma once

#include <string>
#include <vector>

namespace holdfast::workload {

/// One transaction: $1 the write's identifier, $2 its key, $3 its writer, $4 its data class.
inline constexpr const char* kWriteStatement =
    "WITH logged AS (INSERT INTO workload_log (id, key, writer, class) VALUES ($1, $2, $3, $4)) "
    "INSERT INTO workload_register AS r (key, value, writer) VALUES ($2, $1, $3) "
    "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, writer = EXCLUDED.writer, "
    "at = EXCLUDED.at";
/// $1 the key.
inline constexpr const char* kReadStatement = "SELECT value FROM workload_register WHERE key = $1";

/// The tables that clients use; each statement may be repeated.
const std::vector<std::string>& table_statements();

}  // namespace holdfast::workload

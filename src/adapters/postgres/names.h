// How Holdfast's values are spelled inside PostgreSQL: names, roles, sync sets, positions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/record/types.h"

namespace holdfast::postgres {

/// Waits for somebody who does not exist: what synchronous_standby_names says until a pair is
/// recorded.
inline constexpr const char* kPlaceholder = "ANY 1 (holdfast_nobody)";
/// May copy a whole directory and prepare its own slot; of the cluster, not of an epoch.
inline constexpr const char* kCopyRole = "holdfast_copy";
/// Every role that may come in as a client is a member of this one.
inline constexpr const char* kClientGroup = "holdfast_application";
/// The reference workload's role and database.
inline constexpr const char* kApplication = "ris";

/// "m1_0a0b0c0d": slot, application name and entry of the sync set of one incarnation.
[[nodiscard]] std::string incarnation_name(core::Incarnation incarnation);
[[nodiscard]] std::optional<core::Incarnation> parse_incarnation(std::string_view name);

/// "holdfast_repl_7": the role that the leader of an epoch demands.
[[nodiscard]] std::string replication_role(Epoch epoch);
[[nodiscard]] std::optional<Epoch> role_epoch(std::string_view role);

/// For synchronous_standby_names. An unset pair is the placeholder; w = 0 waits for nobody.
[[nodiscard]] std::string spell_sync(const core::Pair& pair);

/// "16/B374D848".
[[nodiscard]] std::string format_lsn(Lsn lsn);
[[nodiscard]] std::optional<Lsn> parse_lsn(std::string_view text);

/// "00000003.history".
[[nodiscard]] std::string history_file(Timeline timeline);

[[nodiscard]] std::string hex8(std::uint32_t value);
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, int base = 10);

}  // namespace holdfast::postgres

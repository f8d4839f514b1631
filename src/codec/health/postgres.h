// PostgreSQL as a probe needs it: one statement, and what its row says.
//
// Text in, text out; who sends it is the prober's business.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/health/judgement.h"
#include "model/checks.h"

namespace holdfast::codec::health {

/// One row: in recovery, read only, lag in microseconds (empty where none is known). It reads
/// nothing but what every role may see. A standby that replayed all it received lags by nothing
/// only while it receives.
inline constexpr std::string_view kPostgresQuery =
    "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only'), "
    "CASE WHEN NOT pg_is_in_recovery() THEN 0 "
    "WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() "
    "AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0 "
    "ELSE (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000000)"
    "::bigint END";

/// `row`: the texts of the first row; none if there was no row.
[[nodiscard]] Judgement judge_postgres(const model::Check& check,
                                       const std::vector<std::string>& row);

}  // namespace holdfast::codec::health

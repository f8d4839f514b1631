// A verdict with its votes and its history, as JSON: for --json and for whoever consumes verdicts.
#pragma once

#include "base/json_writer.h"
#include "core/health/board.h"

namespace holdfast::codec::health {

/// One object: check, verdict, rule, why, since_ms, votes, history. Times are milliseconds ago.
void write_verdict(JsonWriter& json,
                   const core::health::Plan& plan,
                   const core::health::Board& board,
                   std::uint32_t check,
                   MonoTime now);

}  // namespace holdfast::codec::health

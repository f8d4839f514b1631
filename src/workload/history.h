// Histories as text, one JSON object a line: a header, an operation each, and an end that counts
// them.
//
// A history that was cut off (the process was killed, the disk was full) reads up to its last whole
// line and is not `whole`. Everything else that is not understood is an error with its line: a
// judge who guesses is no judge.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "workload/operation.h"

namespace holdfast::workload {

inline constexpr int kHistoryVersion = 1;

// A line each, ending in a newline.
std::string header_line(const HistoryHeader& header);
std::string operation_line(const Operation& operation);
std::string end_line(MonoTime ended, std::size_t operations);

/// `name` is what messages call the text.
Result<History> parse_history(std::string_view text, const std::string& name);

}  // namespace holdfast::workload

// A controller's status as a table for people, from the JSON that it answers.
#pragma once

#include <string>

#include "codec/json_reader.h"

namespace holdfast::apps {

/// `colour`: what needs attention stands out on a terminal.
[[nodiscard]] std::string status_table(const codec::Json& status, bool colour);

/// One line of an event.
[[nodiscard]] std::string event_line(const codec::Json& event);
/// The same as JSON in one line.
[[nodiscard]] std::string event_json(const codec::Json& event);

}  // namespace holdfast::apps

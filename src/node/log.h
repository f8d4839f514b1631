// What a process says to people: one JSON object a line, on standard error.
//
// The journal keeps it. Nothing here decides anything, and nothing here holds patient data.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "core/rule.h"
#include "model/site.h"

namespace holdfast::node {

enum class Level { kInfo, kWarning, kError };

/// A plain sentence. `where`: a cluster, a host, a peer; may be empty.
void log_line(WallTime at, Level level, std::string_view where, std::string_view text);

/// A rule that acted.
void log_event(WallTime at,
               const model::Site& site,
               int cluster,
               std::string_view host,
               const core::Event& event);

/// "2026-11-27T02:45:47.123Z"
[[nodiscard]] std::string wall_text(WallTime at);

}  // namespace holdfast::node

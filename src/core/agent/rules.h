// The agent's table: what one member does next. Read top down; the first row that matches acts.
#pragma once

#include <span>

#include "core/agent/internal.h"

namespace holdfast::core::agent {

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  void (*act)(View&, AgentStep&);
};

/// Rows that stop what must not run. They come first and interrupt any command under way.
[[nodiscard]] std::span<const Row> fence_rows();
/// Rows while the cluster is being sealed.
[[nodiscard]] std::span<const Row> seal_rows();
/// Rows of the member that leads, or is chosen to.
[[nodiscard]] std::span<const Row> lead_rows();
/// Rows of everyone else.
[[nodiscard]] std::span<const Row> follow_rows();

/// What is said before any row is looked at.
[[nodiscard]] std::span<const Rule* const> noted_rules();

/// Gives PostgreSQL a command.
void command(View& view, AgentStep& out, PgCommand it);
/// Tells people, naming the row.
void tell(View& view, AgentStep& out, const Rule& rule, Duration amount = {});

}  // namespace holdfast::core::agent

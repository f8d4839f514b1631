// The subcommands that touch the outside, a file for each group: options, help, and what they call.
#pragma once

namespace CLI {
class App;
}

namespace holdfast::apps {

// Each adds its subcommands to `app`; a subcommand that ran leaves the exit code of the process in
// `code`, which must live as long as `app`.

/// What is done once, before a site runs.
void add_init_commands(CLI::App& app, int& code);
/// The processes of a site and the operator's verbs.
void add_node_commands(CLI::App& app, int& code);
/// The way of clients to the writer.
void add_router_commands(CLI::App& app, int& code);
/// The process that fences what an agent has left alone.
void add_guardian_commands(CLI::App& app, int& code);
/// Health checks, tried by hand.
void add_health_commands(CLI::App& app, int& code);
/// The names that clients resolve.
void add_dns_commands(CLI::App& app, int& code);
/// The digital twin on one machine.
void add_lab_commands(CLI::App& app, int& code);
/// Clients that write and remember, and the judge of what they remember.
void add_workload_commands(CLI::App& app, int& code);
/// What breaks the twin on purpose.
void add_drill_commands(CLI::App& app, int& code);

}  // namespace holdfast::apps

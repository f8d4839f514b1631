// The clients that write and remember: options and help.
#include <CLI/CLI.hpp>

#include "apps/command_groups.h"

namespace holdfast::apps {

void add_workload_commands(CLI::App&, int&) {}

}  // namespace holdfast::apps

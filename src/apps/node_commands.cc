// The processes of a site and the operator's verbs: options and help.
#include <CLI/CLI.hpp>

#include "apps/command_groups.h"

namespace holdfast::apps {

void add_node_commands(CLI::App&, int&) {}

}  // namespace holdfast::apps

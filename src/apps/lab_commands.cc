// The digital twin on one machine: options and help.
#include <CLI/CLI.hpp>

#include "apps/command_groups.h"

namespace holdfast::apps {

void add_lab_commands(CLI::App&, int&) {}

}  // namespace holdfast::apps

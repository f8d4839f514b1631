// `holdfast health`: the command line.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/command_groups.h"
#include "apps/health.h"

namespace holdfast::apps {
namespace {

void add_check(CLI::App& group, int& code) {
  auto options = std::make_shared<HealthCheckOptions>();
  CLI::App* sub = group.add_subcommand(
      "check", "Validate the checks of a site and print what would be probed, and from where");
  sub->add_option("SITE", options->site, "the site file")->required();
  sub->add_flag("--json", options->json, "print the plan as JSON");
  sub->footer("Example: holdfast health check examples/checks.yaml");
  sub->callback([&code, options] { code = command_health_check(*options); });
}

void add_run(CLI::App& group, int& code) {
  auto options = std::make_shared<HealthRunOptions>();
  CLI::App* sub = group.add_subcommand(
      "run", "Probe for real from this machine: verdicts, votes, timings and errors as they come");
  sub->add_option("SITE", options->site, "the site file")->required();
  sub->add_option("--from", options->from, "probe what this host of the site would probe")
      ->type_name("HOST");
  sub->add_option("--only", options->only, "only this check, with what it follows from")
      ->type_name("CHECK");
  sub->add_option("--for", options->lasts, "how long, e.g. 10s (default: until interrupted)")
      ->type_name("TIME");
  sub->add_option("--control", options->controls, "how a routing control stands: NAME=on, NAME=off")
      ->type_name("NAME=STATE");
  sub->add_flag("--json", options->json, "print JSON lines, the summary last");
  sub->footer(
      "Examples:\n"
      "  holdfast health run examples/checks.yaml --for 10s\n"
      "  holdfast health run examples/checks.yaml --from svc-east-a --only front-east --for 5s\n"
      "  holdfast health run examples/checks.yaml --only east --control east-open=on --json\n"
      "Exit codes: 0 everything healthy at the end, 1 not, 2 wrong input, 3 a file is missing.");
  sub->callback([&code, options] { code = command_health_run(*options); });
}

}  // namespace

void add_health_commands(CLI::App& app, int& code) {
  CLI::App* group = app.add_subcommand("health", "Health checks: what is probed, and trying them");
  group->require_subcommand(1);
  add_check(*group, code);
  add_run(*group, code);
}

}  // namespace holdfast::apps

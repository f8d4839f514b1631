// The `holdfast` command line: subcommands, options and their help. Each command is a function
// elsewhere.

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <string>

#include "apps/command_groups.h"
#include "apps/commands.h"

namespace holdfast::apps {
namespace {

constexpr const char* kFooter =
    "Exit codes: 0 success, 1 a simulation or check found a violation, 2 wrong input, 3 a file is "
    "missing.\n"
    "`holdfast COMMAND --help` shows the options and examples of a command.";

void add_check(CLI::App& app, CheckOptions& options, int& code) {
  CLI::App* sub =
      app.add_subcommand("check", "Validate a site file: everything that can be known is checked");
  sub->add_option("FILE", options.file, "the site file (YAML)");
  sub->add_flag("--json", options.json, "print the result as JSON");
  sub->add_flag("--schema", options.schema, "print the JSON Schema of site files, for editors");
  sub->footer("Example: holdfast check examples/ris-two-regions.yaml");
  sub->callback([&] { code = command_check(options); });
}

void add_rules(CLI::App& app, RulesOptions& options, int& code) {
  CLI::App* sub =
      app.add_subcommand("rules", "Print every decision table: identifiers and sentences");
  sub->add_flag("--json", options.json, "print the tables as JSON");
  sub->callback([&] { code = command_rules(options); });
}

void add_readiness(CLI::App& app, ReadinessOptions& options, int& code) {
  CLI::App* sub = app.add_subcommand(
      "readiness",
      "For each loss that could happen: the target, the outage, what is lost, what blocks it");
  sub->add_option("SITE", options.site, "the site file")->required();
  sub->add_flag("--json", options.json, "print the forecasts as JSON");
  sub->footer("Example: holdfast readiness examples/ris-two-regions.yaml");
  sub->callback([&] { code = command_readiness(options); });
}

void add_simulate(CLI::App& app, SimulateOptions& options, int& code) {
  CLI::App* sub = app.add_subcommand(
      "simulate", "What would happen: one simulated run with the faults you name, step by step");
  sub->add_option("SITE", options.site, "the site file")->required();
  sub->add_option("--at", options.at, "when the faults strike, e.g. 10s")->capture_default_str();
  sub->add_option(
         "--fail", options.fail, "what fails: process=HOST, host=NAME, zone=NAME, region=NAME")
      ->required()
      ->take_all();
  sub->add_option(
      "--for", options.lasts, "how long it stays away (default: it does not come back)");
  sub->add_option("--until", options.until, "when the simulation ends")->capture_default_str();
  sub->add_option("--seed", options.seed, "which run of the simulated network and disks")
      ->capture_default_str();
  sub->add_flag("--json", options.json, "print the story and the figures as JSON");
  sub->footer(
      "Examples:\n"
      "  holdfast simulate examples/ris-two-regions.yaml --at 10s --fail zone=east-a\n"
      "  holdfast simulate examples/ris-two-regions.yaml --fail host=db-east-a --for 20s --until "
      "60s\n"
      "  holdfast simulate examples/ris-two-regions.yaml --fail region=east --fail host=db-west-a "
      "--json");
  sub->callback([&] { code = command_simulate(options); });
}

/// "7", or "1..1000".
bool read_seeds(const std::string& text, SimCommand& options) {
  const std::size_t dots = text.find("..");
  const std::string first = text.substr(0, dots);
  const std::string last = dots == std::string::npos ? first : text.substr(dots + 2);
  const auto read = [](const std::string& digits, std::uint64_t& number) {
    const auto end = digits.data() + digits.size();
    const auto result = std::from_chars(digits.data(), end, number);
    return !digits.empty() && result.ec == std::errc{} && result.ptr == end;
  };
  return read(first, options.first) && read(last, options.last) && options.first <= options.last;
}

void add_sim(CLI::App& app, SimCommand& options, int& code) {
  CLI::App* sub =
      app.add_subcommand("sim", "Try to break Holdfast: seeds of random faults against checkers");
  sub->add_option("--site", options.site, "the site file");
  sub->add_option_function<std::string>(
         "--seeds",
         [&options](const std::string& text) {
           if (!read_seeds(text, options)) {
             throw CLI::ValidationError("--seeds", "write one seed, or FIRST..LAST, e.g. 1..1000");
           }
         },
         "FIRST..LAST, or one seed (default 1..1000)")
      ->type_name("SEEDS");
  sub->add_option("--jobs", options.jobs, "parallel workers")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  sub->add_option("--limit", options.limit, "no new seed after so many seconds (0: no limit)");
  sub->add_flag("--until-failure", options.until_failure, "stop at the first seed that fails");
  sub->add_option("--defect",
                  options.defect,
                  "switch on a deliberate defect (`list`: print them); only in the preset defects")
      ->type_name("NAME");
  sub->add_option(
      "--resume", options.resume_file, "go on from, and keep, the summary in this file");
  sub->add_option("--twice", options.check_determinism, "share of seeds run twice and compared")
      ->check(CLI::Range(0.0, 1.0));
  sub->add_flag("--story", options.story, "tell the whole story of every seed");
  sub->add_flag("--json", options.json, "print JSON lines; the last line is the summary");
  sub->footer(
      "Examples:\n"
      "  holdfast sim --site examples/ris-two-regions.yaml --seeds 1..1000 --jobs 2\n"
      "  holdfast sim --site examples/ris-two-regions.yaml --seeds 42 --story");
  sub->callback([&] {
    if (options.site.empty() && options.defect != "list") throw CLI::RequiredError("--site");
    code = command_sim(options);
  });
}

void add_explore(CLI::App& app, ExploreCommand& options, int& code) {
  CLI::App* sub = app.add_subcommand(
      "explore",
      "Try every behaviour of a small cluster within bounds: three members, faults, checks");
  sub->add_flag("--full", options.full, "every interleaving, breadth first, to --depth events");
  sub->add_option("--depth", options.depth, "with --full: events on a path (0: no bound)")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  sub->add_option("--delays", options.delays, "otherwise: how often an event may be held back")
      ->check(CLI::Range(0, 8))
      ->capture_default_str();
  sub->add_option("--faults", options.faults, "faults on a path")
      ->check(CLI::Range(0, 4))
      ->capture_default_str();
  sub->add_option(
         "--faults-within", options.faults_within, "faults only among the first N events (0: all)")
      ->check(CLI::Range(0, 1000));
  sub->add_option("--quanta", options.quanta, "how often the detection time may pass")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  sub->add_option("--switchovers", options.switchovers, "switchovers an operator may ask for")
      ->check(CLI::Range(0, 2));
  sub->add_flag("--fast-recovery", options.fast_recovery, "a crashed PostgreSQL restarts in place");
  sub->add_flag("--lying-disks", options.lying_disks, "power cuts may take confirmed records");
  sub->add_option("--max-states", options.max_states, "stop after so many states")
      ->capture_default_str();
  sub->add_option("--seconds", options.seconds, "stop after so many seconds")
      ->capture_default_str();
  sub->add_flag("--json", options.json, "print the figures as JSON");
  sub->footer(
      "Examples:\n"
      "  holdfast explore --faults 2 --delays 0\n"
      "  holdfast explore --full --depth 12 --faults 1");
  sub->callback([&] { code = command_explore(options); });
}

void add_demo(CLI::App& app, DemoOptions& options, int& code) {
  CLI::App* sub = app.add_subcommand(
      "demo", "Lose the east region of the example site, and get it back, in simulated time");
  sub->add_option("--site", options.site, "the site file")->capture_default_str();
  sub->add_option("--region", options.region, "the region to lose")->capture_default_str();
  sub->add_option("--seed", options.seed, "which run")->capture_default_str();
  sub->add_flag("--json", options.json, "print the story and the figures as JSON");
  sub->callback([&] { code = command_demo(options); });
}

int run(int argc, char** argv) {
  CLI::App app{"Holdfast keeps a radiology department off paper."};
  app.name("holdfast");
  app.require_subcommand(1);
  app.footer(kFooter);
  int code = 0;
  CheckOptions check;
  RulesOptions rules;
  ReadinessOptions readiness;
  SimulateOptions simulate;
  SimCommand sim;
  ExploreCommand explore;
  DemoOptions demo;
  add_check(app, check, code);
  add_rules(app, rules, code);
  add_readiness(app, readiness, code);
  add_simulate(app, simulate, code);
  add_sim(app, sim, code);
  add_explore(app, explore, code);
  add_demo(app, demo, code);
  add_init_commands(app, code);
  add_node_commands(app, code);
  add_router_commands(app, code);
  add_guardian_commands(app, code);
  add_health_commands(app, code);
  add_dns_commands(app, code);
  add_lab_commands(app, code);
  add_workload_commands(app, code);
  add_drill_commands(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return code;
}

}  // namespace
}  // namespace holdfast::apps

int main(int argc, char** argv) { return holdfast::apps::run(argc, argv); }

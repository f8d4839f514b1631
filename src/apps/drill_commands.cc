// Drills: options and help.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "apps/command_groups.h"
#include "apps/drill.h"
#include "drill/scenario.h"

namespace holdfast::apps {
namespace {

std::string footer() {
  std::string text = "Drills:\n";
  for (const drill::ScenarioKind& it : drill::scenario_kinds()) {
    text += std::string("  ") + it.name + std::string(16 - std::string(it.name).size(), ' ') +
            it.sentence + '\n';
  }
  return text +
         "Exit codes: 0 passed, 1 not passed or not carried out, 2 wrong input, 3 a file is "
         "missing.\n"
         "Example: holdfast drill region --json";
}

}  // namespace

void add_drill_commands(CLI::App& app, int& code) {
  auto options = std::make_shared<DrillOptions>();
  DrillOptions& o = *options;
  CLI::App* sub = app.add_subcommand(
      "drill", "Break the twin of a site while clients write; measure outage and loss");
  sub->add_option("DRILL", o.scenario, "which one, see below")->capture_default_str();
  sub->add_option("--site", o.site, "the site file")->capture_default_str();
  sub->add_option("--cluster", o.cluster, "whose primary is aimed at (default: the first)");
  sub->add_option("--dir", o.directory, "where the lab keeps its disks and logs")
      ->capture_default_str();
  sub->add_option("--runs", o.runs, "how often")->check(CLI::Range(1, 1000))->capture_default_str();
  sub->add_option("--evidence", o.evidence, "keep histories and reports in this folder");
  sub->add_flag("--use", o.use, "drill in the lab that is up in --dir, and leave it up");
  sub->add_flag("--keep", o.keep, "leave the lab up");
  sub->add_flag("--json", o.json, "a line of JSON for each run, and a summary");
  sub->footer(footer());
  sub->callback([options, &code] { code = command_drill(*options); });
}

}  // namespace holdfast::apps

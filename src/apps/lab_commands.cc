// The digital twin on one machine: options and help.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "apps/command_groups.h"
#include "apps/lab.h"

namespace holdfast::apps {
namespace {

constexpr const char* kWhere =
    "WHERE is host=NAME, zone=NAME, region=NAME, all, or just a host's name.";

CLI::Option* add_directory(CLI::App* sub, LabOptions& options) {
  return sub->add_option("--dir", options.directory, "where the lab keeps its disks and logs")
      ->capture_default_str();
}

void add_up(CLI::App* lab, const std::shared_ptr<LabOptions>& options, int& code) {
  CLI::App* sub = lab->add_subcommand("up", "Build the site on this machine and start everything");
  sub->add_option("SITE", options->site, "the site file")->required();
  add_directory(sub, *options);
  sub->add_flag("--foreground", options->foreground, "stay, and end the lab when this ends");
  sub->add_option("--processes", options->processes, "run these (YAML), not those of a real site");
  sub->add_flag("--no-identities", options->no_identities, "do not run `holdfast init`");
  sub->add_flag("--keep-data", options->keep_data, "go on with the disks that `down` kept");
  sub->add_flag("--realtime",
                options->realtime,
                "the network, and Holdfast's own processes, run before everything else");
  sub->add_flag("--application",
                options->application,
                "also instances, names and a resolver: clients reach the application by name");
  sub->add_option("--zone-latency", options->zone_latency, "one way, between zones of a region")
      ->capture_default_str();
  sub->add_option("--region-latency", options->region_latency, "one way, between regions")
      ->capture_default_str();
  sub->add_option("--clinic-latency", options->clinic_latency, "one way, to hosts outside zones")
      ->capture_default_str();
  sub->add_option("--disk", options->disk, "size of a database host's disk (sparse)")
      ->capture_default_str();
  sub->add_option("--mtu", options->mtu, "largest packet")->capture_default_str();
  sub->footer("Example: holdfast lab up examples/ris-two-regions.yaml");
  sub->callback([options, &code] { code = command_lab_up(*options); });
}

void add_questions(CLI::App* lab, const std::shared_ptr<LabOptions>& options, int& code) {
  CLI::App* down = lab->add_subcommand("down", "Stop everything and leave nothing behind");
  add_directory(down, *options);
  down->add_flag("--keep-data", options->keep_data, "leave disks and logs where they are");
  down->callback([options, &code] { code = command_lab_down(*options); });

  CLI::App* status = lab->add_subcommand("status", "Hosts, processes, faults, stalls");
  add_directory(status, *options);
  status->add_flag("--json", options->json, "print the status as JSON");
  status->callback([options, &code] { code = command_lab_status(*options); });

  CLI::App* stalls =
      lab->add_subcommand("stalls", "How long this machine did not run what should have run");
  add_directory(stalls, *options);
  stalls->callback([options, &code] { code = command_lab_stalls(*options); });

  CLI::App* exec = lab->add_subcommand("exec", "Run a command in a host");
  add_directory(exec, *options);
  exec->add_option("HOST", options->host)->required();
  exec->add_option("COMMAND", options->words, "the command and its arguments")->required();
  exec->footer("Example: holdfast lab exec db-east-a -- psql -h /run/postgresql -l");
  exec->callback([options, &code] { code = command_lab_exec(*options); });

  CLI::App* logs = lab->add_subcommand("logs", "What the processes of a host have said");
  add_directory(logs, *options);
  logs->add_option("HOST", options->host)->required();
  logs->add_option("PROCESS", options->process, "all of them unless one is named");
  logs->add_option("--lines", options->lines, "the last so many")->capture_default_str();
  logs->add_flag("--follow", options->follow, "and what they go on to say");
  logs->callback([options, &code] { code = command_lab_logs(*options); });

  CLI::App* heal = lab->add_subcommand("heal", "Undo all faults, or one");
  add_directory(heal, *options);
  heal->add_option("FAULT", options->fault, "its number; all unless it is given");
  heal->callback([options, &code] { code = command_lab_heal(*options); });
}

struct FaultKind {
  const char* name;
  const char* help;
  const char* a;
  const char* b;  ///< null: none
};

constexpr FaultKind kFaultKinds[] = {
    {"kill", "SIGKILL; it starts again by itself after a second", "HOST", "PROCESS"},
    {"freeze", "SIGSTOP, until thawed", "HOST", "PROCESS"},
    {"thaw", "SIGCONT", "HOST", "PROCESS"},
    {"restart", "SIGTERM, and start again at once", "HOST", "PROCESS"},
    {"stop", "SIGKILL, and keep it down until started", "HOST", "PROCESS"},
    {"start", "end a stop", "HOST", "PROCESS"},
    {"power-off", "Everything there dies at once; what was not synced is lost", "WHERE", nullptr},
    {"power-on", "Disks are mounted again and processes start", "WHERE", nullptr},
    {"cut", "No packet gets through, either way", "WHERE", "WHERE2"},
    {"degrade", "Slower or lossier, both ways", "WHERE", "WHERE2"},
    {"fill", "Fill the disk", "HOST", nullptr},
    {"clock", "Refused, with the reason", "HOST", "OFFSET"},
};

void add_fault(CLI::App* lab, const std::shared_ptr<LabOptions>& options, int& code) {
  CLI::App* fault = lab->add_subcommand("fault", "Break something; `lab heal` undoes it");
  fault->require_subcommand(1);
  for (const FaultKind& kind : kFaultKinds) {
    CLI::App* sub = fault->add_subcommand(kind.name, kind.help);
    add_directory(sub, *options);
    sub->add_option(kind.a, options->a)->required();
    if (kind.b != nullptr) sub->add_option(kind.b, options->b)->required();
    const std::string name = kind.name;
    if (name == "cut" || name == "degrade") {
      sub->add_flag("--one-way", options->one_way, "only from WHERE to WHERE2");
      sub->footer(kWhere);
    }
    if (name == "degrade") {
      sub->add_option("--latency", options->latency, "so much more, e.g. 20ms");
      sub->add_option("--jitter", options->jitter, "a random part of it more");
      sub->add_option("--loss", options->loss, "e.g. 1%");
      sub->add_option("--bandwidth", options->bandwidth, "a second at most, e.g. 10MB");
    }
    if (name == "fill") sub->add_option("--leave", options->leave, "so much stays free");
    if (std::string(kind.a) == "WHERE") sub->footer(kWhere);
    sub->add_flag("--json", options->json, "print the answer as JSON");
    sub->callback([options, name, &code] { code = command_lab_fault(*options, name); });
  }
}

}  // namespace

void add_lab_commands(CLI::App& app, int& code) {
  CLI::App* lab = app.add_subcommand(
      "lab", "A whole site on this machine: real processes, a network and disks to break");
  lab->require_subcommand(1);
  const auto options = std::make_shared<LabOptions>();
  add_up(lab, options, code);
  add_questions(lab, options, code);
  add_fault(lab, options, code);
}

}  // namespace holdfast::apps

// The clients that write and remember, and the judge of what they remember: options and help.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/command_groups.h"
#include "apps/workload.h"

namespace holdfast::apps {
namespace {

constexpr const char* kTlsHelp = "PostgreSQL's sslmode towards the proxies";

void add_workload(CLI::App& app, int& code) {
  auto options = std::make_shared<WorkloadOptions>();
  WorkloadOptions& o = *options;
  CLI::App* sub = app.add_subcommand(
      "workload", "Write to the clusters as clients do, and record what they were told");
  sub->add_option("SITE", o.site, "the site file")->required();
  sub->add_option("--history", o.history, "record here; the file must not exist")->required();
  sub->add_option("--cluster", o.clusters, "a cluster to work on (default: all)")
      ->allow_extra_args(false);
  sub->add_option("--proxies", o.proxies, "HOST or HOST:PORT, ... (default: all service hosts)")
      ->delimiter(',')
      ->allow_extra_args(false);
  sub->add_option("--dir", o.directory, "holds secrets/replication")->capture_default_str();
  sub->add_option("--writers", o.writers, "writers of each cluster")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->add_option("--readers", o.readers, "readers of each cluster")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  sub->add_option("--pace", o.pace, "from one operation of a client to its next")
      ->capture_default_str();
  sub->add_option("--duration", o.duration, "0: until interrupted")->capture_default_str();
  sub->add_option("--deadline", o.deadline, "of one operation")->capture_default_str();
  sub->add_option("--patience", o.patience, "how long the clusters may take to be writable")
      ->capture_default_str();
  sub->add_option("--keys", o.keys, "registers of each cluster")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sub->add_option("--seed", o.seed, "names the run; drawn by default")
      ->check(CLI::Range(0U, 0x7ffffffeU));
  sub->add_option("--around", o.around_us, "also tell the outage around this boot time in us");
  sub->add_option("--tls", o.tls, kTlsHelp)->capture_default_str();
  sub->add_option("--service", o.service, "reach the application by http://NAME[:PORT] instead");
  sub->add_flag("--outage-writer", o.outage_writer, "one writer every 10ms, no readers");
  sub->add_flag("--json", o.json, "print the summary as JSON");
  sub->footer(
      "Exit codes: 0 every cluster was served, 1 one was not, 2 wrong input, 3 a file is missing.\n"
      "Example: holdfast workload site.yaml --cluster registry --writers 4 --readers 2 "
      "--history run.jsonl");
  sub->callback([options, &code] { code = command_workload(*options); });
}

void add_serve(CLI::App& app, int& code) {
  auto options = std::make_shared<ServeOptions>();
  ServeOptions& o = *options;
  CLI::App* sub = app.add_subcommand(
      "serve", "Be an instance of the application behind the proxies: HTTP in, databases behind");
  sub->add_option("--site", o.site, "the site file (default: site.yaml in --dir)");
  sub->add_option("--host", o.host, "this host; its own proxy is tried first")->required();
  sub->add_option("--port", o.port, "listen here")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
  sub->add_option("--proxies", o.proxies, "HOST or HOST:PORT, ... (default: all service hosts)")
      ->delimiter(',')
      ->allow_extra_args(false);
  sub->add_option("--dir", o.directory, "holds site.yaml and secrets/replication")
      ->capture_default_str();
  sub->add_option("--connections", o.connections, "to each cluster")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  sub->add_option("--deadline", o.deadline, "of one request")->capture_default_str();
  sub->add_option("--tls", o.tls, kTlsHelp)->capture_default_str();
  sub->footer(
      "Until it is told to stop. 200: acknowledged; 503: certainly not applied; 504: unknown.\n"
      "Exit codes: 0 it was told to stop, 2 wrong input, 3 something is missing.\n"
      "Example: holdfast serve --host svc-east-a --port 8081 &\n"
      "         curl http://svc-east-a:8081/health");
  sub->callback([options, &code] { code = command_serve(*options); });
}

void add_verify(CLI::App& app, int& code) {
  auto options = std::make_shared<VerifyOptions>();
  VerifyOptions& o = *options;
  CLI::App* sub =
      app.add_subcommand("verify", "Judge recorded histories against what the databases hold now");
  sub->add_option("HISTORY", o.histories, "of one site, machine and boot")->required();
  sub->add_option("--proxies", o.proxies, "HOST or HOST:PORT, ... (default: as recorded)")
      ->delimiter(',')
      ->allow_extra_args(false);
  sub->add_option("--dir", o.directory, "holds secrets/replication")->capture_default_str();
  sub->add_option("--state", o.state, "judge by this file instead of the databases");
  sub->add_option("--save-state", o.save_state, "keep the state judged by in this file");
  sub->add_option("--patience", o.patience, "how long each cluster may take to be readable")
      ->capture_default_str();
  sub->add_option("--stale-reads", o.stale_reads, "how old what a read sees may be")
      ->capture_default_str();
  sub->add_option("--takeovers", o.takeovers, "lossy takeovers that there were, at most")
      ->check(CLI::Range(0, 1'000'000));
  sub->add_option("--tls", o.tls, kTlsHelp)->capture_default_str();
  sub->add_flag("--strict", o.strict, "a loss is a violation also where policy allows losses");
  sub->add_flag("--json", o.json, "print the verdict as JSON");
  sub->footer(
      "Exit codes: 0 fine, 1 a violation, 2 wrong input, 3 the databases cannot be read.\n"
      "Example: holdfast verify run.jsonl");
  sub->callback([options, &code] { code = command_verify(*options); });
}

}  // namespace

void add_workload_commands(CLI::App& app, int& code) {
  add_workload(app, code);
  add_serve(app, code);
  add_verify(app, code);
}

}  // namespace holdfast::apps

// The processes of a site and the operator's verbs: options and help.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/command_groups.h"
#include "apps/node_processes.h"
#include "apps/operator_commands.h"

namespace holdfast::apps {
namespace {

void add_site_options(CLI::App* sub, SiteOptions& options) {
  sub->add_option("--dir", options.dir, "where this host keeps its files")->capture_default_str();
  sub->add_option("--site", options.site, "the site file (default: site.yaml in --dir)");
}

/// A subcommand whose options live as long as it does.
template <class Options>
CLI::App* add_command(CLI::App& app,
                      int& code,
                      const char* name,
                      const char* help,
                      const std::shared_ptr<Options>& options,
                      int (*command)(const Options&)) {
  CLI::App* sub = app.add_subcommand(name, help);
  add_site_options(sub, options->site);
  sub->callback([&code, options, command] { code = command(*options); });
  return sub;
}

void add_processes(CLI::App& app, int& code) {
  auto agent = std::make_shared<ProcessOptions>();
  CLI::App* sub = add_command(app,
                              code,
                              "agent",
                              "Run the agent of this database host: it acts on its PostgreSQL",
                              agent,
                              command_agent);
  sub->add_option("--host", agent->host, "this host's name in the site file");
  sub->add_option("--binaries", agent->binaries, "folder of PostgreSQL's programs");
  sub->add_option("--user", agent->user, "the system's user that runs PostgreSQL")
      ->capture_default_str();

  auto controller = std::make_shared<ProcessOptions>();
  sub = add_command(app,
                    code,
                    "controller",
                    "Run a controller: it decides and records, and answers operators",
                    controller,
                    command_controller);
  sub->add_option("--host", controller->host, "this host's name in the site file");
  sub->add_option("--store", controller->store, "where decisions are recorded")
      ->check(CLI::IsMember({"etcd", "sqlite"}))
      ->capture_default_str();
}

void add_audit(CLI::App& app, int& code) {
  CLI::App* audit = app.add_subcommand("audit", "The log of decisions and of operators' acts");
  audit->require_subcommand(1);
  auto options = std::make_shared<AuditOptions>();
  CLI::App* sub = add_command(*audit,
                              code,
                              "verify",
                              "Check that nothing in a log was changed, left out or put in",
                              options,
                              command_audit_verify);
  sub->add_option("FILE", options->file, "the log (default: audit.log in --dir)");
  sub->add_option(
      "--digest",
      options->digest,
      "one that was noted earlier: finds that the end was cut off or all was rewritten");
}

void add_looks(CLI::App& app, int& code) {
  auto status = std::make_shared<StatusOptions>();
  CLI::App* sub = add_command(app,
                              code,
                              "status",
                              "What leads where, what is protected now, what is wrong",
                              status,
                              command_status);
  sub->add_flag("--json", status->json, "as JSON");
  sub->add_flag("--watch", status->watch, "again and again");

  auto events = std::make_shared<EventsOptions>();
  sub = add_command(
      app, code, "events", "What happened and which rule said so", events, command_events);
  sub->add_flag("--follow", events->follow, "go on with what comes");
  sub->add_flag("--json", events->json, "a line of JSON for each");

  auto explain = std::make_shared<ExplainOptions>();
  sub = add_command(
      app, code, "explain", "One event, or one rule, in full", explain, command_explain);
  sub->add_option("EVENT", explain->what, "an event's number, or a rule such as C210")->required();
}

CLI::App* add_verb(CLI::App& app,
                   int& code,
                   const char* name,
                   const char* help,
                   const std::shared_ptr<OperateOptions>& options,
                   int (*command)(const OperateOptions&)) {
  CLI::App* sub = add_command(app, code, name, help, options, command);
  sub->add_option("CLUSTER", options->cluster, "the cluster")->required();
  sub->add_option("--wait", options->wait_s, "seconds to wait for the end")->capture_default_str();
  return sub;
}

void add_verbs(CLI::App& app, int& code) {
  auto bootstrap = std::make_shared<BootstrapOptions>();
  CLI::App* sub = add_command(app,
                              code,
                              "bootstrap",
                              "Create the clusters of a new site, empty, on their first members",
                              bootstrap,
                              command_bootstrap);
  sub->add_option("--cluster", bootstrap->cluster, "only this one");
  sub->add_option("--wait", bootstrap->wait_s, "seconds to wait for the site's processes")
      ->capture_default_str();

  auto move = std::make_shared<OperateOptions>();
  sub = add_verb(app,
                 code,
                 "switchover",
                 "Move a cluster's leadership to another member, without loss",
                 move,
                 command_switchover);
  sub->add_option("--to", move->to, "the host of the member that is to lead")->required();
  auto home = std::make_shared<OperateOptions>();
  sub = add_command(app,
                    code,
                    "failback",
                    "Move leadership back to whom the site file prefers, without loss",
                    home,
                    command_failback);
  sub->add_option("CLUSTER", home->cluster, "the cluster (default: each one)");
  sub->add_option("--wait", home->wait_s, "seconds to wait for the end")->capture_default_str();
  add_verb(app,
           code,
           "failover",
           "Depose the leader now and let the best of the others lead",
           std::make_shared<OperateOptions>(),
           command_failover);
  add_verb(app,
           code,
           "approve",
           "Approve the failover that waits for a person",
           std::make_shared<OperateOptions>(),
           command_approve);
  add_verb(app,
           code,
           "resume",
           "Allow automatic failover again after it was halted",
           std::make_shared<OperateOptions>(),
           command_resume);
  auto loss = std::make_shared<OperateOptions>();
  sub = add_verb(app,
                 code,
                 "accept-loss",
                 "Let a member take over although acknowledged writes may be lost",
                 loss,
                 command_accept_loss);
  sub->add_flag("--powered-off",
                loss->powered_off,
                "I state that the old primary is switched off and stays off");
}

}  // namespace

void add_node_commands(CLI::App& app, int& code) {
  add_processes(app, code);
  add_looks(app, code);
  add_audit(app, code);
  add_verbs(app, code);
}

}  // namespace holdfast::apps

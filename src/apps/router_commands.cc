// `holdfast router`: the process of a service host that sends clients to the writer.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "apps/command_groups.h"
#include "apps/load_site.h"
#include "node/host_files.h"
#include "node/log.h"
#include "node/router.h"
#include "node/small_file.h"

namespace holdfast::apps {
namespace {

struct RouterCommand {
  std::string dir = "/var/lib/holdfast";
  std::string host;
  std::string site;
  std::string write_config;
  bool application = false;
  bool print_config = false;
};

int failed(const Error& error) {
  std::fprintf(stderr, "holdfast router: %s\n", error.message.c_str());
  return exit_code(error.code);
}

int write_config(const RouterCommand& command, const model::Site& site) {
  std::optional<model::Index> application_at;
  if (command.application) {
    const Result<model::Index> host = node::own_host(site, command.host);
    if (!host) return failed(host.error());
    application_at = *host;
  }
  const Result<std::string> text =
      node::router_config(site, node::RouterFiles(command.dir), application_at);
  if (!text) return failed(text.error());
  if (command.print_config) std::fputs(text->c_str(), stdout);
  if (command.write_config.empty()) return 0;
  const Result<bool> written = node::replace_file(command.write_config, *text);
  return written ? 0 : failed(written.error());
}

/// Until it is killed: nothing has to be done at the end, HAProxy goes on.
int run_router(const RouterCommand& command, const model::Site& site) {
  const Result<model::Index> host = node::own_host(site, command.host);
  if (!host) return failed(host.error());
  auto tls = net::TlsContext::load(node::host_tls(command.dir));
  if (!tls) return failed(tls.error());
  net::Loop loop;
  node::Router router(loop, site, site.hosts[*host].name, command.dir, command.application);
  const Result<bool> started = router.start();
  if (!started) return failed(started.error());
  const Result<bool> heard = router.listen(std::move(*tls));
  if (!heard) return failed(heard.error());
  node::log_line(loop.wall(), node::Level::kInfo, "router", "It runs.");
  loop.run();
  return 0;
}

int command_router(const RouterCommand& command) {
  const std::string path = command.site.empty() ? command.dir + "/site.yaml" : command.site;
  const Result<model::Site> site = load_site(path);
  if (!site) return failed(site.error());
  if (command.print_config || !command.write_config.empty()) return write_config(command, *site);
  return run_router(command, *site);
}

}  // namespace

void add_router_commands(CLI::App& app, int& code) {
  auto command = std::make_shared<RouterCommand>();
  CLI::App* sub = app.add_subcommand(
      "router", "Run the router of this service host: HAProxy sends clients to the writer");
  sub->add_option("--dir", command->dir, "where this host keeps its files")->capture_default_str();
  sub->add_option("--site", command->site, "the site file (default: site.yaml in --dir)");
  sub->add_option("--host", command->host, "this host's name (default: the system's)");
  sub->add_flag("--application",
                command->application,
                "HAProxy also leads to the application's instances of this region (port 8080)");
  sub->add_flag("--print-config", command->print_config, "print HAProxy's configuration and end");
  sub->add_option("--write-config", command->write_config, "write it to this file and end")
      ->type_name("FILE");
  sub->footer(
      "Before HAProxy is started:\n"
      "  holdfast router --write-config /var/lib/holdfast/haproxy.cfg");
  sub->callback([&code, command] { code = command_router(*command); });
}

}  // namespace holdfast::apps

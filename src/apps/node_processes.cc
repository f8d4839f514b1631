#include "apps/node_processes.h"

#include <cstdio>

#include "apps/load_site.h"
#include "apps/stop_signals.h"
#include "node/agent_node.h"
#include "node/controller_node.h"
#include "node/log.h"

namespace holdfast::apps {
namespace {

int report(const Error& error) {
  std::fprintf(stderr, "holdfast: %s\n", error.message.c_str());
  return exit_code(error.code);
}

/// Opens the node and runs its loop until a signal. What the node supervises goes on without it.
template <class Node, class Options>
int run(const ProcessOptions& options, const Options& node_options, const char* name) {
  Result<model::Site> site = load_site(site_path(options.site));
  if (!site) return report(site.error());
  net::Loop loop;
  const StopSignals stop(loop);
  Result<std::unique_ptr<Node>> node = Node::open(loop, *site, node_options);
  if (!node) return report(node.error());
  node::log_line(loop.wall(), node::Level::kInfo, name, "It runs.");
  loop.run();
  node::log_line(loop.wall(), node::Level::kInfo, name, "It was told to stop.");
  return 0;
}

}  // namespace

int command_agent(const ProcessOptions& options) {
  node::AgentOptions agent;
  agent.dir = options.site.dir;
  agent.host = options.host;
  agent.binaries = options.binaries;
  agent.user = options.user;
  return run<node::AgentNode>(options, agent, "agent");
}

int command_controller(const ProcessOptions& options) {
  node::ControllerOptions controller;
  controller.dir = options.site.dir;
  controller.host = options.host;
  controller.store = options.store;
  return run<node::ControllerNode>(options, controller, "controller");
}

}  // namespace holdfast::apps

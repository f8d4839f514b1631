// `holdfast dns`: options and help.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/command_groups.h"
#include "apps/dns.h"

namespace holdfast::apps {
namespace {

void add_common(CLI::App* sub, DnsOptions& options, bool state) {
  sub->add_option("SITE", options.site, "the site file")->required();
  if (!state) return;
  sub->add_option("--state", options.state, "file with the health of the targets (JSON)")
      ->type_name("FILE");
  sub->add_flag("--json", options.json, "print JSON");
}

}  // namespace

void add_dns_commands(CLI::App& app, int& code) {
  CLI::App* group = app.add_subcommand("dns", "Answer the names of the site's DNS zones");
  group->require_subcommand(1);

  auto serve = std::make_shared<DnsServeOptions>();
  CLI::App* sub = group->add_subcommand("serve", "Run a responder, over UDP and TCP");
  add_common(sub, serve->common, true);
  sub->add_option("--listen", serve->listen, "address and port; may be given several times")
      ->required()
      ->type_name("ADDRESS:PORT");
  sub->add_option("--threads", serve->threads, "threads for UDP, on each address")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  sub->add_option("--report", serve->report, "seconds between two lines of counts (0: none)")
      ->capture_default_str();
  CLI::Option* probe = sub->add_flag(
      "--probe", serve->probe, "probe the targets from here, by the checks that have their names");
  sub->add_option("--from", serve->from, "probe as this host of the site")->needs(probe);
  sub->get_option("--state")->excludes(probe);
  sub->footer(
      "The state file may be replaced at any time; without news the last state stays.\n"
      "Examples: holdfast dns serve examples/ris-two-regions.yaml --listen 127.0.0.1:5353 "
      "--state health.json\n"
      "          holdfast dns serve site.yaml --listen 127.0.0.1:5353 --probe");
  sub->callback([&code, serve] { code = command_dns_serve(*serve); });

  auto check = std::make_shared<DnsOptions>();
  sub = group->add_subcommand("check", "The zones in short, and how their parents delegate them");
  add_common(sub, *check, false);
  sub->callback([&code, check] { code = command_dns_check(*check); });

  auto answers = std::make_shared<DnsOptions>();
  sub = group->add_subcommand("answers",
                              "What is answered for each name that follows targets, and why");
  add_common(sub, *answers, true);
  sub->callback([&code, answers] { code = command_dns_answers(*answers); });
}

}  // namespace holdfast::apps

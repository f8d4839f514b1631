// What is done once, before a site runs: options and help.
#include <CLI/CLI.hpp>
#include <memory>

#include "apps/command_groups.h"
#include "apps/init.h"

namespace holdfast::apps {

void add_init_commands(CLI::App& app, int& code) {
  CLI::App* sub = app.add_subcommand(
      "init", "Make a site's certificate authority, and an identity and secrets for every host");
  const auto options = std::make_shared<InitOptions>();
  sub->add_option("SITE", options->site, "the site file")->required();
  sub->add_option("--dir", options->dir, "where everything is written")->required();
  sub->add_flag("--renew",
                options->renew,
                "issue fresh certificates, also for new hosts; keeps the authority and secrets");
  sub->add_flag("--operator-on-hosts",
                options->operator_on_hosts,
                "also place the operator's identity on every host, as tls/operator.pem and .key");
  sub->add_flag("--json", options->json, "print what was issued as JSON");
  sub->footer(
      "Writes DIR/authority, DIR/hosts/HOST (its later /var/lib/holdfast) and "
      "DIR/operators/admin.\n"
      "Exit codes: 0 done, 1 something is there already or cannot be written, 2 wrong input, 3 a\n"
      "file is missing.\n"
      "Examples:\n"
      "  holdfast init examples/ris-two-regions.yaml --dir /root/holdfast-site\n"
      "  holdfast init examples/ris-two-regions.yaml --dir /root/holdfast-site --renew");
  sub->callback([options, &code] { code = command_init(*options); });
}

}  // namespace holdfast::apps

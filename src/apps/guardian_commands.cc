// The guardian of a host: options and help.

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "adapters/postgres/guardian.h"
#include "apps/command_groups.h"

namespace holdfast::apps {
namespace {

struct GuardianOptions {
  std::string directory = "/var/lib/holdfast";
  bool realtime = false;
};

/// It must run when nothing else does: its memory is never swapped out, and with `realtime` no
/// other load keeps it from a processor.
void take_precedence(bool realtime) {
  mlockall(MCL_CURRENT | MCL_FUTURE);
  if (!realtime) return;
  sched_param priority{};
  priority.sched_priority = 10;
  if (sched_setscheduler(0, SCHED_RR, &priority) != 0) {
    std::fputs("guardian: real-time priority is not allowed here; it runs without\n", stderr);
  }
}

int command_guardian(const GuardianOptions& options) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto guardian = postgres::Guardian::open(options.directory + "/guardian.sock");
  if (!guardian) {
    std::fprintf(stderr, "guardian: %s\n", guardian.error().message.c_str());
    return exit_code(guardian.error().code);
  }
  take_precedence(options.realtime);
  std::thread waits([&] {
    int number = 0;
    sigwait(&ends, &number);
    (*guardian)->stop();
  });
  (*guardian)->run();
  waits.join();
  return 0;
}

}  // namespace

void add_guardian_commands(CLI::App& app, int& code) {
  auto options = std::make_shared<GuardianOptions>();
  CLI::App* sub = app.add_subcommand(
      "guardian", "Fence servers whose agent has fallen silent, and keep primaries' WAL moving");
  sub->add_option("--dir", options->directory, "the host's directory")->capture_default_str();
  sub->add_flag("--realtime", options->realtime, "run at real-time priority");
  // A site file is the same option for every process of a host; this one needs nothing of it.
  sub->add_option("--site", "the site file (not read)");
  sub->footer("Example: holdfast guardian --dir /var/lib/holdfast --realtime");
  sub->callback([options, &code] { code = command_guardian(*options); });
}

}  // namespace holdfast::apps

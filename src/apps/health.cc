#include "apps/health.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "adapters/health/watch.h"
#include "adapters/process/clock.h"
#include "apps/health_story.h"
#include "apps/load_site.h"
#include "codec/health/plan_report.h"
#include "codec/units.h"
#include "core/health/narrow.h"

namespace holdfast::apps {
namespace {

using core::health::ControlSet;

int failed(const Error& error) {
  std::fprintf(stderr, "holdfast health: %s\n", error.message.c_str());
  return exit_code(error.code);
}

/// Raised by SIGINT and SIGTERM while a run lasts.
process::Interrupt* g_stop = nullptr;

void stop_run(int) { g_stop->raise(); }

class StopBySignal {
 public:
  explicit StopBySignal(process::Interrupt& stop) {
    g_stop = &stop;
    struct sigaction action {};
    action.sa_handler = stop_run;
    for (const int number : {SIGINT, SIGTERM}) sigaction(number, &action, nullptr);
  }
  ~StopBySignal() {
    for (const int number : {SIGINT, SIGTERM}) signal(number, SIG_DFL);
    g_stop = nullptr;
  }
  StopBySignal(const StopBySignal&) = delete;
  StopBySignal& operator=(const StopBySignal&) = delete;
};

Result<MonoTime> end_of(const HealthRunOptions& options, MonoTime begin) {
  if (options.lasts.empty()) return kNever;
  const codec::Quantity<Duration> lasts = codec::parse_duration(options.lasts);
  if (!lasts.ok())
    return fail(Errc::kInvalidInput, "--for " + options.lasts + ": write a time, as in 10s");
  return begin + lasts.value;
}

Result<std::vector<ControlSet>> controls_of(const HealthRunOptions& options,
                                            const model::Site& site) {
  std::vector<ControlSet> controls;
  for (const std::string& text : options.controls) {
    const std::size_t equals = text.find('=');
    const std::string state = equals == text.npos ? "" : text.substr(equals + 1);
    const auto check = site.find_check(text.substr(0, equals));
    if (!check || site.checks[*check].kind != model::CheckKind::kControl ||
        (state != "on" && state != "off")) {
      return fail(Errc::kInvalidInput,
                  "--control " + text + ": write NAME=on or NAME=off with the name of a control");
    }
    controls.push_back({*check, state == "on"});
  }
  return controls;
}

bool all_healthy(const core::health::Board& board) {
  return std::all_of(board.verdicts.begin(), board.verdicts.end(), [](const auto& it) {
    return it.verdict == core::health::Verdict::kHealthy;
  });
}

int run(const HealthRunOptions& options, const model::Site& site) {
  const MonoTime begin = process::boot_now();
  const Result<MonoTime> end = end_of(options, begin);
  if (!end) return failed(end.error());
  const Result<std::vector<ControlSet>> controls = controls_of(options, site);
  if (!controls) return failed(controls.error());
  HealthStory story(site, options.json, begin);
  health::Watch* running = nullptr;
  const auto watch = health::Watch::make(
      site,
      core::health::narrowed_to(options.from),
      [&](const health::Seen& seen) { story.seen(seen); },
      [&](const core::health::HealthEvent& event, MonoTime now) {
        story.decided(*running, event, now);
      });
  if (!watch) return failed(watch.error());
  running = watch->get();
  running->hear({}, *controls);
  process::Interrupt stop;
  const StopBySignal by_signal(stop);
  const Result<bool> ran = running->run(*end, &stop);
  if (!ran) return failed(ran.error());
  story.summary(*running, process::boot_now());
  return all_healthy(running->board()) ? 0 : 1;
}

}  // namespace

int command_health_check(const HealthCheckOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) return failed(site.error());
  const std::string text =
      options.json ? codec::health::plan_json(*site) : codec::health::plan_text(*site);
  std::fputs(text.c_str(), stdout);
  return 0;
}

int command_health_run(const HealthRunOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) return failed(site.error());
  const Result<model::Site> narrowed = core::health::narrow(*site, options.from, options.only);
  if (!narrowed) return failed(narrowed.error());
  if (narrowed->checks.empty())
    return failed({Errc::kInvalidInput, "there is nothing to probe from there", {}});
  return run(options, *narrowed);
}

}  // namespace holdfast::apps

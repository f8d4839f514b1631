// `holdfast simulate` and `holdfast demo`: what would happen if this failed, step by step.
#include <cstdio>

#include "apps/commands.h"
#include "apps/load_site.h"
#include "apps/rehearsal.h"

namespace holdfast::apps {
namespace {

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return exit_code(error.code);
}

struct Times {
  Duration at{};
  Duration lasts{};
  Duration until{};
};

Result<Times> read_times(const SimulateOptions& options) {
  Times times;
  const Result<Duration> at = parse_time(options.at);
  const Result<Duration> until = parse_time(options.until);
  if (!at) return fail(at.error().code, "--at: " + at.error().message);
  if (!until) return fail(until.error().code, "--until: " + until.error().message);
  times = {*at, *until - *at, *until};
  if (times.lasts <= Duration::zero() || *until > 1h)
    return fail(Errc::kInvalidInput, "--until must lie after --at, and within 1h");
  if (options.lasts.empty()) return times;
  const Result<Duration> lasts = parse_time(options.lasts);
  if (!lasts) return fail(lasts.error().code, "--for: " + lasts.error().message);
  times.lasts = *lasts;
  return times;
}

}  // namespace

int command_simulate(const SimulateOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) return complain(site.error());
  const Result<Times> times = read_times(options);
  if (!times) return complain(times.error());
  std::vector<sim::Fault> faults;
  for (const std::string& text : options.fail) {
    const Result<sim::Fault> fault =
        parse_failure(*site, text, sim::SimTime{times->at}, times->lasts);
    if (!fault) return complain(fault.error());
    faults.push_back(*fault);
  }
  const sim::SeedResult result = rehearse(*site, options.seed, std::move(faults), times->until);
  print_rehearsal(*site, result, options.json);
  return result.ok() ? 0 : 1;
}

int command_demo(const DemoOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) return complain(site.error());
  const Result<sim::Fault> fault =
      parse_failure(*site, "region=" + options.region, sim::SimTime{10s}, 20s);
  if (!fault) return complain(fault.error());
  if (!options.json) {
    std::printf(
        "%s, in simulated time: clients write to every data class; at 10 s the region %s loses\n"
        "power for 20 s. Times are seconds since the faults' clock began; identifiers name rules\n"
        "(holdfast rules).\n\n",
        site->application.c_str(),
        options.region.c_str());
  }
  const sim::SeedResult result = rehearse(*site, options.seed, {*fault}, 40s);
  print_rehearsal(*site, result, options.json);
  return result.ok() ? 0 : 1;
}

}  // namespace holdfast::apps

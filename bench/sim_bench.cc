// How fast the simulator runs, and that its memory stays flat: ordinary seeds of every example site
// one after the other. Prints JSON.
//
// First one core by itself, then all of `--jobs` at once; a core's rate is by its own processor
// time, so that other work on the machine does not count against it.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "common/options.h"
#include "common/parallel.h"
#include "common/site.h"
#include "sim/run.h"

namespace holdfast::bench {
namespace {

/// A number of this process's status, in KiB.
std::uint64_t status_kib(const std::string& key) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.rfind(key + ':', 0) == 0) return std::stoull(line.substr(key.size() + 1));
  }
  return 0;
}

/// The peak counts from now on.
void forget_peak() { std::ofstream("/proc/self/clear_refs") << '5'; }

double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Rate {
  double cpu_s = 0;
  double simulated_s = 0;
  std::uint64_t events = 0;
  std::uint64_t failed = 0;
};

struct Memory {
  int percent = 0;
  std::uint64_t resident_kib = 0;
  std::uint64_t peak_kib = 0;
};

struct Pass {
  Rate total;
  double wall_s = 0;
  std::vector<Memory> memory;
};

void add(Rate& to, const Rate& it) {
  to.cpu_s += it.cpu_s;
  to.simulated_s += it.simulated_s;
  to.events += it.events;
  to.failed += it.failed;
}

/// Looks at memory when 10, 50 and 100 % of the seeds are done.
class MemoryLooks {
 public:
  explicit MemoryLooks(std::uint64_t seeds) : seeds_(seeds) {}

  void one_done(std::vector<Memory>& looks) {
    const std::uint64_t done = ++done_;
    for (const int percent : {10, 50, 100}) {
      const std::uint64_t due =
          std::max<std::uint64_t>(seeds_ * static_cast<unsigned>(percent) / 100, 1);
      if (done == due) looks.push_back({percent, status_kib("VmRSS"), status_kib("VmHWM")});
    }
  }

 private:
  std::uint64_t seeds_;
  std::atomic<std::uint64_t> done_{0};
};

Pass run_pass(const model::Site& site, std::uint64_t seeds, int jobs) {
  forget_peak();
  Pass pass;
  std::vector<Rate> rates(static_cast<std::size_t>(jobs));
  std::vector<std::vector<Memory>> looks(static_cast<std::size_t>(jobs));
  MemoryLooks memory(seeds);
  const auto begin = std::chrono::steady_clock::now();
  in_parallel(seeds, jobs, [&](std::uint64_t index, int job) {
    const double before = thread_seconds();
    const sim::SeedResult result = sim::run_seed(site, index + 1, {});
    Rate rate{thread_seconds() - before, to_ms(result.simulated) / 1000.0, result.events, 0};
    rate.failed = result.ok() ? 0 : 1;
    add(rates[static_cast<std::size_t>(job)], rate);
    memory.one_done(looks[static_cast<std::size_t>(job)]);
  });
  pass.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (const Rate& it : rates) add(pass.total, it);
  for (const auto& it : looks) pass.memory.insert(pass.memory.end(), it.begin(), it.end());
  std::sort(pass.memory.begin(), pass.memory.end(), [](const Memory& a, const Memory& b) {
    return a.percent < b.percent;
  });
  return pass;
}

void write_pass(JsonWriter& json, const Pass& pass, int jobs) {
  const Rate& total = pass.total;
  json.begin_object().field("jobs", jobs);
  json.field("events", total.events).field("simulated_s", total.simulated_s);
  json.field("events_per_second_per_core", static_cast<double>(total.events) / total.cpu_s);
  json.field("real_time_factor_per_core", total.simulated_s / total.cpu_s);
  json.field("events_per_second_by_wall_clock", static_cast<double>(total.events) / pass.wall_s);
  json.field("real_time_factor_by_wall_clock", total.simulated_s / pass.wall_s);
  json.field("failed_seeds", total.failed);
  json.key("memory").begin_array();
  for (const Memory& it : pass.memory) {
    json.begin_object().field("percent_of_seeds", it.percent);
    json.field("resident_kib", it.resident_kib).field("peak_kib", it.peak_kib).end_object();
  }
  json.end_array().end_object();
}

int main(const Options& options) {
  const std::uint64_t seeds = options.number("seeds");
  const int jobs = static_cast<int>(options.number("jobs"));
  JsonWriter json(2);
  json.begin_object().field("bench", "sim").field("seeds_of_each_pass", seeds);
  json.field("events_per_second_per_core_asked", 1'000'000);
  json.key("sites").begin_array();
  for (const char* name : {"ris-two-regions", "one-region", "three-regions"}) {
    const std::string file = options.text("examples") + '/' + name + ".yaml";
    const model::Site site = load_site(file);
    json.begin_object().field("site", file).key("passes").begin_array();
    write_pass(json, run_pass(site, seeds, 1), 1);
    if (jobs > 1) write_pass(json, run_pass(site, seeds, jobs), jobs);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  return holdfast::bench::main(
      {argc, argv, {{"examples", "examples"}, {"seeds", "400"}, {"jobs", "2"}}});
}

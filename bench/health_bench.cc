// How much one core has to do to probe many endpoints every second, and how late probes begin.
//
// Real probes, views and verdicts (adapters/health/watch.h) in one thread pinned to core 0, against
// a server process on core 1. Prints JSON: CPU seconds of the probing thread for 10,000 probes, and
// lateness. Plain TCP and kept-alive HTTP; TLS with a new handshake each time apart, with fewer
// endpoints. Asserts nothing.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "adapters/crypto/identity.h"
#include "adapters/health/watch.h"
#include "adapters/process/clock.h"
#include "base/json_writer.h"
#include "common/options.h"
#include "common/statistics.h"
#include "health/server.h"

namespace holdfast::bench {
namespace {

using model::CheckKind;

constexpr int kPorts = 10;
constexpr Duration kWarmUp = 3s;

std::string target(std::uint64_t endpoint, const std::vector<std::uint16_t>& ports) {
  const std::uint64_t address = 1 + endpoint / ports.size();
  return "127.1." + std::to_string(address / 250) + '.' + std::to_string(1 + address % 250) + ':' +
         std::to_string(ports[endpoint % ports.size()]);
}

model::Site site_of(CheckKind kind,
                    std::uint64_t endpoints,
                    const std::vector<std::uint16_t>& ports) {
  model::Site site;
  site.hosts = {{"bench"}};
  for (std::uint64_t i = 0; i < endpoints; ++i) {
    model::Check check;
    check.name = "e" + std::to_string(i);
    check.kind = kind;
    check.target = target(i, ports);
    check.from = {"bench"};
    check.verify = false;
    site.checks.push_back(std::move(check));
  }
  return site;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& it) {
    return static_cast<double>(it.tv_sec) + static_cast<double>(it.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double load_average() {
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  return load;
}

void measure(JsonWriter& json, const char* name, const model::Site& site, Duration lasts) {
  std::uint64_t failed = 0;
  std::vector<Duration> lateness;
  std::vector<Duration> took;
  std::string why;
  const auto watch =
      health::Watch::make(site,
                          "bench",
                          [&](const health::Seen& seen) {
                            lateness.push_back(seen.report.started - seen.report.due);
                            took.push_back(seen.report.ended - seen.report.started);
                            if (seen.report.outcome.passed) return;
                            ++failed;
                            why = seen.report.outcome.why;
                          },
                          {});
  const auto run = [&](Duration length) {
    if (watch && (*watch)->run(process::boot_now() + length)) return;
    std::fprintf(stderr, "health bench: nothing can be probed\n");
    std::exit(3);
  };
  run(kWarmUp);
  failed = 0;
  lateness.clear();
  took.clear();
  const double before = cpu_seconds();
  run(lasts);
  const double cpu = cpu_seconds() - before;
  const auto probes = static_cast<double>(lateness.size());
  json.key(name).begin_object();
  json.field("endpoints", static_cast<std::uint64_t>(site.checks.size()));
  json.field("probes", static_cast<std::uint64_t>(lateness.size())).field("failed", failed);
  json.field("last_failure", why);
  json.field("probes_per_second", probes / (to_ms(lasts) / 1000));
  json.field("share_of_a_core", cpu / (to_ms(lasts) / 1000));
  json.field("cpu_s_per_10000_probes", probes > 0 ? cpu / probes * 10000 : 0);
  write_spread(json, "lateness", std::move(lateness));
  write_spread(json, "duration", std::move(took));
  json.end_object();
}

int main_of(int argc, char** argv) {
  const Options options(
      argc, argv, {{"endpoints", "10000"}, {"tls-endpoints", "300"}, {"seconds", "10"}});
  raise_descriptor_limit();
  const Duration lasts = std::chrono::seconds(options.number("seconds"));
  const std::uint64_t endpoints = options.number("endpoints");
  JsonWriter json(2);
  json.begin_object().field("interval_ms", 1000);
  json.field("cores", static_cast<std::int64_t>(sysconf(_SC_NPROCESSORS_ONLN)));
  // Others may be at work on this machine: a load above one or two is theirs.
  json.field("load_average_before", load_average());
  {
    const HealthServer server(kPorts);
    pin_to_core(0);
    measure(json, "tcp", site_of(CheckKind::kTcp, endpoints, server.ports()), lasts);
    measure(json, "http_kept_alive", site_of(CheckKind::kHttp, endpoints, server.ports()), lasts);
  }
  const auto authority = crypto::make_authority();
  const auto identity = crypto::issue(authority.value(), {"bench", crypto::kHostUnit, {"bench"}});
  {
    const HealthServer server(1, identity.value().certificate, identity.value().key);
    const std::uint64_t some = options.number("tls-endpoints");
    measure(json, "tls_new_handshake", site_of(CheckKind::kTls, some, server.ports()), lasts);
  }
  json.field("load_average_after", load_average()).end_object();
  std::printf("%s\n", json.text().c_str());
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) { return holdfast::bench::main_of(argc, argv); }

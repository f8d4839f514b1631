// `holdfast workload`: writes to the clusters as clients do and remembers what they were told.
#include "apps/workload.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "apps/load_site.h"
#include "codec/units.h"
#include "workload/machine.h"
#include "workload/measure.h"
#include "workload/report.h"
#include "workload/run.h"

namespace holdfast::apps {
namespace {

/// Set by a signal: the run ends as if its time were over. A second signal ends the process.
std::atomic<bool> stop_asked{false};

void on_signal(int) { stop_asked = true; }

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

Result<Duration> duration_option(const std::string& name, const std::string& text) {
  const codec::Quantity<Duration> quantity = codec::parse_duration(text);
  if (quantity.ok() && quantity.value >= Duration(0)) return quantity.value;
  return fail(Errc::kInvalidInput, name + " " + text + " is no duration such as 10ms or 60s.");
}

workload::RecordedCluster recorded(const model::Site& site, model::Index index) {
  const model::Cluster& cluster = site.clusters[index];
  workload::RecordedCluster result{.name = cluster.name,
                                   .place = index,
                                   .durability = cluster.durability,
                                   .lossy_takeover = cluster.lossy_takeover,
                                   .data_classes = {}};
  for (const model::DataClass& each : site.data_classes) {
    if (each.kept == model::Kept::kCluster && each.cluster == index) {
      result.data_classes.push_back(each.name);
    }
  }
  return result;
}

Result<void> choose_clusters(const model::Site& site,
                             const std::vector<std::string>& names,
                             workload::RunPlan& plan) {
  for (model::Index i = 0; names.empty() && i < site.clusters.size(); ++i) {
    plan.clusters.push_back(recorded(site, i));
  }
  for (const std::string& name : names) {
    const std::optional<model::Index> index = site.find_cluster(name);
    if (!index) {
      return fail(Errc::kInvalidInput, "The site has no cluster " + name + ".");
    }
    plan.clusters.push_back(recorded(site, *index));
  }
  return {};
}

Result<workload::RunPlan> plan_of(const WorkloadOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) return tl::unexpected(site.error());
  workload::RunPlan plan;
  plan.site = site->application;
  if (Result<void> chosen = choose_clusters(*site, options.clusters, plan); !chosen) {
    return tl::unexpected(std::move(chosen).error());
  }
  plan.proxies = options.proxies;
  for (const model::Host& host : site->hosts) {
    const bool is_default = options.proxies.empty() && host.role == model::HostRole::kService;
    if (is_default) plan.proxies.push_back(host.name);
  }
  if (plan.proxies.empty()) {
    return fail(Errc::kInvalidInput, "The site has no service host: name proxies with --proxies.");
  }
  const struct {
    const char* name;
    const std::string& text;
    Duration& value;
  } durations[] = {{"--pace", options.pace, plan.pace},
                   {"--duration", options.duration, plan.duration},
                   {"--patience", options.patience, plan.patience},
                   {"--deadline", options.deadline, plan.deadline}};
  for (const auto& each : durations) {
    const Result<Duration> value = duration_option(each.name, each.text);
    if (!value) return tl::unexpected(value.error());
    each.value = *value;
  }
  if (plan.deadline == Duration(0)) return fail(Errc::kInvalidInput, "--deadline cannot be 0.");
  if (options.outage_writer) plan.pace = 10ms;
  plan.writers = options.outage_writer ? 1 : options.writers;
  plan.readers = options.outage_writer ? 0 : options.readers;
  plan.keys = options.keys;
  plan.run = options.seed == 0 ? workload::draw_run() : options.seed;
  plan.history = options.history;
  plan.login.tls = options.tls;
  if (!options.service.empty()) {
    Result<workload::Service> service = workload::parse_service(options.service);
    if (!service) return tl::unexpected(std::move(service).error());
    plan.service = std::move(*service);
  }
  Result<std::string> password =
      workload::application_password(options.directory + "/secrets/replication");
  if (!password) return tl::unexpected(std::move(password).error());
  plan.login.password = std::move(*password);
  return plan;
}

void show_progress(Duration elapsed, const std::vector<workload::Progress>& clusters) {
  std::fprintf(stderr, "\r\033[K%5.0f s", to_ms(elapsed) / 1000.0);
  for (const workload::Progress& each : clusters) {
    std::fprintf(stderr,
                 "  %s: %llu acknowledged, %llu refused, %llu unknown, last %.0f ms ago",
                 each.cluster.c_str(),
                 static_cast<unsigned long long>(each.acknowledged),
                 static_cast<unsigned long long>(each.refused),
                 static_cast<unsigned long long>(each.unknown),
                 to_ms(each.silence));
  }
  std::fflush(stderr);
}

}  // namespace

int command_workload(const WorkloadOptions& options) {
  auto report = [](const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return exit_code(error.code);
  };
  const Result<workload::RunPlan> plan = plan_of(options);
  if (!plan) return report(plan.error());
  catch_signals();
  // What a session is told about durability comes from the server alone.
  unsetenv("PGOPTIONS");
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const Result<workload::History> history = workload::run_workload(
      *plan, stop_asked, terminal ? show_progress : decltype(&show_progress){});
  if (terminal) std::fputs("\r\033[K", stderr);
  if (!history) return report(history.error());
  std::optional<MonoTime> around;
  if (options.around_us != 0) around = MonoTime(Duration(options.around_us));
  const auto summaries = workload::summarise(*history, around);
  const std::string text = options.json
                               ? workload::summary_json(*history, summaries, options.history)
                               : workload::summary_table(*history, summaries);
  std::fputs(text.c_str(), stdout);
  const bool served = std::all_of(summaries.begin(), summaries.end(), [](const auto& each) {
    return each.writes.acknowledged > 0;
  });
  if (!served) std::fputs("A cluster acknowledged no write at all.\n", stderr);
  return served ? 0 : 1;
}

}  // namespace holdfast::apps

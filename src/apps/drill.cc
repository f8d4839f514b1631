// `holdfast drill`: breaks the twin of a site on purpose and measures what its clients see.
#include "apps/drill.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>

#include "apps/load_site.h"
#include "drill/drill.h"
#include "drill/report.h"
#include "lab/client.h"
#include "workload/machine.h"

namespace holdfast::apps {
namespace {

namespace fs = std::filesystem;

constexpr Duration kPrepareLimit = 5min;

/// Tells how far it is, on standard error: results alone go to standard output.
class Teller {
 public:
  void operator()(const std::string& text) const {
    const double elapsed = to_ms(workload::boot_now() - began_) / 1000.0;
    std::fprintf(stderr, "%7.1f s  %s\n", elapsed, text.c_str());
  }

 private:
  MonoTime began_ = workload::boot_now();
};

int complain(const Error& error) {
  std::fprintf(stderr, "holdfast drill: %s\n", error.message.c_str());
  return exit_code(error.code);
}

Result<void> bring_up(const DrillOptions& options, const model::Site& site, const Teller& tell) {
  lab::UpOptions up;
  up.site = site;
  up.site_file = options.site;
  up.directory = options.directory;
  return lab::up(up, tell);
}

/// Where the histories are written, in a folder that all hosts of the lab see.
class Evidence {
 public:
  explicit Evidence(const DrillOptions& options) : kept_(!options.evidence.empty()) {
    std::error_code error;
    if (kept_) {
      fs::create_directories(options.evidence, error);
      folder_ = fs::absolute(options.evidence, error);
      return;
    }
    char name[] = "/tmp/holdfast-drill-XXXXXX";
    if (::mkdtemp(name) != nullptr) folder_ = name;
  }
  ~Evidence() {
    std::error_code error;
    if (!kept_ && !folder_.empty()) fs::remove_all(folder_, error);
  }
  Evidence(const Evidence&) = delete;
  Evidence& operator=(const Evidence&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }
  void keep(const std::string& name, const std::string& text) const {
    if (kept_) std::ofstream(folder_ / name) << text << '\n';
  }

 private:
  bool kept_;
  fs::path folder_;
};

int run_all(drill::Twin& twin, const DrillOptions& options, const Teller& tell) {
  const Evidence evidence(options);
  std::vector<drill::Outcome> outcomes;
  bool good = true;
  for (int i = 1; i <= options.runs; ++i) {
    const std::string run = options.scenario + '-' + std::to_string(i);
    drill::DrillPlan plan;
    plan.scenario = options.scenario;
    plan.cluster = options.cluster;
    plan.history = evidence.file(run + ".jsonl");
    Result<drill::Outcome> outcome = drill::run_drill(twin, plan, tell);
    if (!outcome) return complain(outcome.error());
    good = good && outcome->good();
    const std::string json = drill::outcome_json(*outcome);
    evidence.keep(run + ".json", json);
    std::printf("%s\n",
                options.json ? json.c_str() : drill::outcome_text(twin.site(), *outcome).c_str());
    std::fflush(stdout);
    outcomes.push_back(std::move(*outcome));
  }
  const std::string summary = drill::summary_json(options.scenario, outcomes);
  evidence.keep("summary.json", summary);
  if (options.json) std::printf("%s\n", summary.c_str());
  return good ? 0 : 1;
}

Result<drill::Twin> twin_of(const DrillOptions& options,
                            const model::Site& site,
                            const Teller& tell) {
  if (!options.use) {
    if (Result<void> up = bring_up(options, site, tell); !up) return tl::unexpected(up.error());
  }
  Result<drill::Twin> twin = drill::Twin::connect(site, options.directory);
  if (!twin || options.use) return twin;
  if (Result<void> ready = drill::prepare_site(*twin, kPrepareLimit, tell); !ready) {
    const Result<void> down = twin->lab().down();
    static_cast<void>(down);
    return tl::unexpected(ready.error());
  }
  return twin;
}

}  // namespace

int command_drill(const DrillOptions& options) {
  const Result<model::Site> site = load_site(options.site);
  if (!site) return complain(site.error());
  const Teller tell;
  Result<drill::Twin> twin = twin_of(options, *site, tell);
  if (!twin) return complain(twin.error());
  const int code = run_all(*twin, options, tell);
  if (options.keep || options.use) return code;
  const Result<void> down = twin->lab().down();
  return down ? code : complain(down.error());
}

}  // namespace holdfast::apps

// `holdfast sim`: this site under faults, seed after seed, judged by checkers that see the truth.
#include <chrono>
#include <cstdio>
#include <fstream>

#include "apps/commands.h"
#include "apps/defects.h"
#include "apps/load_site.h"
#include "apps/sim_workers.h"

namespace holdfast::apps {
namespace {

using Clock = std::chrono::steady_clock;

/// The last line of the file is the summary so far.
Result<sim::Summary> read_summary(const std::string& path) {
  std::ifstream file(path);
  if (!file) return sim::Summary{};
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (!line.empty()) last = line;
  }
  if (last.empty()) return sim::Summary{};
  return sim::summary_from_json(last);
}

bool write_summary(const std::string& path, const sim::Summary& summary) {
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    file << sim::to_json(summary) << '\n';
    if (!file.flush()) return false;
  }
  return std::rename(fresh.c_str(), path.c_str()) == 0;
}

std::string number(double value) {
  char text[48];
  std::snprintf(text, sizeof text, "%.0f", value);
  return text;
}

class Reporter : public SimReporter {
 public:
  Reporter(const SimCommand& command, sim::Summary summary)
      : command_(command), summary_(std::move(summary)) {}

  void on_progress(const sim::Summary& part) override {
    summary_.merge(part);
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    std::fprintf(stderr,
                 "\r%llu seeds, %llu failing, %s events/s a worker   ",
                 static_cast<unsigned long long>(summary_.seeds.count()),
                 static_cast<unsigned long long>(summary_.failing_seeds),
                 number(summary_.events_per_second()).c_str());
    save();
  }

  void on_failure(std::uint64_t seed, const std::string& story) override {
    std::string replay = "holdfast sim --site " + command_.site + " --seeds " +
                         std::to_string(seed) + ".." + std::to_string(seed) + " --story";
    if (!command_.defect.empty()) replay += " --defect " + command_.defect;
    if (!command_.json) {
      std::printf("%sreplay: %s\n\n", story.c_str(), replay.c_str());
      return;
    }
    JsonWriter json;
    json.begin_object().field("type", "seed").field("seed", seed);
    json.field("story", story).field("replay", replay).end_object();
    std::printf("%s\n", json.text().c_str());
  }

  void save() const {
    if (command_.resume_file.empty()) return;
    if (!write_summary(command_.resume_file, summary_)) {
      std::fprintf(stderr, "\ncannot write %s\n", command_.resume_file.c_str());
    }
  }

  [[nodiscard]] const sim::Summary& summary() const { return summary_; }

 private:
  const SimCommand& command_;
  sim::Summary summary_;
  Clock::time_point next_{};
};

void print_text(const sim::Summary& summary) {
  std::printf("%llu seeds, %llu of them failing; %llu run twice and equal\n",
              static_cast<unsigned long long>(summary.seeds.count()),
              static_cast<unsigned long long>(summary.failing_seeds),
              static_cast<unsigned long long>(summary.checked_twice));
  std::printf("%llu events, %s a second and worker; %s simulated hours\n",
              static_cast<unsigned long long>(summary.events),
              number(summary.events_per_second()).c_str(),
              number(static_cast<double>(summary.simulated_ms) / 3'600'000.0).c_str());
  std::printf("%llu faults, %llu failovers; %llu writes acknowledged, %llu lost lossily\n",
              static_cast<unsigned long long>(summary.faults),
              static_cast<unsigned long long>(summary.failovers),
              static_cast<unsigned long long>(summary.acknowledged),
              static_cast<unsigned long long>(summary.lost_lossily));
  std::printf("\nlongest wait for a write     seeds   median      p99      max (ms)\n");
  for (const auto& [name, it] : summary.outages) {
    std::printf("%-28s %6llu %8.0f %8.0f %8.0f\n",
                name.c_str(),
                static_cast<unsigned long long>(it.count()),
                to_ms(it.percentile(50)),
                to_ms(it.percentile(99)),
                to_ms(it.max()));
  }
  for (const std::string& name : summary.missed()) {
    std::printf("never reached: %s\n", name.c_str());
  }
}

}  // namespace

int command_sim(const SimCommand& command) {
  if (!command.defect.empty()) {
    if (const std::optional<int> code = begin_defect(command.defect, command.json)) return *code;
  }
  const Result<model::Site> site = load_site(command.site);
  if (!site) {
    std::fprintf(stderr, "%s\n", site.error().message.c_str());
    return exit_code(site.error().code);
  }
  sim::Summary before;
  if (!command.resume_file.empty()) {
    Result<sim::Summary> read = read_summary(command.resume_file);
    if (!read) {
      std::fprintf(stderr, "%s: %s\n", command.resume_file.c_str(), read.error().message.c_str());
      return exit_code(read.error().code);
    }
    before = std::move(*read);
  }
  const sim::SeedRanges done = before.seeds;
  Reporter reporter(command, std::move(before));
  run_workers(*site, command, done, reporter);
  std::fprintf(stderr, "\n");
  reporter.save();
  const sim::Summary& summary = reporter.summary();
  if (command.json) {
    std::printf("%s\n", sim::to_json(summary).c_str());
  } else {
    print_text(summary);
  }
  return summary.failing_seeds > 0 ? 1 : 0;
}

}  // namespace holdfast::apps

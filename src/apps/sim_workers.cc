#include "apps/sim_workers.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <new>
#include <vector>

#include "base/assert.h"
#include "codec/json_reader.h"

namespace holdfast::apps {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kJobsMax = 256;
constexpr std::uint64_t kNoSeed = ~std::uint64_t{0};
constexpr int kMinimisedPerWorker = 3;
constexpr int kMinimiseTries = 40;
constexpr auto kFlushEvery = std::chrono::milliseconds(500);

/// Lies in memory that all processes share.
struct Shared {
  std::atomic<std::uint64_t> next;
  std::atomic<std::uint64_t> last;
  std::array<std::atomic<std::uint64_t>, kJobsMax> running;
};

struct Worker {
  pid_t pid = -1;
  int pipe = -1;
  int number = 0;
  std::string rest;  ///< of a line that has not ended yet
};

/// Smaller seeds that have been begun are finished, so that the first one that fails is known.
void stop_behind(Shared& shared, std::uint64_t failed) {
  std::uint64_t last = shared.last;
  while (failed < last && !shared.last.compare_exchange_weak(last, failed)) {
  }
}

void send(int pipe, char kind, const std::string& text) {
  const std::string line = kind + text + '\n';
  std::size_t at = 0;
  while (at < line.size()) {
    const ssize_t n = write(pipe, line.data() + at, line.size() - at);
    if (n <= 0) _exit(1);
    at += static_cast<std::size_t>(n);
  }
}

/// What one worker process does.
class Work {
 public:
  Work(const model::Site& site,
       const SimCommand& command,
       const sim::SeedRanges& done,
       Shared& shared,
       int number,
       int pipe)
      : site_(site),
        command_(command),
        done_(done),
        shared_(shared),
        running_(shared.running[static_cast<std::size_t>(number)]),
        pipe_(pipe) {}

  void run(Clock::time_point until) {
    Clock::time_point flush = Clock::now() + kFlushEvery;
    while (Clock::now() < until) {
      const std::uint64_t seed = shared_.next.fetch_add(1);
      if (seed > shared_.last || seed < command_.first) break;
      if (done_.contains(seed)) continue;
      running_ = seed;
      run_one(seed);
      running_ = kNoSeed;
      if (Clock::now() < flush) continue;
      send_part();
      flush = Clock::now() + kFlushEvery;
    }
    send_part();
  }

 private:
  void send_part() {
    if (part_.seeds.count() == 0) return;
    send(pipe_, 'S', sim::to_json(part_));
    part_ = sim::Summary{};
  }

  [[nodiscard]] bool is_checked_twice(std::uint64_t seed) const {
    constexpr double kScale = 1e6;
    return static_cast<double>(mix64(seed) % 1'000'000) < command_.check_determinism * kScale;
  }

  void run_one(std::uint64_t seed) {
    sim::RunOptions options;
    options.story = command_.story;
    const Clock::time_point began = Clock::now();
    sim::SeedResult result = sim::run_seed(site_, seed, options);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    part_.wall_ms += static_cast<std::uint64_t>(took.count());
    if (is_checked_twice(seed)) {
      if (sim::run_seed(site_, seed, options).hash == result.hash) {
        ++part_.checked_twice;
      } else {
        result.violations.push_back(
            {sim::SimTime{}, "determinism", "two runs of this seed differ"});
      }
    }
    part_.add(site_, result);
    if (!result.ok() && command_.until_failure) stop_behind(shared_, seed);
    if (!result.ok() || command_.story) tell(result, options);
  }

  void tell(const sim::SeedResult& result, const sim::RunOptions& options) {
    std::string text = sim::story_text(site_, result);
    if (result.plan.faults.size() > 1 && !result.ok() && minimised_ < kMinimisedPerWorker) {
      ++minimised_;
      const sim::FaultPlan plan = sim::minimise(site_, result, options, kMinimiseTries);
      text += "these " + std::to_string(plan.faults.size()) + " faults suffice:\n";
      for (const sim::Fault& fault : plan.faults) {
        text += "  " + sim::text_of(fault.when) + ' ' + sim::text_of_fault(site_, fault) + '\n';
      }
    }
    send(pipe_, 'F', std::to_string(result.seed) + ' ' + json_quote(text));
  }

  const model::Site& site_;
  const SimCommand& command_;
  const sim::SeedRanges& done_;
  Shared& shared_;
  std::atomic<std::uint64_t>& running_;
  int pipe_;
  sim::Summary part_;
  int minimised_ = 0;
};

/// The parent's side.
class Foreman {
 public:
  Foreman(const model::Site& site,
          const SimCommand& command,
          const sim::SeedRanges& done,
          SimReporter& reporter)
      : site_(site),
        command_(command),
        done_(done),
        reporter_(reporter),
        until_(command.limit > 0 ? Clock::now() + std::chrono::milliseconds(
                                                      static_cast<long>(command.limit * 1000))
                                 : Clock::time_point::max()) {
    void* memory =
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    HF_ASSERT(memory != MAP_FAILED);
    shared_ = new (memory) Shared{};
    shared_->next = command.first;
    shared_->last = command.last;
    for (auto& it : shared_->running) it = kNoSeed;
  }
  ~Foreman() { munmap(shared_, sizeof(Shared)); }
  Foreman(const Foreman&) = delete;
  Foreman& operator=(const Foreman&) = delete;

  void run() {
    const int jobs = std::max(1, std::min(command_.jobs, kJobsMax));
    for (int i = 0; i < jobs; ++i) hire(i);
    while (!workers_.empty()) {
      std::vector<pollfd> polls;
      for (const Worker& it : workers_) polls.push_back({it.pipe, POLLIN, 0});
      if (poll(polls.data(), polls.size(), -1) < 0) continue;
      for (std::size_t i = polls.size(); i > 0; --i) {
        if (polls[i - 1].revents != 0) listen(i - 1);
      }
    }
  }

 private:
  void hire(int number) {
    int ends[2];
    HF_ASSERT(pipe(ends) == 0);
    std::fflush(nullptr);
    const pid_t pid = fork();
    HF_ASSERT(pid >= 0);
    if (pid == 0) {
      close(ends[0]);
      Work(site_, command_, done_, *shared_, number, ends[1]).run(until_);
      _exit(0);
    }
    close(ends[1]);
    workers_.push_back({pid, ends[0], number, {}});
  }

  void listen(std::size_t index) {
    Worker& worker = workers_[index];
    char buffer[65536];
    const ssize_t n = read(worker.pipe, buffer, sizeof buffer);
    if (n > 0) {
      worker.rest.append(buffer, static_cast<std::size_t>(n));
      take_lines(worker);
      return;
    }
    dismiss(index);
  }

  void take_lines(Worker& worker) {
    std::size_t begin = 0;
    for (std::size_t end = worker.rest.find('\n'); end != std::string::npos;
         end = worker.rest.find('\n', begin)) {
      take_line(worker.rest.substr(begin, end - begin));
      begin = end + 1;
    }
    worker.rest.erase(0, begin);
  }

  void take_line(const std::string& line) {
    if (line.empty()) return;
    if (line[0] == 'S') {
      const Result<sim::Summary> part = sim::summary_from_json(std::string_view(line).substr(1));
      if (part) reporter_.on_progress(*part);
      return;
    }
    const std::size_t space = line.find(' ');
    const Result<codec::Json> story = codec::parse_json(std::string_view(line).substr(space));
    if (story) reporter_.on_failure(std::stoull(line.substr(1)), story->text);
  }

  /// A worker's pipe has ended: it is done, or a broken assertion has ended it.
  void dismiss(std::size_t index) {
    const Worker worker = workers_[index];
    close(worker.pipe);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(index));
    int status = 0;
    waitpid(worker.pid, &status, 0);
    auto& running = shared_->running[static_cast<std::size_t>(worker.number)];
    const std::uint64_t seed = running.exchange(kNoSeed);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    if (seed == kNoSeed) return;
    if (command_.until_failure) stop_behind(*shared_, seed);
    sim::SeedResult result;
    result.seed = seed;
    result.violations.push_back({sim::SimTime{}, "assertion", "the process ended at once"});
    sim::Summary part;
    part.add(site_, result);
    reporter_.on_progress(part);
    reporter_.on_failure(seed, "seed " + std::to_string(seed) + ": the process ended at once\n");
    hire(worker.number);
  }

  const model::Site& site_;
  const SimCommand& command_;
  const sim::SeedRanges& done_;
  SimReporter& reporter_;
  Clock::time_point until_;
  Shared* shared_ = nullptr;
  std::vector<Worker> workers_;
};

}  // namespace

void run_workers(const model::Site& site,
                 const SimCommand& command,
                 const sim::SeedRanges& done,
                 SimReporter& reporter) {
  Foreman(site, command, done, reporter).run();
}

}  // namespace holdfast::apps

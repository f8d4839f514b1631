#include "adapters/postgres/instance.h"

#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "adapters/postgres/commands.h"
#include "adapters/postgres/guardian_message.h"
#include "adapters/postgres/observer.h"
#include "adapters/postgres/peer_watch.h"
#include "adapters/postgres/probe.h"
#include "adapters/postgres/prover.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using core::PgState;
using core::PgVerb;

/// Often enough to tell silence from the pace of the guardian, which keeps WAL moving.
constexpr auto kPace = std::chrono::milliseconds(40);
constexpr auto kPaceUnsettled = std::chrono::milliseconds(10);
/// Each look at a server that does not answer yet costs it a process.
constexpr auto kPaceUnanswered = std::chrono::milliseconds(50);
constexpr Duration kGuardianPace = 1s;

bool is_stop(PgVerb verb) { return verb == PgVerb::kStopFast || verb == PgVerb::kStopImmediate; }

/// True if an agent should look at it now: positions and replies move all the time.
bool deserves_a_step(const core::PgObservation& a, const core::PgObservation& b) {
  const auto senders_differ = [&] {
    if (a.senders.size() != b.senders.size()) return true;
    for (std::size_t i = 0; i < a.senders.size(); ++i) {
      if (a.senders[i].standby != b.senders[i].standby) return true;
    }
    return false;
  };
  return a.state != b.state || a.life != b.life || a.busy != b.busy || a.failed != b.failed ||
         a.fenced != b.fenced || a.probes_ok != b.probes_ok || a.timeline != b.timeline ||
         a.position_final != b.position_final || a.source != b.source ||
         a.source_epoch != b.source_epoch || a.credential != b.credential ||
         a.receiver != b.receiver || a.receiver_epoch != b.receiver_epoch ||
         a.received_timeline != b.received_timeline || a.leads != b.leads || a.open != b.open ||
         a.sync_pair != b.sync_pair || a.proven != b.proven || a.barrier != b.barrier ||
         a.recovery_end != b.recovery_end || a.drained != b.drained || senders_differ();
}

struct Job {
  std::uint64_t number = 0;
  core::PgCommand command;
  bool creates = false;
  std::function<void(Result<std::uint32_t>)> created;
};

class RealInstance final : public Instance {
 public:
  RealInstance(net::Loop& loop,
               const InstanceConfig& config,
               Host host,
               std::function<void()> changed);
  ~RealInstance() override;

  const core::PgObservation& observation() override { return observation_; }
  void command(const core::PgCommand& command) override;
  void create(std::uint32_t life, std::function<void(Result<std::uint32_t>)> done) override;
  void arm_guardian(MonoTime deadline) override;
  std::string trouble() const override { return trouble_; }

 private:
  void run_commands();
  void run_looks();
  void wake_looks();
  void tell_guardian();
  void begin(Job job);

  // On the loop's thread.
  void post(std::function<void()> work);
  void watch(const ProcessId& postmaster);
  void server_ended();
  void take(const Look& look);
  void complete(std::uint64_t number, const Result<bool>& result, const Look& look);

  net::Loop& loop_;
  std::function<void()> changed_;
  Context context_;
  Probe probe_;
  Observer observer_;
  Prover prover_;
  PeerWatch peers_;
  Commands commands_;
  GuardianLink guardian_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  // The loop's thread.
  core::PgObservation observation_;
  std::string trouble_;
  PgVerb verb_ = PgVerb::kOpen;
  std::uint64_t number_ = 0;
  std::uint64_t look_number_ = 0;
  ProcessId watched_;
  ProcessId ended_;
  int watch_descriptor_ = -1;
  std::unique_ptr<net::ReadWatch> watch_;

  // Shared with the other threads.
  std::mutex mutex_;
  std::condition_variable work_;
  std::optional<Job> job_;
  bool stop_ = false;
  bool look_now_ = false;
  std::condition_variable looks_;
  std::atomic<bool> sweep_{false};
  std::atomic<MonoTime> deadline_{kLongAgo};  ///< until it is first armed: as a former agent said
  std::thread command_thread_;
  std::thread look_thread_;
};

RealInstance::RealInstance(net::Loop& loop,
                           const InstanceConfig& config,
                           Host host,
                           std::function<void()> changed)
    : loop_(loop),
      changed_(std::move(changed)),
      context_(config, std::move(host)),
      probe_(context_),
      observer_(context_, probe_),
      prover_(context_, [this] { wake_looks(); }),
      peers_(context_),
      commands_(context_,
                prover_,
                peers_,
                {.started = [this](const ProcessId& it) { post([this, it] { watch(it); }); },
                 .look = [this] { wake_looks(); }}),
      guardian_(config.guardian_socket) {
  const Result<bool> written = context_.write_all_files();
  if (!written) trouble_ = written.error().message;
  watch(context_.postmaster());
  take(observer_.look());
  command_thread_ = std::thread([this] { run_commands(); });
  look_thread_ = std::thread([this] { run_looks(); });
}

RealInstance::~RealInstance() {
  *alive_ = false;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  context_.stop_all.raise();
  context_.stop_command.raise();
  work_.notify_all();
  looks_.notify_all();
  command_thread_.join();
  look_thread_.join();
  watch_.reset();
  if (watch_descriptor_ >= 0) close(watch_descriptor_);
}

void RealInstance::post(std::function<void()> work) {
  loop_.post([alive = std::weak_ptr<bool>(alive_), work = std::move(work)] {
    const std::shared_ptr<bool> it = alive.lock();
    if (it != nullptr && *it) work();
  });
}

void RealInstance::command(const core::PgCommand& command) {
  if (observation_.busy) {
    const bool weaker = command.verb == verb_ || verb_ == PgVerb::kStopImmediate;
    if (!is_stop(command.verb) || weaker) return;
  }
  verb_ = command.verb;
  Job job;
  job.command = command;
  begin(std::move(job));
}

void RealInstance::create(std::uint32_t life, std::function<void(Result<std::uint32_t>)> done) {
  if (observation_.busy) {
    done(fail(Errc::kConflict, "another command is being carried out"));
    return;
  }
  verb_ = PgVerb::kRebuild;
  Job job;
  job.creates = true;
  job.command.life = life;
  job.created = std::move(done);
  begin(std::move(job));
}

void RealInstance::begin(Job job) {
  job.number = ++number_;
  observation_.failed = false;
  {
    const std::lock_guard lock(mutex_);
    if (observation_.busy) context_.stop_command.raise();
    job_ = std::move(job);
  }
  observation_.busy = true;
  work_.notify_all();
}

void RealInstance::run_commands() {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [&] { return stop_ || job_.has_value(); });
      if (stop_) return;
      job = std::move(*job_);
      job_.reset();
      context_.stop_command.clear();
    }
    const Result<bool> result =
        job.creates ? commands_.create(job.command.life) : commands_.carry_out(job.command);
    context_.doing = Doing::kNothing;
    if (job.created != nullptr) {
      Result<std::uint32_t> answer = job.command.life;
      if (!result) answer = tl::unexpected<Error>(result.error());
      post([done = job.created, answer] { done(answer); });
    }
    const Look look = observer_.look();
    post([this, number = job.number, result, look] { complete(number, result, look); });
    wake_looks();
  }
}

void RealInstance::run_looks() {
  MonoTime guardian_due = kLongAgo;
  for (;;) {
    if (sweep_.exchange(false)) {
      // A dead postmaster's children may go on answering for a while: nobody supervises them.
      const std::lock_guard lock(context_.processes);
      if (!context_.postmaster().is_set()) end_at_once(context_.layout, {}, Duration(0));
    }
    const Look look = observer_.look();
    post([this, look] { take(look); });
    const MonoTime now = process::boot_now();
    if (now >= guardian_due) {
      guardian_due = now + kGuardianPace;
      tell_guardian();
    }
    std::unique_lock lock(mutex_);
    const bool quiet = look.settled && !look_now_;
    const auto soon = look.answered ? kPaceUnsettled : kPaceUnanswered;
    looks_.wait_for(lock, quiet ? kPace : soon, [&] { return stop_ || look_now_; });
    look_now_ = false;
    if (stop_) return;
  }
}

void RealInstance::wake_looks() {
  {
    const std::lock_guard lock(mutex_);
    look_now_ = true;
  }
  looks_.notify_all();
}

void RealInstance::arm_guardian(MonoTime deadline) {
  deadline_ = deadline;
  tell_guardian();
}

void RealInstance::tell_guardian() {
  const InstanceConfig& config = context_.config;
  if (config.guardian_socket.empty()) return;
  guardian_.send({config.cluster,
                  context_.layout.directory,
                  context_.layout.sockets,
                  config.peers[static_cast<std::size_t>(config.self)].port,
                  context_.postmaster(),
                  deadline_,
                  config.policy.timing.detection / 3});
}

void RealInstance::watch(const ProcessId& postmaster) {
  if (!postmaster.is_set()) return;
  watch_.reset();
  if (watch_descriptor_ >= 0) close(watch_descriptor_);
  watched_ = postmaster;
  watch_descriptor_ = process::open_watch(postmaster);
  if (watch_descriptor_ < 0) {
    server_ended();
    return;
  }
  watch_ = std::make_unique<net::ReadWatch>(loop_, watch_descriptor_, [this] { server_ended(); });
  tell_guardian();
}

/// At once, without waiting for a look: who is crashed has to say so.
void RealInstance::server_ended() {
  watch_.reset();
  if (watch_descriptor_ >= 0) close(watch_descriptor_);
  watch_descriptor_ = -1;
  ended_ = watched_;
  deadline_ = kNever;
  process::reap(watched_.pid);
  const Doing doing = context_.doing;
  const bool stopping = observation_.busy && is_stop(verb_);
  if (doing == Doing::kNothing || doing == Doing::kSealing || doing == Doing::kPromoting) {
    if (!stopping) context_.forget_run(watched_);
    const Ending ending = noted_ending(context_.layout);
    const core::PgObservation was = observation_;
    observation_ = core::PgObservation{};
    observation_.state = ending == Ending::kNone ? PgState::kCrashed : PgState::kStopped;
    observation_.fenced = ending == Ending::kFenced;
    observation_.life = was.life;
    observation_.busy = was.busy;
    observation_.failed = was.failed;
    observation_.timeline = was.timeline;
    observation_.recovery_estimate = was.recovery_estimate;
    observation_.source = was.source;
    observation_.source_epoch = was.source_epoch;
    observation_.credential = was.credential;
    observation_.last_byte_at = was.last_byte_at;
    sweep_ = ending == Ending::kNone;
  }
  wake_looks();
  if (changed_ != nullptr) changed_();
}

void RealInstance::take(const Look& look) {
  if (look.number <= look_number_) return;
  // It was alive when it was looked at, and is known to have ended since.
  if (look.run.is_set() && look.run == ended_) return;
  look_number_ = look.number;
  const core::PgObservation was = observation_;
  observation_ = look.pg;
  observation_.busy = was.busy;
  observation_.failed = was.failed;
  if (deserves_a_step(was, observation_) && changed_ != nullptr) changed_();
}

void RealInstance::complete(std::uint64_t number, const Result<bool>& result, const Look& look) {
  if (number == number_) {
    observation_.busy = false;
    observation_.failed = !result;
    if (!result) trouble_ = std::string(core::pg_verb_name(verb_)) + ": " + result.error().message;
  }
  const std::uint64_t before = look_number_;
  const core::PgObservation was = observation_;
  take(look);
  const bool told = look_number_ != before && deserves_a_step(was, observation_);
  if (number == number_ && !told && changed_ != nullptr) changed_();
}

}  // namespace

Result<std::unique_ptr<Instance>> Instance::open(net::Loop& loop,
                                                 const InstanceConfig& config,
                                                 std::function<void()> changed) {
  const auto self = static_cast<std::size_t>(config.self);
  if (config.self < 0 || self >= config.peers.size() || config.peers.size() > core::kMembersMax) {
    return fail(Errc::kInvalidInput, "the member has no place among its peers");
  }
  const std::string socket = config.socket_directory + "/.s.PGSQL.65535";
  if (config.socket_directory.empty() || socket.size() >= sizeof sockaddr_un{}.sun_path) {
    return fail(Errc::kInvalidInput,
                "the folder of the unix socket is not given or its path is too long: " +
                    config.socket_directory);
  }
  Result<std::string> binaries = find_binaries(config.binaries);
  if (!binaries) return tl::unexpected<Error>(binaries.error());
  Result<process::User> user = process::find_user(config.user);
  if (!user) return tl::unexpected<Error>(user.error());
  Host host{*binaries, *user};
  const Layout layout{config.directory, config.socket_directory};
  for (const std::string& folder :
       {layout.directory, layout.log(), layout.conf(), layout.local_conf(), layout.sockets}) {
    const Result<bool> made =
        process::make_directory(folder, {.mode = 0700, .owner = host.user.owner()});
    if (!made) return tl::unexpected<Error>(made.error());
  }
  return std::unique_ptr<Instance>(
      std::make_unique<RealInstance>(loop, config, std::move(host), std::move(changed)));
}

}  // namespace holdfast::postgres

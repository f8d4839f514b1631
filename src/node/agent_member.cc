#include "node/agent_member.h"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "codec/record_json.h"
#include "node/log.h"

namespace holdfast::node {
namespace {

constexpr Duration kSayAgain = 2s;

}  // namespace

AgentMember::AgentMember(net::Loop& loop, Options options, AgentMail& mail)
    : loop_(loop),
      options_(std::move(options)),
      mail_(mail),
      policy_(core::make_policy(*options_.site, cluster_config())),
      driver_(policy_, options_.member, *this),
      timer_(loop, [this] { step(core::Tick{}); }),
      alive_(std::make_shared<bool>(true)) {}

Result<std::unique_ptr<AgentMember>> AgentMember::open(net::Loop& loop,
                                                       Options options,
                                                       AgentMail& mail) {
  std::unique_ptr<AgentMember> member(new AgentMember(loop, std::move(options), mail));
  std::error_code error;
  std::filesystem::create_directories(member->folder(), error);
  if (error) {
    return fail(Errc::kUnavailable,
                "Cannot create " + member->folder() + ": " + error.message() + '.');
  }
  Result<bool> read = member->read_disk();
  if (!read) return tl::unexpected<Error>(read.error());
  Result<bool> opened = member->open_instance();
  if (!opened) return tl::unexpected<Error>(opened.error());
  member->file_ = std::make_unique<DiskFile>(
      loop, member->disk_path(), [raw = member.get()](const std::string& text) {
        raw->disk_trouble_ = text;
        raw->look_for_trouble();
      });
  return member;
}

const model::Cluster& AgentMember::cluster_config() const {
  return options_.site->clusters[static_cast<std::size_t>(options_.cluster)];
}

const std::string& AgentMember::host_name() const {
  const auto place = static_cast<std::size_t>(options_.member);
  return options_.site->hosts[cluster_config().members[place].host].name;
}

std::string AgentMember::folder() const {
  return options_.dir + "/clusters/" + cluster_config().name;
}

/// A file that does not read back is left as it is: what this member sealed is not known any more,
/// so it may neither lead nor count until a person has looked.
Result<bool> AgentMember::read_disk() {
  const Result<std::optional<std::string>> text = DiskFile::read(disk_path());
  if (!text) return tl::unexpected<Error>(text.error());
  if (!text->has_value()) return true;
  disk_found_ = true;
  Result<core::AgentDisk> disk = codec::disk_from_json(*options_.site, cluster_config(), **text);
  if (disk) {
    disk_ = std::move(*disk);
  } else {
    refusal_ = disk_path() + " does not read back: " + disk.error().message +
               " This member takes no part. Restore the file, or remove it together with " +
               folder() + "/data to have the member copied afresh.";
  }
  return true;
}

Result<bool> AgentMember::open_instance() {
  postgres::InstanceConfig config;
  config.cluster = cluster_config().name;
  config.self = options_.member;
  for (const model::Member& member : cluster_config().members) {
    config.peers.push_back({options_.site->hosts[member.host].name,
                            model::postgres_port(static_cast<std::size_t>(options_.cluster))});
  }
  config.policy = policy_;
  config.directory = folder();
  config.socket_directory = folder();
  config.binaries = options_.binaries;
  config.user = options_.user;
  config.replication_secret = options_.secret;
  config.guardian_socket = options_.dir + "/guardian.sock";
  Result<std::unique_ptr<postgres::Instance>> instance =
      postgres::Instance::open(loop_, config, [this] { changed(); });
  if (!instance) return tl::unexpected<Error>(instance.error());
  instance_ = std::move(*instance);
  if (!disk_found_ && instance_->observation().life != 0) {
    refusal_ = disk_path() +
               " is missing beside a data directory, so what this member has sealed "
               "is not known. This member takes no part. Restore the file, or remove " +
               folder() + "/data to have the member copied afresh.";
  }
  return true;
}

void AgentMember::start() {
  look_for_trouble();
  if (!refusal_.empty()) return;
  started_ = true;
  core::AgentStarted started;
  started.disk = disk_;
  started.boot = options_.boot.id;
  started.booted_at = options_.boot.at;
  started.fresh_boot = disk_.boot != options_.boot.id;
  started.unclean = true;
  step(std::move(started));
}

void AgentMember::receive(core::AgentEvent event) {
  if (started_) step(std::move(event));
}

void AgentMember::changed() {
  // Never from inside a step: the ports do not call their driver back.
  if (change_posted_) return;
  change_posted_ = true;
  loop_.post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    change_posted_ = false;
    look_for_trouble();
    if (started_) step(core::PgChanged{});
  });
}

void AgentMember::step(core::AgentEvent event) {
  driver_.handle(loop_.now(), instance_->observation(), random_life(), std::move(event));
}

void AgentMember::look_for_trouble() {
  if (!refusal_.empty()) return say_trouble(refusal_);
  if (!disk_trouble_.empty()) return say_trouble(disk_trouble_);
  // What failed is news until something else has succeeded.
  const core::PgObservation& pg = instance_->observation();
  if (!pg.busy) say_trouble(pg.failed ? instance_->trouble() : std::string{});
}

void AgentMember::say_trouble(const std::string& text) {
  if (text == said_) return;
  said_ = text;
  const Level level = text.empty() ? Level::kInfo : Level::kWarning;
  log_line(loop_.wall(), level, cluster_config().name, text.empty() ? "All is well again." : text);
  mail_.errand(codec::Trouble{options_.cluster, options_.member, text});
}

void AgentMember::repeat_trouble() {
  mail_.errand(codec::Trouble{options_.cluster, options_.member, said_});
}

void AgentMember::create() {
  if (creating_) return;
  if (!refusal_.empty()) return answer_create(0, refusal_);
  const core::PgObservation& pg = instance_->observation();
  if (driver_.state().known != nullptr)
    return answer_create(0, host_name() + " already holds a record of this cluster.");
  // Created before, and whoever asked never heard of it.
  if (pg.life != 0 && pg.state == core::PgState::kStopped) return answer_create(pg.life, "");
  if (pg.life != 0 || pg.busy)
    return answer_create(0, host_name() + " already runs a PostgreSQL of this cluster.");
  // The file comes first: without it, a data directory is never trusted.
  disk_.boot = options_.boot.id;
  const Result<bool> written = DiskFile::write_now(
      disk_path(), codec::disk_to_json(*options_.site, cluster_config(), disk_));
  if (!written) return answer_create(0, written.error().message);
  creating_ = true;
  instance_->create(random_life(), [this](const Result<std::uint32_t>& life) {
    creating_ = false;
    answer_create(life ? *life : 0, life ? std::string{} : life.error().message);
  });
}

void AgentMember::answer_create(std::uint32_t life, std::string problem) {
  mail_.errand(codec::Created{options_.cluster, life, std::move(problem)});
}

void AgentMember::persist(const core::AgentDisk& disk, std::uint64_t token) {
  file_->write(codec::disk_to_json(*options_.site, cluster_config(), disk),
               [this, token] { driver_.persisted(token); });
}

void AgentMember::postgres(const core::PgCommand& command) { instance_->command(command); }

void AgentMember::send_report(const core::SendReport& it) {
  mail_.report({options_.cluster, options_.member, it.heartbeat, it.report}, it.news);
}

void AgentMember::send_promise_request(int to, const core::PromiseRequest& request) {
  mail_.promise({options_.cluster, to, request});
}

void AgentMember::send_promise_grant(int to, const core::PromiseGrant& grant) {
  mail_.promise({options_.cluster, to, grant});
}

void AgentMember::arm_guardian(MonoTime deadline) { instance_->arm_guardian(deadline); }

/// A rule that acts again and again, while what it asked for takes its time, is told once.
void AgentMember::event(const core::Event& event) {
  const MonoTime now = loop_.now();
  Said& last = told_[event.rule];
  const bool again = last.epoch == event.epoch && since(last.at, now) < kSayAgain;
  if (again) return;
  last = {event.epoch, now};
  log_event(loop_.wall(), *options_.site, options_.cluster, host_name(), event);
  mail_.errand(
      codec::Told{options_.cluster, options_.member, event.rule->id, event.epoch, event.amount});
}

void AgentMember::set_timer(MonoTime deadline) { timer_.set(deadline); }

}  // namespace holdfast::node

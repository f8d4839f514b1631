#include "adapters/postgres/test_bed.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <future>

#include "adapters/postgres/credentials.h"
#include "adapters/postgres/layout.h"
#include "adapters/postgres/server.h"
#include "adapters/process/clock.h"
#include "base/assert.h"

namespace holdfast::postgres {
namespace {

using core::PgState;
using core::PgVerb;
using process::boot_now;

model::Port free_port() {
  const int it = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  HF_ASSERT(bind(it, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  HF_ASSERT(getsockname(it, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(it);
  return ntohs(address.sin_port);
}

}  // namespace

std::string Bed::what_is_missing() {
  if (geteuid() != 0) return "root is needed to run a server as user postgres";
  if (!process::find_user("postgres")) return "there is no user postgres";
  const auto binaries = find_binaries("");
  return binaries ? std::string() : binaries.error().message;
}

Bed::Bed(int members) {
  // The path of a unix socket is short: a deep temporary directory would not do.
  const char* temporary = std::getenv("TMPDIR");
  root_ = std::string(temporary != nullptr ? temporary : "/tmp") + "/hf-pg-XXXXXX";
  HF_ASSERT(mkdtemp(root_.data()) != nullptr);
  chmod(root_.c_str(), 0755);
  config_.cluster = "registry";
  config_.replication_secret = "a secret of this test " + root_;
  config_.guardian_socket = root_ + "/guardian.sock";
  config_.policy.timing.detection = 250ms;
  for (int i = 0; i < members; ++i) {
    config_.peers.push_back({"127.0.0.1", free_port()});
  }
  for (int i = 0; i < members; ++i) open(i);
  thread_ = std::thread([this] {
    net::Timer forever(loop_, [] {});
    forever.set(loop_.now() + 24h);
    loop_.run();
  });
}

Bed::~Bed() {
  on_loop([this] { instances_.clear(); });
  loop_.stop();
  thread_.join();
  for (std::size_t i = 0; i < config_.peers.size(); ++i) {
    const Layout layout{directory(static_cast<int>(i)), sockets(static_cast<int>(i))};
    end_at_once(layout, find_postmaster(layout), 2s);
  }
  if (std::getenv("HF_KEEP") == nullptr) {
    [[maybe_unused]] const int code = std::system(("rm -rf " + root_).c_str());
  }
}

std::string Bed::directory(int member) const { return root_ + "/m" + std::to_string(member); }

void Bed::on_loop(const std::function<void()>& work) {
  std::promise<void> done;
  loop_.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Bed::open(int member) {
  InstanceConfig config = config_;
  config.self = member;
  const auto make = [&] {
    config.directory = directory(member);
    config.socket_directory = sockets(member);
    auto opened = Instance::open(loop_, config, nullptr);
    HF_ASSERT(opened.has_value());
    instances_[member] = std::move(*opened);
  };
  if (thread_.joinable()) {
    on_loop(make);
  } else {
    make();
  }
}

void Bed::close(int member) {
  on_loop([&] { instances_.erase(member); });
}

void Bed::begin(int member, const core::PgCommand& command) {
  on_loop([&] { instances_.at(member)->command(command); });
}

bool Bed::command(int member, const core::PgCommand& command, Duration limit) {
  begin(member, command);
  const bool ended = wait(
      member, [](const core::PgObservation& it) { return !it.busy; }, limit);
  return ended && !see(member).failed;
}

bool Bed::create(int member, std::uint32_t life) {
  std::promise<bool> done;
  on_loop([&] {
    instances_.at(member)->create(life, [&done](const Result<std::uint32_t>& result) {
      if (!result) std::fprintf(stderr, "create: %s\n", result.error().message.c_str());
      done.set_value(result.has_value());
    });
  });
  return done.get_future().get() &&
         wait(member, [](const core::PgObservation& it) { return !it.busy; });
}

core::PgObservation Bed::see(int member) {
  core::PgObservation seen;
  on_loop([&] { seen = instances_.at(member)->observation(); });
  return seen;
}

std::string Bed::trouble(int member) {
  std::string text;
  on_loop([&] { text = instances_.at(member)->trouble(); });
  return text;
}

void Bed::arm(int member, MonoTime deadline) {
  on_loop([&] { instances_.at(member)->arm_guardian(deadline); });
}

Duration Bed::time_until(int member, const Condition& condition, Duration limit) {
  const MonoTime began = boot_now();
  for (;;) {
    const bool holds = condition(see(member));
    const MonoTime now = boot_now();
    if (holds) return now - began;
    if (now - began >= limit) return Duration(-1);
    usleep(500);
  }
}

bool Bed::wait(int member, const Condition& condition, Duration limit) {
  return time_until(member, condition, limit) >= Duration(0);
}

core::Pair Bed::pair(std::uint64_t id, std::vector<int> members, int w, int primary) {
  core::Pair pair{PairId{id}, Epoch{1}, who(primary), {}, w};
  for (const int it : members) pair.s.insert_sorted(who(it));
  return pair;
}

bool Bed::start_first() {
  return create(0, 0xa0000001) && command(0, {.verb = PgVerb::kStartPrimary, .epoch = Epoch{1}}) &&
         set_and_prove(0, pair(1, {}, 0)) && command(0, {.verb = PgVerb::kOpen});
}

bool Bed::join(int member, int leader, std::uint64_t epoch) {
  const core::Incarnation peer = who(leader);
  const auto life = static_cast<std::uint32_t>(0xb0000000U + static_cast<unsigned>(member));
  return command(member, {.verb = PgVerb::kRebuild, .peer = peer, .life = life}) &&
         command(member, {.verb = PgVerb::kStartStandby, .epoch = Epoch{epoch}}) &&
         wait(member, [](const core::PgObservation& it) { return it.position_final; }) &&
         command(member, {.verb = PgVerb::kFollow, .epoch = Epoch{epoch}, .peer = peer}) &&
         wait(member, [](const core::PgObservation& it) {
           return it.receiver == core::ReceiverState::kStreaming;
         });
}

bool Bed::set_and_prove(int member, const core::Pair& pair) {
  return command(member, {.verb = PgVerb::kSetSync, .pair = pair}) &&
         wait(member, [&](const auto& it) { return it.sync_pair == pair.id; }) &&
         command(member, {.verb = PgVerb::kProve, .pair = pair}) &&
         wait(member, [&](const auto& it) { return it.proven == pair.id; });
}

std::string Bed::ask(const std::string& conninfo, const std::string& text, Duration limit) {
  auto session = Connection::open(conninfo, {limit, nullptr});
  if (!session) return "ERROR: " + session.error().message;
  const auto tables = (*session)->query(text, {limit, nullptr});
  if (!tables) return "ERROR: " + tables.error().message;
  std::string result;
  for (const Table& table : *tables) {
    for (const auto& row : table) {
      for (const std::string& cell : row) result += (result.empty() ? "" : "|") + cell;
    }
  }
  return result;
}

std::string Bed::sql(int member, const std::string& text, Duration limit) {
  return ask("host=" + sockets(member) + " port=" + std::to_string(port(member)) +
                 " user=postgres dbname=postgres",
             text,
             limit);
}

std::string Bed::client(int member, const std::string& text, Duration limit) {
  return ask("host=127.0.0.1 port=" + std::to_string(port(member)) +
                 " user=ris dbname=ris password=" + application_password(secret()),
             text,
             limit);
}

int Bed::postmaster(int member) const {
  return find_postmaster({directory(member), sockets(member)}).pid;
}

}  // namespace holdfast::postgres

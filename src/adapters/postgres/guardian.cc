#include "adapters/postgres/guardian.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/notes.h"
#include "adapters/postgres/server.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr Duration kGrace = 150ms;
constexpr Duration kPaceDefault = 80ms;

std::string charges_file(const std::string& socket_path) { return socket_path + ".charges"; }

}  // namespace

/// One instance of the host, and the thread that keeps its WAL moving.
struct Guardian::Charge {
  explicit Charge(const GuardianMessage& first)
      : message(first), thread([this] { keep_moving(); }) {}
  ~Charge() {
    stop.raise();
    thread.join();
  }
  Charge(const Charge&) = delete;
  Charge& operator=(const Charge&) = delete;

  GuardianMessage copy() {
    const std::lock_guard lock(mutex);
    return message;
  }
  void set(const GuardianMessage& next) {
    const std::lock_guard lock(mutex);
    message = next;
  }
  void keep_moving();

  std::mutex mutex;
  GuardianMessage message;
  process::Interrupt stop;
  std::thread thread;
};

/// Never waits for replication: the record belongs to no transaction, and the WAL writer flushes
/// it.
void Guardian::Charge::keep_moving() {
  std::unique_ptr<Connection> session;
  process::ProcessId server;
  for (;;) {
    const GuardianMessage it = copy();
    const Duration pace = it.pace > 1ms ? it.pace : kPaceDefault;
    if (it.postmaster != server) {
      session.reset();
      server = it.postmaster;
    }
    if (server.is_set() && (session == nullptr || !session->good())) {
      session.reset();
      auto fresh =
          Connection::open("host='" + it.sockets + "' port=" + std::to_string(it.port) +
                               " user=postgres dbname=postgres application_name=holdfast_guardian"
                               " options='-c synchronous_commit=off -c lock_timeout=1s'",
                           {1s, &stop});
      if (fresh) session = std::move(*fresh);
    }
    if (session != nullptr) {
      static_cast<void>(
          session->query("select case when not pg_is_in_recovery()"
                         " then pg_logical_emit_message(false, 'holdfast', '') end",
                         {2s, &stop}));
    }
    if (!stop.sleep(pace)) return;
  }
}

Guardian::Guardian(std::string path, int socket, int timer)
    : path_(std::move(path)), socket_(socket), timer_(timer) {}

Guardian::~Guardian() {
  for (std::thread& it : ladders_) it.join();
  charges_.clear();
  close(socket_);
  close(timer_);
  unlink(path_.c_str());
}

Result<std::unique_ptr<Guardian>> Guardian::open(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) {
    return fail(Errc::kInvalidInput,
                "the path of the guardian's socket is too long: " + socket_path);
  }
  std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size() + 1);
  const int it = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  unlink(socket_path.c_str());
  const mode_t before = umask(0177);
  const int bound = bind(it, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  umask(before);
  if (bound != 0) {
    const std::string why = std::strerror(errno);
    close(it);
    return fail(Errc::kUnavailable, "the guardian cannot listen on " + socket_path + ": " + why);
  }
  // This clock counts suspend: what became due meanwhile is due at once.
  const int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  std::unique_ptr<Guardian> guardian(new Guardian(socket_path, it, timer));
  guardian->load();
  return guardian;
}

void Guardian::run() {
  while (!stop_.raised()) {
    fence_what_is_due();
    set_timer();
    pollfd all[3] = {{socket_, POLLIN, 0}, {timer_, POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}};
    poll(all, 3, -1);
    // The deadline is looked at once more after the messages: a late one still counts.
    read_messages();
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t n = read(timer_, &count, sizeof count);
  }
}

void Guardian::read_messages() {
  char buffer[4096];
  bool any = false;
  for (int reads = 0; reads < 256; ++reads) {
    const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
    if (n <= 0) break;
    const auto message = read_message(std::string(buffer, static_cast<std::size_t>(n)));
    if (message) take(*message);
    any = any || message.has_value();
  }
  if (any) save();
}

void Guardian::take(const GuardianMessage& message) {
  std::unique_ptr<Charge>& charge = charges_[message.directory];
  GuardianMessage next = message;
  if (next.deadline == kLongAgo) {
    const bool same = charge != nullptr && charge->copy().postmaster == next.postmaster;
    next.deadline = same ? charge->copy().deadline : kNever;
  }
  if (charge == nullptr) {
    charge = std::make_unique<Charge>(next);
  } else {
    charge->set(next);
  }
}

void Guardian::fence_what_is_due() {
  const MonoTime now = boot_now();
  for (auto& [directory, charge] : charges_) {
    GuardianMessage message = charge->copy();
    if (message.deadline == kNever || message.deadline > now) continue;
    fence(message);
    message.deadline = kNever;
    charge->set(message);
    save();
  }
}

/// The signal comes at once; whoever ignores it is killed by a thread of its own, so that one stuck
/// server delays no other fence.
void Guardian::fence(const GuardianMessage& message) {
  if (!process::is_alive(message.postmaster)) return;
  const Layout layout{message.directory, message.sockets};
  note_ending(layout, message.postmaster, Ending::kFenced);
  process::send_signal(message.postmaster, SIGQUIT);
  ladders_.emplace_back([layout, message] { end_at_once(layout, message.postmaster, kGrace); });
}

void Guardian::set_timer() {
  MonoTime earliest = kNever;
  for (auto& [directory, charge] : charges_) {
    earliest = std::min(earliest, charge->copy().deadline);
  }
  itimerspec spec{};
  if (earliest != kNever) {
    const auto microseconds = std::max<std::int64_t>(1, earliest.time_since_epoch().count());
    spec.it_value.tv_sec = microseconds / 1'000'000;
    spec.it_value.tv_nsec = (microseconds % 1'000'000) * 1000;
  }
  timerfd_settime(timer_, TFD_TIMER_ABSTIME, &spec, nullptr);
}

void Guardian::save() const {
  std::string text;
  for (const auto& [directory, charge] : charges_) text += write_message(charge->copy());
  process::FileOptions options;
  options.durable = false;  // deadlines do not outlive the boot
  static_cast<void>(process::write_file(charges_file(path_), text, options));
}

void Guardian::load() {
  const Result<std::string> text = process::read_file(charges_file(path_));
  if (!text) return;
  constexpr std::size_t kLinesEach = 5;
  std::string one;
  std::size_t lines = 0;
  for (const char c : *text) {
    one += c;
    if (c != '\n' || ++lines < kLinesEach) continue;
    const auto message = read_message(one);
    if (message && process::is_alive(message->postmaster)) take(*message);
    one.clear();
    lines = 0;
  }
}

}  // namespace holdfast::postgres

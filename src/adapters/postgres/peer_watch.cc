#include "adapters/postgres/peer_watch.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/postgres/names.h"
#include "adapters/postgres/server.h"
#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

using process::boot_now;

constexpr auto kPause = std::chrono::milliseconds(40);
/// Each look at a server that accepts costs it a process.
constexpr Duration kAcceptedPause = 120ms;
constexpr Duration kConnectLimit = 300ms;
constexpr Duration kSlotPace = 300ms;
constexpr Duration kFirstSlot = 120ms;       ///< a leader makes the slots of its sync set by itself
constexpr Duration kHolderPatience = 250ms;  ///< a login just under way is no stale holder

}  // namespace

PeerWatch::PeerWatch(Context& context) : context_(context), thread_([this] { run(); }) {
  const Settings settings = context_.settings();
  if (settings.source.is_set()) follow(settings.source, settings.source_epoch);
}

PeerWatch::~PeerWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  interrupt_.raise();
  changed_.notify_all();
  thread_.join();
}

void PeerWatch::follow(core::Incarnation peer, Epoch epoch) {
  {
    const std::lock_guard lock(mutex_);
    peer_ = peer;
    epoch_ = epoch;
    ++round_;
    context_.refused_at = kLongAgo;
  }
  changed_.notify_all();
}

void PeerWatch::run() {
  std::uint64_t round = 0;
  MonoTime slot_due = kLongAgo;
  MonoTime look_due = kLongAgo;
  MonoTime waiting_since = kLongAgo;
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (!peer_.is_set() || peer_.member >= context_.config.peers.size()) {
      changed_.wait(lock);
      continue;
    }
    const core::Incarnation peer = peer_;
    const Epoch epoch = epoch_;
    const MonoTime now = boot_now();
    const bool is_new = round != round_;
    round = round_;
    if (is_new || context_.receiving) waiting_since = now;
    if (is_new) slot_due = now + kFirstSlot;
    lock.unlock();
    if (is_new || !context_.receiving) {
      if (now >= slot_due) {
        slot_due = now + kSlotPace;
        prepare_slot(peer, epoch, now - waiting_since >= kHolderPatience);
      } else if (is_new || now >= look_due) {
        look_due = now;
        const bool accepted = look_whether_refused(context_.config.peers[peer.member]);
        if (accepted) {
          look_due += kAcceptedPause;
          // A receiver that tries by itself would be a process for each refusal.
          if (!is_new && !context_.receiving) tell_startup(context_.postmaster());
        }
      }
    }
    lock.lock();
    if (!stop_ && round == round_) changed_.wait_for(lock, kPause);
  }
}

/// The receiver streams only through the slot of its incarnation, so that one member never counts
/// twice. Whoever holds that slot while our receiver does not stream is a sender that talks to
/// nobody.
void PeerWatch::prepare_slot(core::Incarnation peer, Epoch epoch, bool end_holder) {
  const core::Incarnation self = context_.self();
  const std::string conninfo =
      source_conninfo(context_.config.peers[peer.member], context_.layout, epoch, "holdfast_slot") +
      " dbname=postgres";
  auto session = Connection::open(conninfo, {2s, &interrupt_});
  if (!session) {
    const bool refused = session.error().message.find("Connection refused") != std::string::npos;
    if (refused) context_.refused_at = boot_now();
    return;
  }
  const std::string name = literal(incarnation_name(self));
  const std::string former = literal("^m" + std::to_string(self.member) + "_");
  const Patience patience{2s, &interrupt_};
  static_cast<void>((*session)->query(
      "select pg_create_physical_replication_slot(" + name +
          ") where not exists (select from pg_replication_slots where slot_name = " + name + ")",
      patience));
  if (end_holder && !context_.receiving) {
    static_cast<void>((*session)->query(
        "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = " +
            name + " and active_pid is not null",
        patience));
  }
  // Slots of former lives of this member keep WAL for nobody.
  static_cast<void>((*session)->query(
      "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active and"
      " slot_type = 'physical' and slot_name ~ " +
          former + " and slot_name <> " + name,
      patience));
}

/// True if it accepts.
bool PeerWatch::look_whether_refused(const PeerAddress& peer) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(peer.port);
  bool accepted = false;
  if (getaddrinfo(peer.host.c_str(), port.c_str(), &hints, &found) != 0) return false;
  const int it = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (it >= 0) {
    int error = 0;
    if (connect(it, found->ai_addr, found->ai_addrlen) != 0) error = errno;
    if (error == EINPROGRESS) {
      error = 0;
      const MonoTime limit = boot_now() + kConnectLimit;
      socklen_t size = sizeof error;
      if (process::wait_for(it, true, limit, &interrupt_) == process::Waited::kReady) {
        getsockopt(it, SOL_SOCKET, SO_ERROR, &error, &size);
        accepted = error == 0;
      }
    }
    if (error == ECONNREFUSED) context_.refused_at = boot_now();
    close(it);
  }
  freeaddrinfo(found);
  return accepted;
}

}  // namespace holdfast::postgres

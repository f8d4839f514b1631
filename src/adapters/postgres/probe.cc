#include "adapters/postgres/probe.h"

#include "adapters/process/clock.h"

namespace holdfast::postgres {
namespace {

constexpr Duration kPace = 1s;
constexpr Duration kPaceStandby = 3s;  ///< nobody waits for its clients
constexpr Duration kPaceFailing = 250ms;
constexpr Duration kLimit = 400ms;

}  // namespace

Probe::Probe(Context& context) : context_(context), thread_([this] { run(); }) {}

Probe::~Probe() {
  context_.stop_all.raise();
  thread_.join();
}

void Probe::run() {
  for (;;) {
    const MonoTime began = process::boot_now();
    const ProcessId server = context_.postmaster();
    const bool applies = server.is_set() && context_.doing == Doing::kNothing;
    const bool good = !applies || succeeds();
    const bool same = context_.postmaster() == server && context_.doing == Doing::kNothing;
    if (context_.stop_all.raised()) return;
    if (good || !same) {
      failing_since_ = kNever;
    } else if (failing_since_.load() == kNever) {
      failing_since_ = began;
    }
    const Duration pace = context_.settings().primary ? kPace : kPaceStandby;
    if (!context_.stop_all.sleep(failing_since_.load() == kNever ? pace : kPaceFailing)) return;
  }
}

/// The write waits for the local disk only: replication has other witnesses.
bool Probe::succeeds() {
  if (postmaster_status(context_.layout, context_.postmaster()) == "starting") return true;
  auto session = context_.fresh_session(kLimit, &context_.stop_all);
  if (!session) return false;
  return static_cast<bool>(
      (*session)->query("select case when not pg_is_in_recovery()"
                        " then pg_logical_emit_message(true, 'holdfast', 'probe') end",
                        {kLimit, &context_.stop_all}));
}

}  // namespace holdfast::postgres

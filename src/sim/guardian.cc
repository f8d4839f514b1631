#include "sim/guardian.h"

namespace holdfast::sim {

Guardian::Guardian(Kernel& kernel, Host& host, Postgres& postgres, Handler& handler, Duration pace)
    : kernel_(kernel), host_(host), postgres_(postgres), handler_(handler), pace_(pace) {}

void Guardian::start() { next_keepalive(); }

void Guardian::stop() {
  armed_ = kNever;
  deadline_.cancel();
  keepalive_.cancel();
}

void Guardian::arm(MonoTime deadline) {
  armed_ = deadline;
  deadline_.set(kernel_, host_.clock, handler_, kDeadline, 0, deadline);
}

void Guardian::shift(Duration by) {
  if (armed_ != kNever) arm(armed_ + by);
}

void Guardian::resume() {
  if (armed_ <= now()) {
    fence();
  } else {
    arm(armed_);
  }
  next_keepalive();
}

void Guardian::clock_changed() {
  deadline_.clock_changed(kernel_, host_.clock, handler_, kDeadline, 0);
  keepalive_.clock_changed(kernel_, host_.clock, handler_, kKeepalive, 0);
}

void Guardian::on_event(std::uint32_t kind, std::uint64_t number) {
  if (kind == kDeadline) {
    const bool due = deadline_.fired(kernel_, host_.clock, handler_, kDeadline, 0, number);
    if (due && host_.running()) fence();
    return;
  }
  if (!keepalive_.fired(kernel_, host_.clock, handler_, kKeepalive, 0, number)) return;
  if (!host_.running()) return;
  postgres_.keepalive();
  next_keepalive();
}

/// A member that is no primary (any more) serves nobody: an old deadline means nothing to it.
void Guardian::fence() {
  armed_ = kNever;
  deadline_.cancel();
  if (postgres_.observation().state == core::PgState::kPrimary) postgres_.kill(true);
}

void Guardian::next_keepalive() {
  keepalive_.set(kernel_, host_.clock, handler_, kKeepalive, 0, now() + pace_);
}

}  // namespace holdfast::sim

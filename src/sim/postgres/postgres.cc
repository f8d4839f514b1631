#include "sim/postgres.h"

#include "sim/postgres/impl.h"

namespace holdfast::sim {

Postgres::Postgres(PgEnvironment& environment)
    : impl_(std::make_unique<Impl>(environment, *this)) {}
Postgres::~Postgres() = default;

void Postgres::bootstrap(core::Incarnation self,
                         bool leader,
                         core::Incarnation leader_incarnation,
                         const core::Pair& pair) {
  impl_->bootstrap(self, leader, leader_incarnation, pair);
}

const core::PgObservation& Postgres::observation() const { return impl_->observe(); }
void Postgres::command(const core::PgCommand& command) { impl_->begin(command); }
void Postgres::deliver(int from_member, const PgMessage& message) {
  impl_->deliver(from_member, message);
}

void Postgres::client_write(WriteId write, std::uint32_t bytes) {
  impl_->client_write(write, bytes);
}
bool Postgres::client_read() { return impl_->client_read(); }
void Postgres::keepalive() { impl_->keepalive(); }

void Postgres::kill(bool by_guardian) { impl_->kill(by_guardian); }
void Postgres::power_loss(bool lose_unsynced) { impl_->power_loss(lose_unsynced); }
void Postgres::freeze(bool frozen) { impl_->freeze(frozen); }
void Postgres::slow(Duration by) {
  impl_->slow_by = by;
  impl_->slow_since = by > Duration(0) ? impl_->env.host_now() : kNever;
}
void Postgres::cancel_waits() { impl_->cancel_waits(); }
void Postgres::replace_disk() {
  impl_->power_loss(false);
  impl_->disk.wipe();
  impl_->fenced = false;
  impl_->set_state(PgState::kAbsent);
}
void Postgres::poison(bool on) { impl_->poisoned = on; }

const std::vector<WalEntry>& Postgres::wal() const { return impl_->disk.wal.entries; }
const std::vector<core::Fork>& Postgres::history() const { return impl_->disk.wal.history; }
core::Position Postgres::wal_end() const {
  const Wal& wal = impl_->disk.wal;
  return {wal.timeline_at(wal.end), wal.end};
}
core::Position Postgres::wal_flushed() const {
  const Wal& wal = impl_->disk.wal;
  return {wal.timeline_at(wal.flushed), wal.flushed};
}

void Postgres::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t b) {
  impl_->handle(kind, a, b);
}

}  // namespace holdfast::sim

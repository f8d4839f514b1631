#include "sim/agent_storage.h"

#include <utility>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

/// A drive without power-loss protection stores what it has confirmed within this time.
constexpr Duration kDriveCache = 1s;

}  // namespace

void AgentStorage::begin(const core::AgentDisk& disk, std::uint64_t token) {
  HF_ASSERT(token_ == 0 && token != 0);
  pending_ = disk;
  token_ = token;
}

bool AgentStorage::finish(SimTime now, std::uint64_t token) {
  if (token == 0 || token != token_) return false;
  token_ = 0;
  former_[formers_++ % kFormer] = {now, std::exchange(disk_, std::move(pending_))};
  pending_ = core::AgentDisk{};
  return true;
}

void AgentStorage::interrupt(SimTime now, Prng& prng) {
  if (token_ == 0) return;
  constexpr double kEvenOdds = 50;
  if (prng.chance(kEvenOdds)) {
    finish(now, token_);
    return;
  }
  token_ = 0;
  pending_ = core::AgentDisk{};
}

void AgentStorage::power_loss(SimTime now, bool lose_unsynced, Prng& prng) {
  interrupt(now, prng);
  if (!lose_unsynced) return;
  const SimTime stored = now - prng.between(Duration(0), kDriveCache);
  // The oldest state that was replaced after the last moment the drive had really stored.
  const std::size_t kept = formers_ < kFormer ? formers_ : kFormer;
  for (std::size_t back = kept; back > 0; --back) {
    Former& former = former_[(formers_ - back) % kFormer];
    if (former.until <= stored) continue;
    disk_ = std::move(former.disk);
    break;
  }
  formers_ = 0;
}

void AgentStorage::wipe() {
  disk_ = core::AgentDisk{};
  pending_ = core::AgentDisk{};
  token_ = 0;
  formers_ = 0;
}

}  // namespace holdfast::sim

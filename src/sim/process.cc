#include "sim/process.h"

#include <utility>

namespace holdfast::sim {
namespace {

/// As many datagrams wait in a socket buffer.
constexpr std::size_t kBuffer = 1024;

}  // namespace

void Process::post(const Work& work, bool droppable) {
  if (!alive_) return forget(work);
  if (freezes_ == 0) return run(work);
  if (droppable && inbox_.size() >= kBuffer) return forget(work);
  inbox_.push_back(work);
}

void Process::start(int freezes) {
  if (alive_) return;
  alive_ = true;
  ++life_;
  freezes_ = freezes;
  on_start();
}

void Process::kill() {
  if (!alive_) return;
  alive_ = false;
  for (const Work& work : std::exchange(inbox_, {})) forget(work);
  on_kill();
}

void Process::thaw() {
  if (!alive_ || freezes_ == 0) return;
  if (--freezes_ > 0) return;
  for (const Work& work : std::exchange(inbox_, {})) run(work);
}

}  // namespace holdfast::sim

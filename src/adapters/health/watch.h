// One vantage point at work: probes every check of a plan, keeps its own views, and decides what
// they come to.
//
// The shell around core/health for one thread. With one declared vantage point a check's verdict is
// that view; controllers that hear others hand in their opinions as well.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/health/prober.h"
#include "base/prng.h"
#include "core/health/board.h"
#include "model/site.h"

namespace holdfast::health {

/// One probe, and what this vantage point makes of it.
struct Seen {
  std::uint32_t check = 0;
  const ProbeReport& report;
  const core::health::CheckState& view;
  const core::Rule* rule = nullptr;
};

class Watch {
 public:
  // Both are called on the thread in run(), and may be empty.
  using OnSeen = std::function<void(const Seen&)>;
  using OnDecided = std::function<void(const core::health::HealthEvent&, MonoTime)>;

  /// `self`: the host that probes; checks whose vantage points do not include it are not probed
  /// here. Fails as make_talk does, naming the check.
  static Result<std::unique_ptr<Watch>> make(const model::Site& site,
                                             const std::string& self,
                                             OnSeen seen,
                                             OnDecided decided);

  [[nodiscard]] Result<bool> run(MonoTime until, const process::Interrupt* interrupt = nullptr);
  /// What others say, and how controls are set: taken in with the next step. Between calls of
  /// run().
  void hear(const std::vector<core::health::Opinion>& opinions,
            const std::vector<core::health::ControlSet>& controls);

  [[nodiscard]] const core::health::Plan& plan() const { return plan_; }
  [[nodiscard]] const core::health::Board& board() const { return board_; }
  /// How many checks are probed from here.
  [[nodiscard]] std::size_t probed() const { return checks_.size(); }

 private:
  Watch(const model::Site& site, OnSeen seen, OnDecided decided);

  Result<bool> add(const model::Check& check, std::uint32_t index, std::uint32_t self);
  MonoTime take(const ProbeReport& report);
  void decide(MonoTime now);
  int jitter();

  const core::health::Plan plan_;
  core::health::Board board_;
  core::health::BoardStep step_;
  std::vector<core::health::Opinion> opinions_;  ///< since the last step
  std::vector<core::health::ControlSet> controls_;
  std::vector<std::uint32_t> checks_;  ///< of each slot of the prober
  std::vector<core::health::CheckState> views_;
  std::uint32_t self_ = 0;
  bool decided_once_ = false;
  Prng prng_;
  OnSeen on_seen_;
  OnDecided on_decided_;
  Prober prober_;
};

}  // namespace holdfast::health

// Which of a record's targets are given to clients, and what happens when none is healthy.
//
// The policy belongs to whoever hands targets out (answers, proxies); the choice, and the moment at
// which somebody has to be told, are here.
#pragma once

#include <span>

#include "core/health/verdict.h"

namespace holdfast::core::health {

enum class WhenAllFail : std::uint8_t {
  kOpen,    ///< give all of them: probes may be wrong, and nothing is lost by trying
  kClosed,  ///< give none
};

/// Which targets are given out, as a rule about each of them.
enum class Given : std::uint8_t { kNotUnhealthy, kAll, kNone };

struct TargetsState {
  const Rule* rule = nullptr;  ///< the row that decided last

  friend bool operator==(const TargetsState&, const TargetsState&) = default;
};

struct TargetsStep {
  Given given = Given::kAll;
  const Rule* rule = nullptr;
  bool told = false;  ///< the reason is another one than before: an event for people
};

/// What is unknown is given out: only what is known to be unhealthy is withheld.
[[nodiscard]] TargetsStep step_targets(WhenAllFail mode,
                                       TargetsState& state,
                                       std::span<const Verdict> verdicts);

/// Whether a target with this verdict is among those given.
[[nodiscard]] bool is_given(Given given, Verdict verdict);

namespace targets {

struct View {
  WhenAllFail mode;
  int count = 0;
  int unhealthy = 0;
};

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  Given given;
};

[[nodiscard]] std::span<const Row> rows();

}  // namespace targets
}  // namespace holdfast::core::health

// One target's side of probing: what is said to it, step by step, without ever blocking.
//
// A talk is made once and begun again for every probe. After each call its owner looks at what it
// waits for: a descriptor that becomes ready, or a deadline that passes. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "codec/health/judgement.h"
#include "model/checks.h"

namespace holdfast::health {

/// How one probe ended. Phases that did not happen are zero.
struct Outcome {
  bool passed = false;
  std::string why;  ///< a clause; empty when it passed
  Duration connect{};
  Duration tls{};
  Duration answer{};
  std::optional<Duration> expires_in;  ///< of the certificate that was shown
};

class Talk {
 public:
  Talk() = default;
  virtual ~Talk() = default;
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  /// Begins a probe. Pre: over(), or never begun.
  virtual void begin(MonoTime now) = 0;
  /// The descriptor is ready; also between probes, when a kept connection has news.
  virtual void ready(MonoTime now) = 0;
  /// The deadline has passed: the probe has failed for that. Over afterwards.
  virtual void expire(MonoTime now) = 0;

  [[nodiscard]] bool over() const { return over_; }
  /// Pre: over().
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }
  /// -1: none.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// What epoll shall wait for.
  [[nodiscard]] std::uint32_t events() const { return events_; }
  /// Counts descriptors: a number that was given again is a new one.
  [[nodiscard]] std::uint32_t opened() const { return opened_; }
  [[nodiscard]] MonoTime deadline() const { return deadline_; }

 protected:
  void end(bool passed, std::string why = {}) {
    over_ = true;
    outcome_.passed = passed;
    outcome_.why = std::move(why);
  }
  void end(codec::health::Judgement judgement) { end(judgement.passed, std::move(judgement.why)); }

  bool over_ = true;
  Outcome outcome_;
  int descriptor_ = -1;
  std::uint32_t events_ = 0;
  std::uint32_t opened_ = 0;
  MonoTime deadline_ = kNever;
};

/// The talk for a check. kInvalidInput or kUnavailable if it cannot be probed from here at all: no
/// readable authority, a target that is no address. Pre: the check is of a probed kind.
[[nodiscard]] Result<std::unique_ptr<Talk>> make_talk(const model::Check& check);

}  // namespace holdfast::health

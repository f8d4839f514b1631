// Which targets of a name are answered, and for how long: one decision table for all policies.
//
// Health is an input, never looked up; what is remembered between two decisions of a failover is
// the group that is answered. Total and deterministic.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/dns/known_health.h"
#include "core/rule.h"
#include "model/dns.h"

namespace holdfast::core::dns {

struct Bounds {
  Duration min_ttl = 1s;
  Duration max_ttl = 60s;
};

struct Decision {
  const Rule* rule = nullptr;
  std::size_t group = 0;                  ///< that is answered, or would be
  std::vector<model::DnsChoice> targets;  ///< with the weights they are drawn by
  bool draws_one = false;                 ///< each message has one of them, by weight
  bool fails_open = false;                ///< nothing is known to work: worth telling people
  Duration ttl{};                         ///< whole seconds
  MonoTime again = kNever;                ///< by then it may change without any news

  /// Do both answer the same? (Their rules may differ.)
  [[nodiscard]] bool same_answer(const Decision& other) const;
};

struct Question {
  const model::DnsAnswer& answer;
  const Bounds& bounds;
  std::span<const TargetHealth> health;  ///< by target
  bool failback_asked = false;
  MonoTime now;
};

/// `group`: the one that was answered last (0 at first). It stays in `Decision::group` unless a row
/// says otherwise. `out` is overwritten; its memory is used again.
void decide(const Question& question, std::size_t group, Decision& out);

/// Everything a row may look at.
struct View {
  const Question& question;
  std::size_t group = 0;        ///< answered last
  std::size_t preferred = 0;    ///< the first group with a usable target; meaningful if `usable`
  std::size_t usable = 0;       ///< targets of all groups that may be answered
  std::size_t held = 0;         ///< healthy, but within their minimum time down
  std::size_t usable_here = 0;  ///< usable ones of `group`
  std::size_t weight_here = 0;  ///< their weights, summed
};

struct Row {
  Rule rule;
  bool (*matches)(const View&);
  void (*act)(const View&, Decision&);
};

[[nodiscard]] View look(const Question& question, std::size_t group);
[[nodiscard]] std::span<const Row> rows();

}  // namespace holdfast::core::dns

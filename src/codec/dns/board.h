// Follows what is known: decides every name anew when its targets change, and keeps the snapshot
// that responders answer from.
//
// Pure: health and time come in, a snapshot and what is worth telling come out. One change costs
// what the names of that target cost, not what the zones hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "codec/dns/snapshot.h"
#include "core/dns/known_health.h"
#include "core/dns/policy.h"
#include "model/dns.h"

namespace holdfast::codec::dns {

/// What a name answers, in the words of the decision.
struct Standing {
  const model::DnsZone* zone = nullptr;
  const model::DnsAnswer* answer = nullptr;
  core::dns::Decision decision;
};

class Board {
 public:
  /// Decides every name with nothing known. Pre: the site is valid (model/validate).
  Board(model::Dns dns, MonoTime now);
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  /// Everything that is known. Names whose answer or rule changed, by their place.
  std::vector<std::size_t> take(const core::dns::KnownHealth& known, MonoTime now);
  /// News of one target.
  std::vector<std::size_t> take(model::Index target,
                                const core::dns::TargetHealth& health,
                                MonoTime now);
  /// To be called at `next_deadline()` at the latest.
  std::vector<std::size_t> tick(MonoTime now);
  [[nodiscard]] MonoTime next_deadline() const;

  [[nodiscard]] const std::shared_ptr<const Snapshot>& snapshot() const { return snapshot_; }
  [[nodiscard]] const std::vector<Standing>& names() const { return names_; }
  [[nodiscard]] const model::Dns& dns() const { return dns_; }

 private:
  struct Wiring {
    std::vector<std::uint32_t> views;
    bool failback_asked = false;
  };

  void wire();
  bool hear(std::size_t target, core::dns::TargetHealth health, MonoTime now);
  bool decide(std::size_t name, MonoTime now);
  std::vector<std::size_t> decide_all(const std::set<std::size_t>& names, MonoTime now);

  model::Dns dns_;
  TargetAddresses addresses_;
  std::vector<core::dns::TargetHealth> health_;
  std::vector<Standing> names_;
  std::vector<Wiring> wiring_;                      ///< by name
  std::vector<std::vector<std::size_t>> concerns_;  ///< by target: the names that may answer it
  std::set<std::pair<MonoTime, std::size_t>> deadlines_;
  core::dns::Decision next_;  ///< scratch
  std::vector<Snapshot::Change> changes_;
  std::shared_ptr<const Catalog> catalog_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace holdfast::codec::dns

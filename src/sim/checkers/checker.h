// A checker: one promise of the whole, judged from outside all processes.
//
// Checkers see what clients were told, what WAL really holds and what the store really holds; never
// what any process believes.
#pragma once

#include <string>
#include <vector>

#include "sim/checkers/truth.h"
#include "sim/chronicle.h"
#include "sim/ledger.h"
#include "sim/observer.h"

namespace holdfast::sim {

struct Violation {
  SimTime time{};
  std::string checker;
  std::string text;
};

/// What all checkers of one run share. The ledger and the chronicle hear of everything first.
struct Bench {
  const Truth& truth;
  Ledger& ledger;
  const Chronicle& chronicle;
  std::vector<Violation>& violations;
};

class Checker : public Observer {
 public:
  explicit Checker(Bench& bench) : bench_(bench) {}

  [[nodiscard]] virtual const char* name() const = 0;
  /// What is promised, in one sentence.
  [[nodiscard]] virtual const char* sentence() const = 0;
  /// The run is over; everything has healed.
  virtual void on_end(SimTime) {}

 protected:
  /// Only the first few of a checker are kept: one defect can break the same promise for every
  /// write.
  void violate(SimTime now, std::string text);

  Bench& bench_;

 private:
  static constexpr int kKept = 5;
  int violations_ = 0;
};

/// "registry#2" style names would need the site; checkers speak in numbers: "cluster 0 member 2".
[[nodiscard]] std::string text_of(MemberRef member);
[[nodiscard]] std::string text_of(SimTime t);

}  // namespace holdfast::sim

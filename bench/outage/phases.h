// When each step of what follows a fault was done, in one run.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/observer.h"

namespace holdfast::bench {

enum class Mark : std::uint8_t {
  kSealingAsked,
  kSealing,
  kTargetAsked,
  kTarget,
  kLeads,
  kOpen,
  kSetAsked,
  kSet,
  kAcknowledged,
  kCount,
};

inline constexpr std::size_t kMarks = static_cast<std::size_t>(Mark::kCount);

/// "sealing_recorded" and the like: what has been reached.
const char* mark_name(Mark mark);

/// From the fault to each mark that was reached before clients had their answers again.
using Marks = std::array<std::optional<Duration>, kMarks>;

/// How long each mark took from the one before it; marks that were not reached have no phase.
using Phases = std::array<std::optional<Duration>, kMarks>;
[[nodiscard]] Phases phases_of(const Marks& marks);

/// Watches a run with one fault.
class Watch : public sim::Observer {
 public:
  explicit Watch(std::size_t clusters) : clusters_(clusters) {}

  [[nodiscard]] Marks marks(int cluster) const;

  void on_fault(sim::SimTime t, const sim::Fault&, bool begins) override;
  void on_proposal(sim::SimTime asked, int cluster) override;
  void on_record(sim::SimTime t,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;
  void on_leading(sim::SimTime t,
                  sim::MemberRef at,
                  core::Incarnation,
                  Epoch,
                  Timeline,
                  Lsn,
                  bool in_place) override;
  void on_open(sim::SimTime t, sim::MemberRef at, core::Incarnation, Epoch, bool open) override;
  void on_write_done(sim::SimTime t,
                     sim::MemberRef at,
                     Epoch,
                     sim::WriteId,
                     sim::ClientResult result,
                     bool cancelled) override;

 private:
  struct Notes {
    std::array<sim::SimTime, kMarks> first;
    sim::SimTime asked{};     ///< for the record that comes next
    sim::SimTime acked{};     ///< last
    Duration longest_wait{};  ///< between two acknowledgements, the second after the fault
  };

  [[nodiscard]] bool watching() const { return begun_ && !healed_; }
  Notes& notes(int cluster) { return clusters_[static_cast<std::size_t>(cluster)]; }
  void note(int cluster, Mark mark, sim::SimTime t);

  std::vector<Notes> clusters_;
  sim::SimTime fault_{};
  bool begun_ = false;
  bool healed_ = false;
};

}  // namespace holdfast::bench

// A readable story of a run: faults, what the core said and why, records, who led and who was open.
//
// Bounded: the beginning is kept, which is where a failure's cause lies.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/site.h"
#include "sim/observer.h"

namespace holdfast::sim {

class Story : public Observer {
 public:
  /// `site` must outlive the story.
  explicit Story(const model::Site& site) : site_(site) {}

  /// One happening each, in order, beginning with the time in seconds.
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  void on_record(SimTime,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override;
  void on_leading(SimTime, MemberRef, core::Incarnation, Epoch, Timeline, Lsn, bool) override;
  void on_open(SimTime, MemberRef, core::Incarnation, Epoch, bool open) override;
  void on_core_event(SimTime, int cluster, int host, const core::Event&) override;
  void on_fault(SimTime, const Fault&, bool begins) override;

 private:
  static constexpr std::size_t kLinesMax = 3000;

  void say(SimTime t, const std::string& text);
  [[nodiscard]] std::string name_of(MemberRef member) const;
  [[nodiscard]] std::string name_of(int cluster, core::Incarnation who) const;
  [[nodiscard]] std::string text_of_record(int cluster, const core::Record& record) const;

  const model::Site& site_;
  std::vector<std::string> lines_;
};

}  // namespace holdfast::sim

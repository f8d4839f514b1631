#include "workload/check/losses.h"

#include <algorithm>
#include <utility>

namespace holdfast::workload {
namespace {

/// Answers: of the writes that began after `t`, when was the first acknowledged?
class Survivors {
 public:
  explicit Survivors(std::vector<const Operation*> writes) : writes_(std::move(writes)) {
    std::stable_sort(writes_.begin(), writes_.end(), [](const Operation* a, const Operation* b) {
      return a->invoke < b->invoke;
    });
    first_end_.assign(writes_.size() + 1, kNever);
    for (std::size_t i = writes_.size(); i-- > 0;) {
      first_end_[i] = std::min(first_end_[i + 1], writes_[i]->complete);
    }
  }

  [[nodiscard]] MonoTime first_end_after(MonoTime t) const {
    const auto begin = std::partition_point(
        writes_.begin(), writes_.end(), [t](const Operation* each) { return each->invoke <= t; });
    return first_end_[static_cast<std::size_t>(begin - writes_.begin())];
  }

 private:
  std::vector<const Operation*> writes_;
  std::vector<MonoTime> first_end_;  ///< of the writes from this place on
};

}  // namespace

std::vector<LossEpisode> loss_episodes(std::vector<const Operation*> lost,
                                       const std::vector<const Operation*>& survivors,
                                       std::size_t data_classes) {
  std::stable_sort(lost.begin(), lost.end(), [](const Operation* a, const Operation* b) {
    return a->complete < b->complete;
  });
  const Survivors alive(survivors);
  std::vector<LossEpisode> episodes;
  MonoTime taken_over = kNever;  // of the present episode: when a survivor proves that it is over
  for (const Operation* write : lost) {
    if (episodes.empty() || taken_over < write->invoke) {
      episodes.push_back({.rows_by_class = std::vector<std::size_t>(data_classes),
                          .oldest = write->complete,
                          .newest = write->complete});
      taken_over = alive.first_end_after(write->complete);
    }
    LossEpisode& episode = episodes.back();
    ++episode.rows;
    if (write->data_class < data_classes) ++episode.rows_by_class[write->data_class];
    episode.newest = std::max(episode.newest, write->complete);
  }
  return episodes;
}

}  // namespace holdfast::workload

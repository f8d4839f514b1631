#include "sim/checkers/epochs.h"

#include <array>

namespace holdfast::sim {
namespace {

std::string text_of_key(const core::RecordKey& key) {
  return std::to_string(key.store.value) + "/" + std::to_string(key.epoch.value) + "/" +
         std::to_string(key.revision.value);
}

}  // namespace

NeverReused::NeverReused(Bench& bench)
    : Checker(bench),
      begun_(static_cast<std::size_t>(bench.truth.clusters())),
      highest_(begun_.size()),
      writes_(begun_.size()) {}

void NeverReused::on_record(SimTime now,
                            int cluster,
                            const core::RecordPtr&,
                            const core::RecordPtr& after) {
  if (after == nullptr) return;
  core::RecordKey& highest = highest_[static_cast<std::size_t>(cluster)];
  if (after->key <= highest || after->key.epoch < highest.epoch) {
    violate(now,
            "cluster " + std::to_string(cluster) + ": record " + text_of_key(after->key) +
                " follows " + text_of_key(highest));
  }
  highest = after->key;
}

void NeverReused::begin_timeline(SimTime now, MemberRef member, const Begun& begun) {
  std::vector<Begun>& all = begun_[static_cast<std::size_t>(member.cluster)];
  for (const Begun& earlier : all) {
    if (earlier.timeline != begun.timeline) continue;
    violate(now,
            text_of(member) + " begins timeline " + std::to_string(begun.timeline.value) +
                " in epoch " + std::to_string(begun.epoch.value) + " at LSN " +
                std::to_string(begun.fork.value) + ", but member " +
                std::to_string(earlier.by.member) + " began it in epoch " +
                std::to_string(earlier.epoch.value) + " at LSN " +
                std::to_string(earlier.fork.value));
  }
  all.push_back(begun);
}

void NeverReused::on_leading(SimTime now,
                             MemberRef member,
                             core::Incarnation by,
                             Epoch epoch,
                             Timeline timeline,
                             Lsn fork,
                             bool in_place) {
  writes_[static_cast<std::size_t>(member.cluster)][static_cast<std::size_t>(member.member)] =
      timeline;
  if (!in_place) begin_timeline(now, member, {timeline, epoch, fork, by});
  const EpochNote* note = bench_.chronicle.cluster(member.cluster).find(epoch);
  if (note != nullptr && note->leader == by) return;
  violate(now,
          text_of(member) + " leads epoch " + std::to_string(epoch.value) +
              (note == nullptr
                   ? ", which is not recorded"
                   : ", whose recorded leader is member " + std::to_string(note->leader.member) +
                         " life " + std::to_string(note->leader.life) + ", not life " +
                         std::to_string(by.life)));
}

void NeverReused::on_open(
    SimTime now, MemberRef member, core::Incarnation, Epoch epoch, bool open) {
  if (!open) return;
  const EpochNote* note = bench_.chronicle.cluster(member.cluster).find(epoch);
  const Timeline timeline =
      writes_[static_cast<std::size_t>(member.cluster)][static_cast<std::size_t>(member.member)];
  if (note == nullptr || note->timeline == timeline) return;
  violate(now,
          text_of(member) + " lets clients in on timeline " + std::to_string(timeline.value) +
              ", but epoch " + std::to_string(epoch.value) + " is recorded on timeline " +
              std::to_string(note->timeline.value));
}

}  // namespace holdfast::sim

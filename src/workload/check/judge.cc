#include "workload/check/judge.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "workload/check/order.h"

namespace holdfast::workload {
namespace {

constexpr const char* kFinalState = "the final state";

bool contains(const std::vector<Run>& runs, OpId id) {
  return std::any_of(runs.begin(), runs.end(), [id](Run run) { return is_of_run(id, run); });
}

std::string named(const Operation& write) {
  return "write " + std::to_string(write.id) + " of client " + std::to_string(write.client) +
         " to key " + std::to_string(write.key) + ", " + outcome_name(write.outcome) + " at " +
         std::to_string(write.complete.time_since_epoch().count()) + " us";
}

class Judge {
 public:
  Judge(const ClusterHistory& history, const ClusterState& state, const JudgeOptions& options)
      : history_(history), state_(state), options_(options) {
    verdict_.cluster = history.cluster.name;
    verdict_.loss_allowed = history.cluster.may_lose() && !options.strict;
    verdict_.lost_by_class.resize(history.cluster.data_classes.size());
  }

  ClusterVerdict run() {
    for (const Operation& op : history_.operations) {
      if (op.kind == OpKind::kWrite) take_write(op);
    }
    judge_log();
    judge_losses();
    for (const Operation& op : history_.operations) {
      if (op.kind != OpKind::kRead) continue;
      ++verdict_.reads;
      if (op.outcome == Outcome::kAcknowledged) take_read(op);
    }
    for (auto& [key, entry] : keys_) {
      ++verdict_.keys;
      finish_key(key, entry);
    }
    return std::move(verdict_);
  }

 private:
  [[nodiscard]] bool in_log(OpId id) const {
    return std::binary_search(state_.log.begin(), state_.log.end(), id);
  }

  void find(FindingKind kind, std::int32_t key, OpId id, std::string text) {
    std::size_t& count = verdict_.counts[static_cast<std::size_t>(kind)];
    if (++count <= options_.examples) verdict_.findings.push_back({kind, key, id, std::move(text)});
  }

  void take_write(const Operation& op) {
    writes_.emplace(op.id, &op);
    KeyHistory& key = keys_[op.key];
    const bool applied = in_log(op.id);
    if (applied) key.writes.push_back(&op);
    switch (op.outcome) {
      case Outcome::kAcknowledged:
        ++verdict_.acknowledged;
        (applied ? survivors_ : lost_).push_back(&op);
        break;
      case Outcome::kRefused:
        ++verdict_.refused;
        if (applied) find(FindingKind::kPhantom, op.key, op.id, named(op) + ", is there");
        break;
      case Outcome::kUnknown:
        ++verdict_.unknown;
        verdict_.unknown_applied += applied ? 1 : 0;
        break;
    }
  }

  void judge_log() {
    for (const OpId id : state_.log) {
      if (!contains(history_.runs, id) || writes_.contains(id)) continue;
      if (contains(history_.cut_off, id)) {
        ++verdict_.unrecorded_allowed;
      } else {
        find(FindingKind::kUnrecorded,
             0,
             id,
             "write " + std::to_string(id) + " is there, but the history says nothing of it");
      }
    }
  }

  void judge_losses() {
    verdict_.losses = loss_episodes(lost_, survivors_, verdict_.lost_by_class.size());
    for (const LossEpisode& episode : verdict_.losses) {
      for (std::size_t i = 0; i < episode.rows_by_class.size(); ++i) {
        verdict_.lost_by_class[i] += episode.rows_by_class[i];
      }
    }
    if (!verdict_.loss_allowed) {
      for (const Operation* write : lost_) {
        find(FindingKind::kLost, write->key, write->id, named(*write) + ", is not there");
      }
    } else if (options_.takeovers && verdict_.losses.size() > *options_.takeovers) {
      find(FindingKind::kHole,
           lost_.front()->key,
           lost_.front()->id,
           "acknowledged writes are missing in " + std::to_string(verdict_.losses.size()) +
               " places with survivors in between; takeovers explain " +
               std::to_string(*options_.takeovers));
    }
  }

  void take_read(const Operation& read) {
    if (read.id != 0 && !settle_value(read.key, read.id, "client " + std::to_string(read.client))) {
      return;
    }
    keys_[read.key].reads.push_back(&read);
  }

  /// Whether a value that was seen takes part in the order of its key: it comes from somewhere and
  /// survived.
  bool settle_value(std::int32_t key, OpId id, const std::string& who) {
    const auto write = writes_.find(id);
    const bool recorded = write != writes_.end();
    const bool cut_off = contains(history_.cut_off, id);
    if (!recorded && contains(history_.runs, id) && !cut_off) {
      find(FindingKind::kUnwritten, key, id, seen(who, key, id) + ", which nobody wrote");
    } else if (in_log(id)) {
      // Done and never written down, or by a run before this one: it began at an unknown time.
      if (!recorded) unrecorded_[key].insert(id);
      return true;
    } else if (verdict_.loss_allowed && who != kFinalState &&
               !(recorded && write->second->outcome == Outcome::kRefused)) {
      ++verdict_.undone_allowed;
    } else if (recorded) {
      find(FindingKind::kUndone,
           key,
           id,
           seen(who, key, id) + ", which is not there: " + named(*write->second));
    } else if (cut_off) {
      find(FindingKind::kUndone, key, id, seen(who, key, id) + ", which is not there");
    } else {
      find(FindingKind::kUnwritten,
           key,
           id,
           seen(who, key, id) + ", which is of no history and not in the log");
    }
    return false;
  }

  static std::string seen(const std::string& who, std::int32_t key, OpId id) {
    return who + " saw " + std::to_string(id) + " in key " + std::to_string(key);
  }

  void finish_key(std::int32_t key, KeyHistory& entry) {
    entry.key = key;
    const auto last = state_.registers.find(key);
    entry.last = last == state_.registers.end() ? 0 : last->second;
    if (entry.last != 0 && !settle_value(key, entry.last, kFinalState)) return;
    std::vector<Operation> stand_ins;
    for (const OpId id : unrecorded_[key]) {
      stand_ins.push_back({.key = key, .id = id, .invoke = kLongAgo, .complete = kNever});
    }
    for (const Operation& each : stand_ins) entry.writes.push_back(&each);
    OrderVerdict order = judge_order(entry, options_.search_limit);
    if (!order.conflict) return;
    if (order.stale) verdict_.stalest_read = std::max(verdict_.stalest_read, *order.stale);
    if (order.stale && *order.stale <= options_.stale_reads) return;
    find(FindingKind::kOrder, key, order.id, std::move(*order.conflict));
  }

  const ClusterHistory& history_;
  const ClusterState& state_;
  const JudgeOptions& options_;
  ClusterVerdict verdict_;
  std::unordered_map<OpId, const Operation*> writes_;
  std::vector<const Operation*> survivors_, lost_;     ///< of the acknowledged writes
  std::map<std::int32_t, std::set<OpId>> unrecorded_;  ///< writes that were seen, by key
  std::map<std::int32_t, KeyHistory> keys_;
};

}  // namespace

ClusterVerdict judge(const ClusterHistory& history,
                     const ClusterState& state,
                     const JudgeOptions& options) {
  return Judge(history, state, options).run();
}

}  // namespace holdfast::workload

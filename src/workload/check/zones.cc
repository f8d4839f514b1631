#include "workload/check/zones.h"

#include <algorithm>
#include <map>
#include <vector>

#include "base/assert.h"

namespace holdfast::workload {
namespace {

/// The write of one value and the reads that saw it.
struct Group {
  std::size_t write = kBeginning;
  std::size_t ended_first = kBeginning;  ///< the operation whose end is the earliest
  std::size_t began_last = kBeginning;   ///< the operation whose beginning is the latest
  MonoTime end = kNever;                 ///< of ended_first
  MonoTime begin = kLongAgo;             ///< of began_last

  void take(const RegisterOp& op, std::size_t place) {
    if (op.is_write) write = place;
    if (ended_first == kBeginning || op.complete < end) {
      ended_first = place;
      end = op.complete;
    }
    if (began_last == kBeginning || op.invoke > begin) {
      began_last = place;
      begin = op.invoke;
    }
  }
};

OrderConflict both_orders(const Group& a, const Group& b) {
  return {.kind = OrderConflict::Kind::kBothOrders,
          .first = a.ended_first,
          .second = b.began_last,
          .third = b.ended_first,
          .fourth = a.began_last};
}

std::map<std::int64_t, Group> groups_of(const RegisterHistory& history) {
  std::map<std::int64_t, Group> groups;
  // The empty register is as if written before everything.
  groups[0] = {.end = kLongAgo, .begin = kLongAgo};
  for (std::size_t i = 0; i < history.size(); ++i) {
    const RegisterOp& op = history[i];
    HF_ASSERT(!op.is_write || op.value != 0);
    Group& group = groups[op.value];
    HF_ASSERT(!op.is_write || group.write == kBeginning);
    if (op.value != 0) {
      group.take(op, i);
    } else if (group.began_last == kBeginning || op.invoke > group.begin) {
      group.began_last = i;
      group.begin = op.invoke;
    }
  }
  return groups;
}

std::optional<OrderConflict> conflict_within(const RegisterHistory& history,
                                             const std::map<std::int64_t, Group>& groups) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    const RegisterOp& op = history[i];
    if (op.is_write || op.value == 0) continue;
    const std::size_t write = groups.at(op.value).write;
    if (write == kBeginning) return OrderConflict{OrderConflict::Kind::kReadOfNothing, i};
    if (op.complete < history[write].invoke) {
      return OrderConflict{OrderConflict::Kind::kReadBeforeWrite, i, write};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<OrderConflict> find_order_conflict(const RegisterHistory& history) {
  const std::map<std::int64_t, Group> groups = groups_of(history);
  if (auto conflict = conflict_within(history, groups)) return conflict;
  // A forward group is in force from its first end to its last beginning at least: no two of them
  // may overlap. All operations of a backward group share an instant, so it fits anywhere but
  // entirely inside a forward one.
  std::vector<const Group*> forward, backward;
  for (const auto& [value, group] : groups) {
    (group.end < group.begin ? forward : backward).push_back(&group);
  }
  std::stable_sort(forward.begin(), forward.end(), [](const Group* a, const Group* b) {
    return a->end < b->end;
  });
  for (std::size_t i = 1; i < forward.size(); ++i) {
    if (forward[i]->end < forward[i - 1]->begin) return both_orders(*forward[i - 1], *forward[i]);
  }
  for (const Group* group : backward) {
    // The forward groups do not overlap: only the last that is in force before `group` began can
    // reach beyond its end.
    auto after = std::partition_point(forward.begin(), forward.end(), [&](const Group* each) {
      return each->end < group->begin;
    });
    if (after == forward.begin()) continue;
    const Group& around = **std::prev(after);
    if (group->end < around.begin) return both_orders(around, *group);
  }
  return std::nullopt;
}

}  // namespace holdfast::workload

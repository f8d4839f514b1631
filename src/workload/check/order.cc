#include "workload/check/order.h"

#include <algorithm>
#include <map>

#include "base/assert.h"
#include "workload/check/search.h"
#include "workload/check/zones.h"

namespace holdfast::workload {
namespace {

/// When the final state was read: after everything that has an end.
constexpr MonoTime kFinal = kNever - Duration(1);
/// Older reads than this are no matter of age.
constexpr Duration kStaleMax = 10min;

/// `origin` in a register's history: writes, then reads, then the final read.
RegisterHistory register_of(const KeyHistory& history) {
  std::map<OpId, MonoTime> first_seen;  // when the first read that saw it had ended
  auto see = [&](OpId id, MonoTime at) {
    auto [place, is_new] = first_seen.emplace(id, at);
    if (!is_new) place->second = std::min(place->second, at);
  };
  for (const Operation* read : history.reads) see(read->id, read->complete);
  see(history.last, kFinal);

  RegisterHistory result;
  for (std::size_t i = 0; i < history.writes.size(); ++i) {
    const Operation& write = *history.writes[i];
    MonoTime end = write.complete;
    if (write.outcome != Outcome::kAcknowledged) {
      // Nobody knows when it took effect. If nobody saw it, it explains nothing, and leaving it
      // out changes no verdict; if somebody did, then before that read ended.
      const auto seen = first_seen.find(write.id);
      if (seen == first_seen.end()) continue;
      end = std::max(seen->second, write.invoke);
    }
    result.push_back({true, write.id, write.invoke, end, i});
  }
  for (std::size_t i = 0; i < history.reads.size(); ++i) {
    const Operation& read = *history.reads[i];
    result.push_back({false, read.id, read.invoke, read.complete, history.writes.size() + i});
  }
  const std::size_t final_read = history.writes.size() + history.reads.size();
  result.push_back({false, history.last, kFinal, kFinal, final_read});
  return result;
}

RegisterHistory with_old_reads(const RegisterHistory& history, Duration age) {
  RegisterHistory result = history;
  for (RegisterOp& op : result) {
    if (!op.is_write && op.invoke != kFinal) op.invoke -= age;
  }
  return result;
}

/// The smallest age of reads, to the millisecond, that makes the history fine.
std::optional<Duration> age_needed(const RegisterHistory& history) {
  if (find_order_conflict(with_old_reads(history, kStaleMax))) return std::nullopt;
  std::int64_t low = 0;
  std::int64_t high = kStaleMax / 1ms;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    const bool fine = !find_order_conflict(with_old_reads(history, middle * 1ms));
    (fine ? high : low) = middle;
  }
  return high * 1ms;
}

class Words {
 public:
  Words(const KeyHistory& history, const RegisterHistory& register_history)
      : history_(history), register_(register_history) {}

  [[nodiscard]] const Operation* operation(std::size_t place) const {
    if (place == kBeginning) return nullptr;
    const std::size_t origin = register_[place].origin;
    if (origin < history_.writes.size()) return history_.writes[origin];
    const std::size_t read = origin - history_.writes.size();
    return read < history_.reads.size() ? history_.reads[read] : nullptr;
  }

  [[nodiscard]] std::string name(std::size_t place) const {
    if (place == kBeginning) return "the empty register";
    const std::int64_t value = register_[place].value;
    const std::string what = value == 0 ? "nothing" : std::to_string(value);
    const Operation* op = operation(place);
    if (op == nullptr) return "the final state, which has " + what + ",";
    return std::string(op->kind == OpKind::kWrite ? "the write of " : "a read of ") + what +
           " by client " + std::to_string(op->client) + " (" +
           std::to_string(op->invoke.time_since_epoch().count()) + " to " +
           std::to_string(op->complete.time_since_epoch().count()) + " us)";
  }

  [[nodiscard]] std::string conflict(const OrderConflict& conflict) const {
    switch (conflict.kind) {
      case OrderConflict::Kind::kReadOfNothing:
        return name(conflict.first) + " saw what nobody wrote to this key";
      case OrderConflict::Kind::kReadBeforeWrite:
        return name(conflict.first) + " ended before " + name(conflict.second) + " began";
      case OrderConflict::Kind::kBothOrders:
        return name(conflict.first) + " came before " + name(conflict.second) + ", but " +
               name(conflict.third) + " came before " + name(conflict.fourth);
    }
    return {};
  }

 private:
  const KeyHistory& history_;
  const RegisterHistory& register_;
};

}  // namespace

OrderVerdict judge_order(const KeyHistory& history, std::size_t search_limit) {
  const RegisterHistory judged = register_of(history);
  const std::optional<OrderConflict> conflict = find_order_conflict(judged);
  const SearchVerdict second = search_order(judged, search_limit);
  if (second.kind != SearchVerdict::Kind::kUndecided) {
    HF_ASSERT(conflict.has_value() == (second.kind == SearchVerdict::Kind::kViolation));
  }
  OrderVerdict verdict;
  if (!conflict) return verdict;
  const Words words(history, judged);
  verdict.conflict = "key " + std::to_string(history.key) + ": " + words.conflict(*conflict);
  if (conflict->first != kBeginning) verdict.id = judged[conflict->first].value;
  verdict.stale = age_needed(judged);
  if (verdict.stale) {
    *verdict.conflict += "; all would be in order if reads could be " +
                         std::to_string(*verdict.stale / 1ms) + " ms old";
  }
  return verdict;
}

}  // namespace holdfast::workload

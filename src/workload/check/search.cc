#include "workload/check/search.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace holdfast::workload {
namespace {

/// One way in which what was seen so far can have come about.
struct Configuration {
  std::int64_t value = 0;
  std::vector<std::size_t> done;  ///< of the operations under way, sorted

  friend bool operator<(const Configuration& a, const Configuration& b) {
    return std::tie(a.value, a.done) < std::tie(b.value, b.done);
  }

  [[nodiscard]] bool has(std::size_t op) const {
    return std::binary_search(done.begin(), done.end(), op);
  }
  void add(std::size_t op) { done.insert(std::lower_bound(done.begin(), done.end(), op), op); }
  void remove(std::size_t op) { done.erase(std::lower_bound(done.begin(), done.end(), op)); }
};

using Configurations = std::set<Configuration>;

struct Moment {
  MonoTime time{};
  bool is_end = false;
  std::size_t op = 0;
};

/// At one instant beginnings come first: operations that only touch are concurrent.
std::vector<Moment> moments_of(const RegisterHistory& history) {
  std::vector<Moment> moments;
  for (std::size_t i = 0; i < history.size(); ++i) {
    moments.push_back({history[i].invoke, false, i});
    if (history[i].complete != kNever) moments.push_back({history[i].complete, true, i});
  }
  std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
    return std::tie(a.time, a.is_end, a.op) < std::tie(b.time, b.is_end, b.op);
  });
  return moments;
}

class Search {
 public:
  Search(const RegisterHistory& history, std::size_t limit) : history_(history), limit_(limit) {
    configurations_.insert(Configuration{});
  }

  SearchVerdict run() {
    for (const Moment& moment : moments_of(history_)) {
      if (!moment.is_end) {
        under_way_.push_back(moment.op);
        continue;
      }
      configurations_ = all_with(moment.op);
      if (followed_ > limit_) return {SearchVerdict::Kind::kUndecided, moment.op, followed_};
      if (configurations_.empty()) {
        return {SearchVerdict::Kind::kViolation, moment.op, followed_};
      }
      under_way_.erase(std::find(under_way_.begin(), under_way_.end(), moment.op));
    }
    return {SearchVerdict::Kind::kLinearizable, 0, followed_};
  }

 private:
  /// Reads that may take effect now do: they change nothing, so waiting gains them nothing.
  void take_reads(Configuration& configuration) const {
    for (const std::size_t op : under_way_) {
      const RegisterOp& each = history_[op];
      if (!each.is_write && each.value == configuration.value && !configuration.has(op)) {
        configuration.add(op);
      }
    }
  }

  /// Every configuration reachable from the present ones in which `op` has just, or earlier, taken
  /// effect; without it, because it is no longer under way.
  Configurations all_with(std::size_t op) {
    Configurations result, seen;
    std::vector<Configuration> open;
    auto reach = [&](Configuration next) {
      take_reads(next);
      if (next.has(op)) {
        next.remove(op);
        followed_ += result.insert(std::move(next)).second ? 1U : 0U;
      } else if (auto [place, is_new] = seen.insert(next); is_new) {
        ++followed_;
        open.push_back(std::move(next));
      }
    };
    for (const Configuration& each : configurations_) reach(each);
    while (!open.empty() && followed_ <= limit_) {
      const Configuration from = std::move(open.back());
      open.pop_back();
      for (const std::size_t each : under_way_) {
        if (!history_[each].is_write || from.has(each)) continue;
        Configuration next = from;
        next.value = history_[each].value;
        next.add(each);
        reach(std::move(next));
      }
    }
    return result;
  }

  const RegisterHistory& history_;
  std::size_t limit_;
  std::size_t followed_ = 0;
  std::vector<std::size_t> under_way_;
  Configurations configurations_;
};

}  // namespace

SearchVerdict search_order(const RegisterHistory& history, std::size_t limit) {
  return Search(history, limit).run();
}

}  // namespace holdfast::workload

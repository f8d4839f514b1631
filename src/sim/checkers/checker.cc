#include "sim/checkers/checker.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace holdfast::sim {

bool holds(const std::vector<WalEntry>& wal, WriteId write, Lsn lsn, Lsn limit) {
  if (lsn > limit || wal.empty() || wal.back().end < lsn) return false;
  const auto before = [](const WalEntry& entry, Lsn x) { return entry.end < x; };
  const auto found = std::lower_bound(wal.begin(), wal.end(), lsn, before);
  return found != wal.end() && found->end == lsn && found->write == write;
}

void Checker::violate(SimTime now, std::string text) {
  if (++violations_ > kKept) return;
  bench_.violations.push_back({now, name(), std::move(text)});
}

std::string text_of(MemberRef member) {
  return "cluster " + std::to_string(member.cluster) + " member " + std::to_string(member.member);
}

std::string text_of(SimTime t) {
  if (t == kNever) return "never";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", to_ms(t.time_since_epoch()) / 1000.0);
  return text;
}

}  // namespace holdfast::sim

#include "sim/explore/visited.h"

#include <cstring>

namespace holdfast::sim::explore {
namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

constexpr std::uint64_t kA = 0xa0761d6478bd642fULL;
constexpr std::uint64_t kB = 0xe7037ed1a0b428dbULL;
constexpr std::uint64_t kC = 0x8ebc6af09c88c6e3ULL;
constexpr std::uint64_t kD = 0x589965cc75374cc3ULL;

}  // namespace

/// Two independent lanes of multiply-and-fold over 16 bytes at a time.
Fingerprint fingerprint(std::span<const std::byte> bytes) {
  std::uint64_t one = kA ^ bytes.size();
  std::uint64_t two = kB;
  std::size_t i = 0;
  for (; i < bytes.size(); i += 16) {
    std::uint64_t word[2] = {0, 0};
    const std::size_t left = bytes.size() - i;
    std::memcpy(word, bytes.data() + i, left < 16 ? left : 16);
    one = mixed(one ^ word[0] ^ kC, word[1] ^ kD);
    two = mixed(two ^ word[1] ^ kA, word[0] ^ kB ^ i);
  }
  const std::uint64_t high = mixed(one ^ kD, two ^ kC);
  return {high, static_cast<std::uint32_t>(mixed(two ^ kA, one ^ kB))};
}

Visited::Visited(std::size_t slots) : slots_(slots) {}

std::uint32_t Visited::find_or_add(const Fingerprint& of, std::uint32_t node, bool& fresh) {
  if (2 * (size_ + 1) > slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = static_cast<std::size_t>(of.high) & mask;
  while (slots_[i].node != 0) {
    if (slots_[i].high == of.high && slots_[i].low == of.low) {
      fresh = false;
      return slots_[i].node - 1;
    }
    i = (i + 1) & mask;
  }
  slots_[i] = {of.high, of.low, node + 1};
  ++size_;
  fresh = true;
  return node;
}

void Visited::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.node == 0) continue;
    std::size_t i = static_cast<std::size_t>(slot.high) & mask;
    while (slots_[i].node != 0) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

}  // namespace holdfast::sim::explore

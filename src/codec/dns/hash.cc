// The hash of names, from the root to the left, so that one pass gives it for every suffix.
#include <array>
#include <cstring>

#include "codec/dns/catalog.h"

namespace holdfast::codec::dns {
namespace {

constexpr std::uint64_t kSeed = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t kMultiplier = 0xff51afd7ed558ccdULL;

std::uint64_t mix(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * kMultiplier;
  return state ^ state >> 32;
}

/// `label` with its length before it.
std::uint64_t add_label(std::uint64_t state, const std::uint8_t* label, std::size_t size) {
  for (; size >= 8; size -= 8, label += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, label, 8);
    state = mix(state, word);
  }
  std::uint64_t word = 0;
  std::memcpy(&word, label, size);
  return mix(state, word);
}

std::uint32_t folded(std::uint64_t state) { return static_cast<std::uint32_t>(state >> 16); }

}  // namespace

void hash_suffixes(const Query& query, SuffixHashes& hashes) {
  std::uint64_t state = kSeed;
  std::size_t end = query.name_size - 1U;
  hashes[query.labels] = folded(state);
  for (std::size_t i = query.labels; i-- > 0;) {
    const std::size_t at = query.label_at[i];
    state = add_label(state, query.name.data() + at, end - at);
    hashes[i] = folded(state);
    end = at;
  }
}

std::uint32_t hash_name(std::string_view wire) {
  Query query;
  query.labels = 0;
  query.name_size = static_cast<std::uint8_t>(wire.size());
  std::memcpy(query.name.data(), wire.data(), wire.size());
  for (std::size_t at = 0; wire[at] != 0; at += 1U + query.name[at]) {
    query.label_at[query.labels++] = static_cast<std::uint8_t>(at);
  }
  SuffixHashes hashes;
  hash_suffixes(query, hashes);
  return hashes[0];
}

}  // namespace holdfast::codec::dns

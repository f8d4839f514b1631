#include "codec/dns/catalog.h"

#include <cstring>

#include "base/assert.h"
#include "codec/dns/catalog_builder.h"

namespace holdfast::codec::dns {

Catalog::Catalog(const model::Dns& dns) {
  CatalogBuilder builder(*this);
  std::size_t first_answer = 0;
  for (const model::DnsZone& zone : dns.zones) {
    builder.add(make_zone(zone, first_answer));
    first_answer += zone.answers.size();
  }
  index();
}

void Catalog::index() {
  std::size_t size = 8;
  while (size < 2 * nodes_.size()) size *= 2;
  slots_.assign(size, Slot{});
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    const auto* name = reinterpret_cast<const char*>(names_.data()) + nodes_[i].name_at;
    const std::uint32_t hash = hash_name({name, nodes_[i].name_size});
    std::size_t at = hash & (size - 1);
    while (slots_[at].node != kNoAnswer) at = (at + 1) & (size - 1);
    slots_[at] = {hash, i};
  }
}

const Node* Catalog::find(std::string_view name, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at].node != kNoAnswer; at = (at + 1) & mask) {
    if (slots_[at].hash != hash) continue;
    const Node& node = nodes_[slots_[at].node];
    const bool same = node.name_size == name.size() &&
                      std::memcmp(names_.data() + node.name_at, name.data(), name.size()) == 0;
    if (same) return &node;
  }
  return nullptr;
}

const Entry* Catalog::entry(const Node& node, std::uint16_t type) const {
  for (std::uint32_t i = 0; i < node.entries; ++i) {
    const Entry& entry = entries_[node.first_entry + i];
    if (entry.type == type) return &entry;
  }
  return nullptr;
}

}  // namespace holdfast::codec::dns

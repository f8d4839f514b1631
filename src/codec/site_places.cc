#include "codec/site_places.h"

namespace holdfast::codec {
namespace {

struct Found {
  const Node* node = nullptr;
  Place place;
};

Found step_into(const Node& node, const std::string& step) {
  for (const Entry& entry : node.entries) {
    if (entry.key != step) continue;
    const bool scalar = entry.value.kind == Node::Kind::kScalar;
    return {&entry.value, scalar ? entry.value.place : entry.key_place};
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (model::list_step(i) == step) return {&node.items[i], node.items[i].place};
  }
  return {};
}

}  // namespace

Place place_of(const Node& root, const model::FieldPath& path) {
  Found at{&root, root.place};
  for (const std::string& step : path) {
    const Found next = step_into(*at.node, step);
    if (next.node == nullptr) break;
    at = next;
  }
  return at.place;
}

}  // namespace holdfast::codec

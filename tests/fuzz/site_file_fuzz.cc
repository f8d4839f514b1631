// Any bytes as a site file: tree, site, validation, sync shapes and reports, without a crash and in
// bounded time.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adapters/yaml/yaml_tree.h"
#include "base/assert.h"
#include "codec/check_report.h"
#include "codec/site_file.h"
#include "model/admissible.h"

namespace {

/// Holds for every shape of every primary, whatever the site.
void check_shapes(const holdfast::model::Site& site) {
  using holdfast::model::Index;
  for (const holdfast::model::Cluster& cluster : site.clusters) {
    for (Index i = 0; i < cluster.members.size(); ++i) {
      const auto shape = holdfast::model::sync_shape(site, cluster, i);
      HF_ASSERT(shape.w <= static_cast<int>(shape.set.size()));
      HF_ASSERT(shape.protects <= cluster.durability);
      for (const Index member : shape.set) HF_ASSERT(member != i);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const holdfast::codec::Tree tree = holdfast::yaml::parse_tree(text, "site.yaml");
  HF_ASSERT(tree.complete || !tree.diagnostics.empty());
  const holdfast::codec::SiteReading reading = holdfast::codec::read_site(tree);
  HF_ASSERT(!holdfast::codec::check_json(reading).empty());
  HF_ASSERT(reading.diagnostics.empty() || !holdfast::codec::diagnostics_text(reading).empty());
  if (!reading.ok()) return 0;
  HF_ASSERT(!holdfast::codec::check_summary(reading).empty());
  check_shapes(reading.site);
  return 0;
}

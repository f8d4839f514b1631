// Any bytes as a record or as an agent's disk: an error, or a value that is written and read back
// to the same text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/record_json.h"
#include "model/sites_for_test.h"

using namespace holdfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const model::Site kSite = model::two_regions();
  const model::Cluster& cluster = kSite.clusters[0];
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const Result<core::RecordPtr> record = codec::record_from_json(kSite, cluster, text);
  HF_ASSERT(record.has_value() || !record.error().message.empty());
  if (record) {
    const std::string once = codec::record_to_json(kSite, cluster, **record);
    const Result<core::RecordPtr> again = codec::record_from_json(kSite, cluster, once);
    HF_ASSERT(again.has_value());
    HF_ASSERT(codec::record_to_json(kSite, cluster, **again) == once);
  }

  const Result<core::AgentDisk> disk = codec::disk_from_json(kSite, cluster, text);
  if (disk) {
    const std::string once = codec::disk_to_json(kSite, cluster, *disk);
    const Result<core::AgentDisk> again = codec::disk_from_json(kSite, cluster, once);
    HF_ASSERT(again.has_value());
    HF_ASSERT(codec::disk_to_json(kSite, cluster, *again) == once);
  }
  return 0;
}

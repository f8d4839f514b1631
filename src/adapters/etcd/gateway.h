// etcd's JSON gateway in words: the requests that the store makes, and what the answers say.
//
// Pure. Keys and values are base64 there, 64-bit numbers are strings, and fields that are zero or
// empty are left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::etcd {

/// Each cluster has three keys below this and its name.
inline constexpr std::string_view kClusters = "/holdfast/v1/clusters/";

enum class Part { kRecord, kKey, kLease };
[[nodiscard]] std::string cluster_prefix(std::string_view cluster);
[[nodiscard]] std::string key_of(std::string_view cluster, Part part);

struct PartName {
  std::string cluster;
  Part part = Part::kRecord;
};
/// Which part of which cluster a key is; nothing for any other key.
[[nodiscard]] std::optional<PartName> part_of_key(std::string_view key);

struct KeyValue {
  std::string key;
  std::string value;
  std::uint64_t modified = 0;  ///< the store's revision of the last change
  bool deleted = false;        ///< in a watch only
};

/// What kv/range and kv/txn answer.
struct KvAnswer {
  std::uint64_t store = 0;     ///< the id of the etcd cluster
  std::uint64_t revision = 0;  ///< of the whole store
  bool succeeded = false;      ///< txn: which branch was taken
  std::vector<KeyValue> values;
};
[[nodiscard]] Result<KvAnswer> parse_kv_answer(std::string_view body);

/// One line of a watch.
struct WatchAnswer {
  std::uint64_t store = 0;
  std::uint64_t revision = 0;
  bool created = false;
  bool canceled = false;
  std::uint64_t compacted = 0;  ///< canceled, because what was asked for is gone up to here
  std::string reason;
  std::vector<KeyValue> events;
};
[[nodiscard]] Result<WatchAnswer> parse_watch_answer(std::string_view line);

/// A linearizable read of all keys with this prefix.
[[nodiscard]] std::string range_request(std::string_view prefix);
[[nodiscard]] std::string watch_request(std::string_view prefix, std::uint64_t from_revision);

/// If all conditions hold, puts everything; either way all keys with `prefix` are read afterwards.
class TxnRequest {
 public:
  TxnRequest& if_value(const std::string& key, const std::string& value);
  TxnRequest& if_absent(const std::string& key);
  TxnRequest& if_modified_at(const std::string& key, std::uint64_t revision);
  TxnRequest& put(const std::string& key, const std::string& value);
  [[nodiscard]] std::string text(std::string_view prefix) const;

 private:
  struct Condition {
    const char* target;
    const char* field;
    std::string key;
    std::string wanted;
  };
  std::vector<Condition> conditions_;
  std::vector<KeyValue> puts_;
};

}  // namespace holdfast::etcd

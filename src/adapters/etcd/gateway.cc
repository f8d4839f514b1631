#include "adapters/etcd/gateway.h"

#include "adapters/etcd/base64.h"
#include "base/json_writer.h"
#include "codec/diagnostic.h"
#include "codec/json_reader.h"

namespace holdfast::etcd {
namespace {

using codec::Json;

const char* part_word(Part part) {
  switch (part) {
    case Part::kRecord: return "record";
    case Part::kKey: return "key";
    case Part::kLease: return "lease";
  }
  return "";
}

/// The first key after all that begin with the prefix.
std::string end_of(std::string_view prefix) {
  std::string end(prefix);
  ++end.back();
  return end;
}

void write_range(JsonWriter& json, std::string_view prefix) {
  json.field("key", base64_encode(prefix));
  json.field("range_end", base64_encode(end_of(prefix)));
}

std::uint64_t number(const Json& json) { return json.as_uint64_text().value_or(0); }

/// Leaves out what is no key and value; the caller misses it.
void read_value(const Json& json, std::vector<KeyValue>& out, bool deleted) {
  const auto key = base64_decode(json.at("key").text);
  const auto value = base64_decode(json.at("value").text);
  if (key && value) out.push_back({*key, *value, number(json.at("mod_revision")), deleted});
}

Result<Json> parse_object(std::string_view body) {
  Result<Json> json = codec::parse_json(body);
  if (json && json->is(Json::Kind::kObject)) return json;
  return fail(Errc::kCorrupt, "the store answered " + codec::quote(body));
}

}  // namespace

std::string cluster_prefix(std::string_view cluster) {
  return std::string(kClusters) + std::string(cluster) + '/';
}

std::string key_of(std::string_view cluster, Part part) {
  return cluster_prefix(cluster) + part_word(part);
}

std::optional<PartName> part_of_key(std::string_view key) {
  if (key.substr(0, kClusters.size()) != kClusters) return std::nullopt;
  const std::string_view rest = key.substr(kClusters.size());
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos) return std::nullopt;
  for (const Part part : {Part::kRecord, Part::kKey, Part::kLease}) {
    if (rest.substr(slash + 1) == part_word(part)) {
      return PartName{std::string(rest.substr(0, slash)), part};
    }
  }
  return std::nullopt;
}

Result<KvAnswer> parse_kv_answer(std::string_view body) {
  const Result<Json> json = parse_object(body);
  if (!json) return tl::unexpected<Error>(json.error());
  KvAnswer out;
  out.store = number(json->at("header").at("cluster_id"));
  out.revision = number(json->at("header").at("revision"));
  if (out.store == 0) {
    return fail(Errc::kCorrupt, "the store answered without its name: " + codec::quote(body));
  }
  out.succeeded = json->at("succeeded").text == "true";
  for (const Json& it : json->at("kvs").items) read_value(it, out.values, false);
  for (const Json& response : json->at("responses").items) {
    for (const Json& it : response.at("response_range").at("kvs").items) {
      read_value(it, out.values, false);
    }
  }
  return out;
}

Result<WatchAnswer> parse_watch_answer(std::string_view line) {
  const Result<Json> json = parse_object(line);
  if (!json) return tl::unexpected<Error>(json.error());
  const Json& result = json->at("result");
  if (!result.is(Json::Kind::kObject)) {
    return fail(Errc::kUnavailable, "the store ended the watch: " + codec::quote(line));
  }
  WatchAnswer out;
  out.store = number(result.at("header").at("cluster_id"));
  out.revision = number(result.at("header").at("revision"));
  out.created = result.at("created").text == "true";
  out.canceled = result.at("canceled").text == "true";
  out.compacted = number(result.at("compact_revision"));
  out.reason = result.at("cancel_reason").text;
  for (const Json& event : result.at("events").items) {
    read_value(event.at("kv"), out.events, event.at("type").text == "DELETE");
  }
  return out;
}

std::string range_request(std::string_view prefix) {
  JsonWriter json;
  json.begin_object();
  write_range(json, prefix);
  json.end_object();
  return json.text();
}

std::string watch_request(std::string_view prefix, std::uint64_t from_revision) {
  JsonWriter json;
  json.begin_object().key("create_request").begin_object();
  write_range(json, prefix);
  json.field("start_revision", std::to_string(from_revision));
  json.end_object().end_object();
  return json.text();
}

TxnRequest& TxnRequest::if_value(const std::string& key, const std::string& value) {
  conditions_.push_back({"VALUE", "value", key, base64_encode(value)});
  return *this;
}

TxnRequest& TxnRequest::if_absent(const std::string& key) {
  conditions_.push_back({"CREATE", "create_revision", key, "0"});
  return *this;
}

TxnRequest& TxnRequest::if_modified_at(const std::string& key, std::uint64_t revision) {
  conditions_.push_back({"MOD", "mod_revision", key, std::to_string(revision)});
  return *this;
}

TxnRequest& TxnRequest::put(const std::string& key, const std::string& value) {
  puts_.push_back({key, value, 0, false});
  return *this;
}

std::string TxnRequest::text(std::string_view prefix) const {
  JsonWriter json;
  const auto read = [&] {
    json.begin_object().key("request_range").begin_object();
    write_range(json, prefix);
    json.end_object().end_object();
  };
  json.begin_object().key("compare").begin_array();
  for (const Condition& it : conditions_) {
    json.begin_object().field("target", it.target).field("result", "EQUAL");
    json.field("key", base64_encode(it.key)).field(it.field, it.wanted).end_object();
  }
  json.end_array().key("success").begin_array();
  for (const KeyValue& it : puts_) {
    json.begin_object().key("request_put").begin_object();
    json.field("key", base64_encode(it.key)).field("value", base64_encode(it.value));
    json.end_object().end_object();
  }
  read();
  json.end_array().key("failure").begin_array();
  read();
  json.end_array().end_object();
  return json.text();
}

}  // namespace holdfast::etcd

#include "codec/store_lease.h"

#include "base/assert.h"
#include "base/json_writer.h"
#include "codec/json_reader.h"
#include "codec/record_json.h"

namespace holdfast::codec {

std::string lease_to_json(const model::Site& site,
                          const model::Cluster& cluster,
                          const StoreLease& lease) {
  JsonWriter json;
  json.begin_object().field("format", kRecordFormat).key("holder");
  if (lease.holder.is_set()) {
    HF_ASSERT(lease.holder.member < cluster.members.size());
    const model::Index host = cluster.members[lease.holder.member].host;
    json.begin_object().field("member", site.hosts[host].name);
    json.field("life", std::uint64_t{lease.holder.life}).end_object();
  } else {
    json.null();
  }
  json.field("epoch", lease.epoch.value);
  json.field("length_us", std::int64_t{lease.length.count()}).end_object();
  return json.text();
}

Result<Duration> lease_length_from_json(std::string_view text) {
  const Result<Json> json = parse_json(text);
  if (!json) return tl::unexpected<Error>(json.error());
  if (json->at("format").as_int64() != kRecordFormat) {
    return fail(Errc::kUnsupported, "a lease of another format than this program's");
  }
  const auto length = json->at("length_us").as_int64();
  if (!length || *length < 0) return fail(Errc::kCorrupt, "a lease without its length");
  return Duration(*length);
}

void LeaseSighting::observe(std::uint64_t store,
                            std::uint64_t version,
                            Duration length,
                            MonoTime now) {
  const bool other_store = store != store_;
  // Answers may arrive in another order than they were given in.
  if (seen_ && !other_store && version <= version_) return;
  store_ = store;
  version_ = version;
  length_ = length;
  seen_at_ = now;
  seen_ = true;
}

void LeaseSighting::observe_none(std::uint64_t store, std::uint64_t as_of) {
  if (seen_ && store == store_ && as_of < version_) return;
  store_ = store;
  version_ = 0;
  seen_ = true;
}

bool LeaseSighting::ended(MonoTime now) const {
  if (!seen_) return false;
  return version_ == 0 || since(seen_at_, now) >= length_;
}

}  // namespace holdfast::codec

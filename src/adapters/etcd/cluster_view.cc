#include "adapters/etcd/cluster_view.h"

#include "codec/record_json.h"
#include "core/agent/lease.h"
#include "core/policy.h"

namespace holdfast::etcd {

std::string key_text(const core::RecordKey& key) {
  return std::to_string(key.store.value) + '.' + std::to_string(key.epoch.value) + '.' +
         std::to_string(key.revision.value);
}

Result<core::RecordPtr> ClusterView::decode(const std::string& text) {
  // Most answers show what the one before showed.
  if (decoded_record_ != nullptr && text == decoded_) return decoded_record_;
  Result<core::RecordPtr> record = codec::record_from_json(site_, cluster_, text);
  if (!record) return record;
  decoded_ = text;
  decoded_record_ = *record;
  return record;
}

void ClusterView::see_lease(const KeyValue& value, std::uint64_t store, MonoTime now) {
  if (value.deleted) return lease_.observe_none(store, value.modified);
  // One that cannot be read is taken to run for ever: a person has to look.
  const Result<Duration> length = codec::lease_length_from_json(value.value);
  lease_.observe(store, value.modified, length ? *length : Duration::max(), now);
}

Result<core::RecordPtr> ClusterView::take(const KvAnswer& answer, MonoTime now) {
  const KeyValue* record = nullptr;
  const KeyValue* lease = nullptr;
  const KeyValue* key = nullptr;
  for (const KeyValue& it : answer.values) {
    if (it.key == this->key(Part::kRecord)) record = &it;
    if (it.key == this->key(Part::kLease)) lease = &it;
    if (it.key == this->key(Part::kKey)) key = &it;
  }
  if (lease != nullptr) {
    see_lease(*lease, answer.store, now);
  } else {
    lease_.observe_none(answer.store, answer.revision);
  }
  record_ = nullptr;
  if (record == nullptr && key == nullptr) return core::RecordPtr();
  if (record == nullptr || key == nullptr) {
    return fail(Errc::kCorrupt,
                "the store holds only half of cluster '" + cluster_.name +
                    "': 'record' and 'key' below " + cluster_prefix(cluster_.name) +
                    " are always written together; restore the store");
  }
  const Result<core::RecordPtr> decoded = decode(record->value);
  if (!decoded) return decoded;
  if (key->value != key_text((*decoded)->key)) {
    return fail(Errc::kCorrupt,
                "the store's key of cluster '" + cluster_.name + "' is " + key->value +
                    " and its record is " + key_text((*decoded)->key) + "; restore the store");
  }
  record_ = *decoded;
  return decoded;
}

Result<core::RecordPtr> ClusterView::take_event(Part part,
                                                const KeyValue& event,
                                                std::uint64_t store,
                                                MonoTime now) {
  if (part == Part::kLease) see_lease(event, store, now);
  if (part != Part::kRecord || event.deleted) return core::RecordPtr();
  // record() stays as it is: an event may be older than an answer that came before it.
  return decode(event.value);
}

std::string ClusterView::read() const { return range_request(cluster_prefix(cluster_.name)); }

void ClusterView::put_record(TxnRequest& txn, const core::Record& record) const {
  txn.put(key(Part::kRecord), codec::record_to_json(site_, cluster_, record));
  txn.put(key(Part::kKey), key_text(record.key));
}

std::string ClusterView::create(const core::Record& first) const {
  TxnRequest txn;
  txn.if_absent(key(Part::kRecord)).if_absent(key(Part::kKey));
  put_record(txn, first);
  if (first.cause == core::Cause::kStoreRecovered) {
    // Which leases ran in the store that was lost is not known: one is taken to run for everybody.
    const Duration length = core::granted_lease(core::make_policy(site_, cluster_));
    txn.put(key(Part::kLease),
            codec::lease_to_json(site_, cluster_, {{}, first.key.epoch, length}));
  }
  return txn.text(cluster_prefix(cluster_.name));
}

std::string ClusterView::swap(const core::RecordKey& expected,
                              const core::Record& next,
                              const codec::StoreLease* lease) const {
  TxnRequest txn;
  txn.if_value(key(Part::kKey), key_text(expected));
  put_record(txn, next);
  if (lease != nullptr) {
    if (lease_.version() == 0) {
      txn.if_absent(key(Part::kLease));
    } else {
      txn.if_modified_at(key(Part::kLease), lease_.version());
    }
    if (lease->holder.is_set()) {
      txn.put(key(Part::kLease), codec::lease_to_json(site_, cluster_, *lease));
    }
  }
  return txn.text(cluster_prefix(cluster_.name));
}

std::string ClusterView::renew(const codec::StoreLease& lease) const {
  TxnRequest txn;
  txn.if_value(key(Part::kKey), key_text(record_->key));
  txn.put(key(Part::kLease), codec::lease_to_json(site_, cluster_, lease));
  return txn.text(cluster_prefix(cluster_.name));
}

}  // namespace holdfast::etcd

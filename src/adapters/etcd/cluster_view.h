// What one process knows of one cluster in etcd: the last record, and what it saw of the lease.
#pragma once

#include <string>
#include <vector>

#include "adapters/etcd/gateway.h"
#include "base/result.h"
#include "codec/store_lease.h"
#include "core/record/types.h"
#include "model/site.h"

namespace holdfast::etcd {

/// What compare-and-swap compares.
[[nodiscard]] std::string key_text(const core::RecordKey& key);

class ClusterView {
 public:
  ClusterView(const model::Site& site, const model::Cluster& cluster)
      : site_(site), cluster_(cluster) {}

  /// Takes over all keys of the cluster, as one answer shows them.
  [[nodiscard]] Result<core::RecordPtr> take(const KvAnswer& answer, MonoTime now);
  /// One event of a watch; null if it was not the record.
  [[nodiscard]] Result<core::RecordPtr> take_event(Part part,
                                                   const KeyValue& event,
                                                   std::uint64_t store,
                                                   MonoTime now);

  /// As of the last take(); null if there was none.
  [[nodiscard]] const core::RecordPtr& record() const { return record_; }
  [[nodiscard]] const codec::LeaseSighting& lease() const { return lease_; }
  [[nodiscard]] const model::Cluster& cluster() const { return cluster_; }

  // Requests.
  [[nodiscard]] std::string read() const;
  [[nodiscard]] std::string create(const core::Record& first) const;
  [[nodiscard]] std::string swap(const core::RecordKey& expected,
                                 const core::Record& next,
                                 const codec::StoreLease* lease) const;
  /// Pre: record() is not null.
  [[nodiscard]] std::string renew(const codec::StoreLease& lease) const;

 private:
  [[nodiscard]] Result<core::RecordPtr> decode(const std::string& text);
  void see_lease(const KeyValue& value, std::uint64_t store, MonoTime now);
  void put_record(TxnRequest& txn, const core::Record& record) const;
  [[nodiscard]] std::string key(Part part) const { return key_of(cluster_.name, part); }

  const model::Site& site_;
  const model::Cluster& cluster_;
  core::RecordPtr record_;
  std::string decoded_;  ///< the text that `decoded_record_` was made from
  core::RecordPtr decoded_record_;
  codec::LeaseSighting lease_;
};

}  // namespace holdfast::etcd

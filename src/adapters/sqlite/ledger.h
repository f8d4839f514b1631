// The records and leases of all clusters in one SQLite file, as blocking calls for one thread.
//
// Every change is on disk before its call returns. The file belongs to one process at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "codec/store_lease.h"
#include "engine/ports.h"
#include "model/site.h"

namespace holdfast::sqlite {

class Ledger {
 public:
  /// Creates the file if there is none. `site` must outlive the ledger.
  static Result<Ledger> open(const model::Site& site, const std::string& path);

  /// An error means that nothing is known of the outcome.
  [[nodiscard]] Result<engine::StoreAnswer> apply(std::size_t cluster,
                                                  const engine::StoreOp& op,
                                                  MonoTime now);
  [[nodiscard]] Result<engine::StoreAnswer> create(std::size_t cluster,
                                                   const core::RecordPtr& first,
                                                   MonoTime now);

 private:
  Ledger(const model::Site& site, Database database);

  [[nodiscard]] Result<core::RecordPtr> read(std::size_t cluster, MonoTime now);
  [[nodiscard]] Result<engine::StoreAnswer> apply_inside(std::size_t cluster,
                                                         const engine::StoreOp& op,
                                                         MonoTime now);
  [[nodiscard]] Result<engine::StoreAnswer> create_inside(std::size_t cluster,
                                                          const core::RecordPtr& first,
                                                          MonoTime now);
  [[nodiscard]] Result<bool> write(std::size_t cluster, const core::Record& record);
  [[nodiscard]] Result<bool> write_lease(std::size_t cluster, const codec::StoreLease& lease);
  [[nodiscard]] const model::Cluster& cluster(std::size_t i) const { return site_->clusters[i]; }

  /// Runs `work` in a transaction that is kept only if it succeeds.
  template <class Work>
  Result<engine::StoreAnswer> in_transaction(Work work);

  const model::Site* site_;
  Database database_;
  std::vector<codec::LeaseSighting> leases_;  ///< by cluster
};

}  // namespace holdfast::sqlite

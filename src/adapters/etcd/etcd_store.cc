#include "adapters/etcd/etcd_store.h"

#include <utility>

#include "adapters/etcd/cluster_view.h"
#include "adapters/etcd/members.h"
#include "adapters/etcd/watch.h"
#include "base/assert.h"

namespace holdfast::etcd {
namespace {

using engine::StoreAnswer;
using engine::StoreOp;
using engine::StoreOutcome;
using engine::StoreVerb;

constexpr const char* kRange = "/v3/kv/range";
constexpr const char* kTxn = "/v3/kv/txn";
constexpr int kRenewTries = 4;

class EtcdStore : public engine::Store {
 public:
  EtcdStore(net::Loop& loop,
            const model::Site& site,
            EtcdConfig config,
            const std::shared_ptr<TlsSettings>& tls)
      : loop_(loop),
        config_(std::move(config)),
        members_(loop, config_.endpoints, tls, config_.hedge),
        watch_(loop, members_, tls) {
    for (const model::Cluster& cluster : site.clusters) views_.emplace_back(site, cluster);
  }

  void submit(int cluster,
              const StoreOp& op,
              std::function<void(const StoreAnswer&)> done) override {
    const Job job = begin(cluster, std::move(done));
    switch (op.verb) {
      case StoreVerb::kRead: return read(job);
      case StoreVerb::kCas: return op.lease_must_be_absent ? take_over(job, op) : swap(job, op);
      case StoreVerb::kRenewLease: return renew(job, op, kRenewTries);
    }
  }

  void create(int cluster,
              core::RecordPtr first,
              std::function<void(const StoreAnswer&)> done) override {
    const Job job = begin(cluster, std::move(done));
    ask(job, {kTxn, view(job).create(*first), false}, [first](const Job& it, const Shown& shown) {
      if (shown.succeeded) return it->done({StoreOutcome::kDone, first, false});
      it->done({StoreOutcome::kConflict, shown.record, false});
    });
  }

  void watch(std::function<void(int, const core::RecordPtr&)> seen) override {
    seen_ = std::move(seen);
    watch_.start([this](const KeyValue& event, std::uint64_t store) { watched(event, store); });
  }

 private:
  struct Work {
    std::size_t cluster = 0;
    MonoTime deadline;
    std::function<void(const StoreAnswer&)> done;
  };
  using Job = std::shared_ptr<Work>;
  struct Shown {
    core::RecordPtr record;
    bool succeeded = false;
  };

  Job begin(int cluster, std::function<void(const StoreAnswer&)> done) {
    HF_ASSERT(cluster >= 0 && static_cast<std::size_t>(cluster) < views_.size());
    return std::make_shared<Work>(
        Work{static_cast<std::size_t>(cluster), loop_.now() + config_.limit, std::move(done)});
  }

  ClusterView& view(const Job& job) { return views_[job->cluster]; }

  /// Sends a request and takes over what it shows. Anything but an answer that can be understood
  /// ends the operation with kUnknown.
  void ask(const Job& job, Call call, std::function<void(const Job&, const Shown&)> then) {
    members_.call(std::move(call),
                  job->deadline,
                  [this, job, then = std::move(then)](const Result<std::string>& body) {
                    const auto parsed = body
                                            ? parse_kv_answer(*body)
                                            : Result<KvAnswer>(tl::unexpected<Error>(body.error()));
                    if (!parsed) {
                      if (parsed.error().code != Errc::kMaybeApplied)
                        report(parsed.error().message);
                      return job->done({});
                    }
                    const auto record = view(job).take(*parsed, loop_.now());
                    if (!record) {
                      report(record.error().message);
                      return job->done({});
                    }
                    then(job, {*record, parsed->succeeded});
                  });
  }

  void read(const Job& job) {
    ask(job, {kRange, view(job).read(), true}, [](const Job& it, const Shown& shown) {
      it->done({StoreOutcome::kDone, shown.record, false});
    });
  }

  void swap(const Job& job, const StoreOp& op) { swap_with(job, op, nullptr); }

  void swap_with(const Job& job, const StoreOp& op, const codec::StoreLease* lease) {
    Call call{kTxn, view(job).swap(op.expected, *op.next, lease), false};
    ask(job, std::move(call), [next = op.next](const Job& it, const Shown& shown) {
      if (shown.succeeded) return it->done({StoreOutcome::kDone, next, false});
      it->done({StoreOutcome::kConflict, shown.record, false});
    });
  }

  /// Looks at the lease first; the swap then holds only if the lease is still as it was seen.
  void take_over(const Job& job, const StoreOp& op) {
    ask(job, {kRange, view(job).read(), true}, [this, op](const Job& it, const Shown& shown) {
      const bool same = shown.record != nullptr && shown.record->key == op.expected;
      if (!same || !view(it).lease().ended(loop_.now())) {
        return it->done({StoreOutcome::kConflict, shown.record, false});
      }
      const codec::StoreLease lease{op.holder, op.next->key.epoch, op.lease};
      swap_with(it, op, &lease);
    });
  }

  /// Writes the lease on condition that the record is the one that names the holder. Whether it is
  /// can only be told from a record at hand, so a changed one is looked at and tried again.
  void renew(const Job& job, const StoreOp& op, int tries) {
    const core::RecordPtr known = view(job).record();
    if (known == nullptr || !leads(*known, op)) {
      return ask(job,
                 {kRange, view(job).read(), true},
                 [this, op, tries](const Job& it, const Shown& shown) {
                   const bool again =
                       tries > 0 && shown.record != nullptr && leads(*shown.record, op);
                   if (again) return renew(it, op, tries - 1);
                   it->done({StoreOutcome::kDone, shown.record, false});
                 });
    }
    const codec::StoreLease lease{op.holder, op.expected.epoch, op.lease};
    ask(job,
        {kTxn, view(job).renew(lease), true},
        [this, op, tries](const Job& it, const Shown& shown) {
          const bool again =
              !shown.succeeded && tries > 0 && shown.record != nullptr && leads(*shown.record, op);
          if (again) return renew(it, op, tries - 1);
          it->done({StoreOutcome::kDone, shown.record, shown.succeeded});
        });
  }

  static bool leads(const core::Record& record, const StoreOp& op) {
    return record.key.store == op.expected.store && record.key.epoch == op.expected.epoch &&
           record.leader() == op.holder;
  }

  void watched(const KeyValue& event, std::uint64_t store) {
    const auto name = part_of_key(event.key);
    if (!name) return;
    for (std::size_t i = 0; i < views_.size(); ++i) {
      if (views_[i].cluster().name != name->cluster) continue;
      const auto record = views_[i].take_event(name->part, event, store, loop_.now());
      if (!record) return report(record.error().message);
      if (*record != nullptr) seen_(static_cast<int>(i), *record);
      return;
    }
  }

  /// The same trouble is told once in a row.
  void report(const std::string& what) {
    if (what == reported_) return;
    reported_ = what;
    if (config_.problem) config_.problem(what);
  }

  net::Loop& loop_;
  EtcdConfig config_;
  std::vector<ClusterView> views_;  ///< by cluster
  std::string reported_;
  std::function<void(int, const core::RecordPtr&)> seen_;
  Members members_;
  Watch watch_;
};

}  // namespace

Result<std::unique_ptr<engine::Store>> open_store(net::Loop& loop,
                                                  const model::Site& site,
                                                  EtcdConfig config) {
  if (config.endpoints.empty()) {
    return fail(Errc::kInvalidInput, "the store has no endpoints: name at least one etcd member");
  }
  std::shared_ptr<TlsSettings> tls;
  if (config.tls) {
    auto loaded = load_tls(*config.tls);
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    tls = *loaded;
  }
  std::unique_ptr<engine::Store> store =
      std::make_unique<EtcdStore>(loop, site, std::move(config), tls);
  return store;
}

}  // namespace holdfast::etcd

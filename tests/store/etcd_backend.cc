#include <gtest/gtest.h>
#include <signal.h>

#include "adapters/etcd/etcd_store.h"
#include "adapters/etcd/leader.h"
#include "backend.h"
#include "etcd_cluster.h"

namespace holdfast::store_test {
namespace {

class EtcdBackend : public Backend {
 public:
  explicit EtcdBackend(int members) : cluster_(members, std::nullopt) {
    for (int i = 0; i < members; ++i) {
      etcd::EtcdConfig config;
      config.endpoints = cluster_.endpoints(i);
      auto store = etcd::open_store(loop_, site, config);
      EXPECT_TRUE(store) << store.error().message;
      stores_.push_back(std::move(*store));
    }
    EXPECT_TRUE(wait_for_leader());
  }

  [[nodiscard]] int controllers() const override { return static_cast<int>(stores_.size()); }
  engine::Store& store(int controller) override {
    return *stores_[static_cast<std::size_t>(controller)];
  }
  [[nodiscard]] MonoTime now() const override { return loop_.now(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return run_loop_until(loop_, done, limit);
  }

  [[nodiscard]] int members() const override { return cluster_.members(); }
  void kill(int member) override { cluster_.kill(member); }
  void start(int member) override { cluster_.start(member); }
  void freeze(int member) override { cluster_.signal(member, SIGSTOP); }
  void thaw(int member) override { cluster_.signal(member, SIGCONT); }

  int leader() override {
    etcd::LeaderMover mover(loop_, cluster_.endpoints(0), nullptr);
    etcd::LeaderOutcome outcome;
    bool told = false;
    mover.move({}, [&](const etcd::LeaderOutcome& it) {
      outcome = it;
      told = true;
    });
    run_until([&] { return told; }, 10s);
    for (int i = 0; i < members(); ++i) {
      if (outcome.leader == cluster_.name(i)) return i;
    }
    return -1;
  }

 private:
  /// The store answers a read.
  bool wait_for_leader() {
    for (int i = 0; i < 60; ++i) {
      bool answered = false;
      bool well = false;
      store(0).submit(1, {}, [&](const engine::StoreAnswer& it) {
        answered = true;
        well = it.outcome == engine::StoreOutcome::kDone;
      });
      run_until([&] { return answered; }, 5s);
      if (well) return true;
    }
    return false;
  }

  EtcdCluster cluster_;
  net::Loop loop_;
  std::vector<std::unique_ptr<engine::Store>> stores_;
};

}  // namespace

std::unique_ptr<Backend> make_etcd_backend(int members) {
  return std::make_unique<EtcdBackend>(members);
}

}  // namespace holdfast::store_test

// The simulator's store behind the same interface: three regions with a member and a controller
// each, on virtual time. Its answers may be lost; the caller's patience is the client's part.
#include <array>
#include <map>

#include "backend.h"
#include "sim/store.h"

namespace holdfast::store_test {
namespace {

using engine::StoreAnswer;
using engine::StoreOutcome;
using sim::SimTime;

constexpr Duration kLimit = 1s;

class SimBackend : public Backend, sim::PacketSink, sim::StoreSite, sim::Handler {
 public:
  SimBackend() {
    for (int a = 0; a < 3; ++a) {
      clients_.push_back(std::make_unique<Client>(*this, a));
      for (int b = 0; b < 3; ++b) network_.set_latency(a, b, a == b ? 100us : 15ms);
    }
  }

  [[nodiscard]] int controllers() const override { return 3; }
  engine::Store& store(int controller) override {
    return *clients_[static_cast<std::size_t>(controller)];
  }
  [[nodiscard]] MonoTime now() const override { return MonoTime{} + (kernel_.now() - SimTime{}); }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    const SimTime end = kernel_.now() + limit;
    while (!done()) {
      if (kernel_.now() >= end) return false;
      kernel_.run_until(kernel_.now() + 1ms);
    }
    return true;
  }

  [[nodiscard]] int members() const override { return 3; }
  void kill(int member) override { store_.stop(member); }
  void start(int member) override { store_.restart(member); }
  void freeze(int member) override { cut(member, true); }
  void thaw(int member) override { cut(member, false); }
  int leader() override { return store_.leader(); }

 private:
  struct Client : engine::Store {
    Client(SimBackend& the_owner, int the_region) : owner(the_owner), region(the_region) {}

    void submit(int cluster,
                const engine::StoreOp& op,
                std::function<void(const StoreAnswer&)> done) override {
      const std::uint64_t token = ++owner.tokens_;
      owner.pending_[token] = std::move(done);
      owner.kernel_.in(kLimit, owner, kGiveUp, token);
      owner.store_.submit(region, cluster, 1, token, op);
    }
    /// The model begins with its records: a first one is what it begins with.
    void create(int cluster,
                core::RecordPtr first,
                std::function<void(const StoreAnswer&)> done) override {
      if (owner.begun_) {
        engine::StoreOp op;
        op.verb = engine::StoreVerb::kCas;  // expects a key that no record has
        op.next = first;
        return submit(cluster, op, std::move(done));
      }
      owner.begun_ = true;
      owner.store_.begin({first});
      const std::uint64_t token = ++owner.tokens_;
      owner.pending_[token] = std::move(done);
      owner.kernel_.in(1ms, owner, kCreated, token);
    }
    void watch(std::function<void(int, const core::RecordPtr&)> the_seen) override {
      seen = std::move(the_seen);
    }

    SimBackend& owner;
    int region;
    std::function<void(int, const core::RecordPtr&)> seen;
  };
  enum Timer : std::uint32_t { kGiveUp, kCreated };

  void on_event(std::uint32_t kind, std::uint64_t token, std::uint64_t) override {
    if (kind == kCreated) return answer(token, {StoreOutcome::kDone, store_.record(0), false});
    answer(token, {});
  }
  void answer(std::uint64_t token, const StoreAnswer& it) {
    const auto found = pending_.find(token);
    if (found == pending_.end()) return;
    const auto done = std::move(found->second);
    pending_.erase(found);
    done(it);
  }
  void cut(int member, bool on) {
    for (int other = 0; other < 3; ++other) {
      if (other == member) continue;
      if (on) {
        network_.cut(member, other);
        network_.cut(other, member);
      } else {
        network_.heal(member, other);
        network_.heal(other, member);
      }
    }
  }

  // PacketSink.
  void on_packet(int, int to, sim::Packet packet) override { store_.on_packet(to, packet); }
  void retain(sim::Packet packet) override { store_.retain(packet); }
  void release(sim::Packet packet) override { store_.release(packet); }

  // StoreSite.
  bool host_running(int) override { return true; }
  MonoTime host_now(int host) override { return now() + host * 1h; }
  Duration extra_fsync(int) override { return {}; }
  void store_answered(
      int, int, std::uint64_t, std::uint64_t token, const StoreAnswer& it) override {
    answer(token, it);
  }
  void store_watched(int region, int cluster, const core::RecordPtr& record) override {
    const auto& seen = clients_[static_cast<std::size_t>(region)]->seen;
    if (seen) seen(cluster, record);
  }
  void record_changed(int, SimTime, const core::RecordPtr&, const core::RecordPtr&) override {}

  sim::Kernel kernel_;
  sim::Network network_{kernel_, *this, Prng(4), sim::NetTiming{}, 3};
  sim::Store store_{kernel_, network_, *this, Prng(9), {{0, 2}, {1, 1}, {2, 0}}, 1};
  std::vector<std::unique_ptr<Client>> clients_;
  std::map<std::uint64_t, std::function<void(const StoreAnswer&)>> pending_;
  std::uint64_t tokens_ = 0;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Backend> make_sim_backend() { return std::make_unique<SimBackend>(); }

}  // namespace holdfast::store_test

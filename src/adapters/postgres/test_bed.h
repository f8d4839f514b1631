// Real servers on loopback for tests: a few members in a temporary directory, commanded and watched
// as an agent would, and gone with their processes at the end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/instance.h"

namespace holdfast::postgres {

class Bed {
 public:
  explicit Bed(int members);
  ~Bed();
  Bed(const Bed&) = delete;
  Bed& operator=(const Bed&) = delete;

  /// Why no server can run here; empty if it can.
  static std::string what_is_missing();

  /// The agent of a member ends; its server goes on.
  void close(int member);
  void open(int member);
  /// Gives a command and waits for its end. True if it succeeded.
  bool command(int member, const core::PgCommand& command, Duration limit = 60s);
  /// Gives a command and does not wait.
  void begin(int member, const core::PgCommand& command);
  bool create(int member, std::uint32_t life);
  [[nodiscard]] core::PgObservation see(int member);
  [[nodiscard]] std::string trouble(int member);
  using Condition = std::function<bool(const core::PgObservation&)>;
  /// False if it did not come true in time.
  bool wait(int member, const Condition& condition, Duration limit = 10s);
  /// How long it took, or a negative duration.
  Duration time_until(int member, const Condition& condition, Duration limit = 10s);
  void arm(int member, MonoTime deadline);

  [[nodiscard]] core::Incarnation who(int member) {
    return {static_cast<std::uint8_t>(member), see(member).life};
  }
  [[nodiscard]] core::Pair pair(std::uint64_t id, std::vector<int> members, int w, int primary = 0);
  /// Member 0 is created and leads epoch 1 alone, under pair 1 (w = 0), open.
  bool start_first();
  /// `member` is copied from `leader` and follows it in `epoch`.
  bool join(int member, int leader, std::uint64_t epoch);
  bool set_and_prove(int member, const core::Pair& pair);

  /// As the superuser through the unix socket; one text a cell, or "ERROR: …".
  std::string sql(int member, const std::string& text, Duration limit = 5s);
  /// As the application over TCP.
  std::string client(int member, const std::string& text, Duration limit = 5s);
  [[nodiscard]] std::string directory(int member) const;
  [[nodiscard]] std::string data(int member) const { return directory(member) + "/data"; }
  [[nodiscard]] std::string sockets(int member) const { return directory(member) + "/s"; }
  [[nodiscard]] int postmaster(int member) const;
  [[nodiscard]] model::Port port(int member) const {
    return config_.peers[static_cast<std::size_t>(member)].port;
  }
  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] const std::string& secret() const { return config_.replication_secret; }

 private:
  void on_loop(const std::function<void()>& work);
  std::string ask(const std::string& conninfo, const std::string& text, Duration limit);

  std::string root_;
  InstanceConfig config_;
  net::Loop loop_;
  std::thread thread_;
  std::map<int, std::unique_ptr<Instance>> instances_;
};

}  // namespace holdfast::postgres

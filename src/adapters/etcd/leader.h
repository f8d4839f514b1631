// Who leads the store, and moving that to a wanted member.
//
// A leader that dies together with a primary's region would hold up the very decision that its
// death calls for. So the leader is kept where no primary lives: at the witness, as a rule.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/etcd/http_client.h"
#include "model/site.h"

namespace holdfast::etcd {

/// The store hosts in the order in which they should lead: witnesses first, then regions without
/// primaries, then the rest; otherwise the order of the file.
[[nodiscard]] std::vector<std::string> leader_preference(
    const model::Site& site, const std::vector<model::Index>& primary_hosts);

struct LeaderOutcome {
  std::string leader;  ///< its name; empty if there is none or nobody answers
  bool moved = false;
  std::string problem;  ///< why it is not who was wanted; empty otherwise
};

class LeaderMover {
 public:
  LeaderMover(net::Loop& loop,
              const std::vector<Endpoint>& endpoints,
              std::shared_ptr<TlsSettings> tls);
  ~LeaderMover();
  LeaderMover(const LeaderMover&) = delete;
  LeaderMover& operator=(const LeaderMover&) = delete;

  /// Moves the leader to the first of `wanted` (names of members) that answers and has caught up,
  /// unless it leads already. `done` is called once, within about 5 s. One at a time.
  void move(std::vector<std::string> wanted, std::function<void(const LeaderOutcome&)> done);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::etcd

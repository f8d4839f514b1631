// One real PostgreSQL behind the agent's commands and observations.
//
// Commands run one at a time on a thread of their own; a stop interrupts any other. Observations
// are refreshed by another thread and handed over on the loop's thread. The server itself is a
// process of its own: it goes on when the agent dies, and is found again by its pid file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/net/loop.h"
#include "base/result.h"
#include "core/agent/postgres.h"
#include "core/policy.h"
#include "model/endpoints.h"

namespace holdfast::postgres {

struct PeerAddress {
  std::string host;
  model::Port port = 0;
};

struct InstanceConfig {
  std::string cluster;             ///< name; goes into slot and application names
  int self = 0;                    ///< place in the cluster
  std::vector<PeerAddress> peers;  ///< all members, in order; peers[self] is this one
  core::ClusterPolicy policy;
  std::string directory;           ///< holds data/ and what lies beside it; 0700
  std::string socket_directory;    ///< of the unix socket
  std::string binaries;            ///< folder of postgres, initdb …; empty: looked up
  std::string user = "postgres";   ///< the operating system's user that runs the server
  std::string replication_secret;  ///< of the site; credentials of epochs are derived from it
  std::string guardian_socket;     ///< of the host's guardian; empty: there is none
};

class Instance {
 public:
  /// Finds what is there: a running server, a stopped one, or nothing. `changed`: the observation
  /// has changed in a way that deserves a step.
  static Result<std::unique_ptr<Instance>> open(net::Loop& loop,
                                                const InstanceConfig& config,
                                                std::function<void()> changed);
  virtual ~Instance() = default;

  // All on the loop's thread.
  [[nodiscard]] virtual const core::PgObservation& observation() = 0;
  virtual void command(const core::PgCommand& command) = 0;
  /// initdb into an empty directory as incarnation `life`, stopped; `done` on the loop's thread.
  virtual void create(std::uint32_t life, std::function<void(Result<std::uint32_t>)> done) = 0;
  /// The guardian fences at this deadline unless a later one replaces it; kNever disarms.
  virtual void arm_guardian(MonoTime deadline) = 0;
  /// Of the last command that failed, for people; empty if none did.
  [[nodiscard]] virtual std::string trouble() const = 0;
};

}  // namespace holdfast::postgres

// The kinds of packets in the simulated site, and the payloads that lie in pools while they are
// under way.
#pragma once

#include <cstdint>

#include "core/agent/agent.h"
#include "core/controller/controller.h"
#include "sim/observer.h"
#include "sim/postgres.h"

namespace holdfast::sim {

enum PacketKind : std::uint32_t {
  kToAgent,        ///< arg: slot of a ToAgent
  kToController,   ///< arg: slot of a ToController
  kToPostgres,     ///< arg: slot of a ToPostgres
  kClientRequest,  ///< arg: slot of a ClientCall, here and below
  kClientAnswer,
  kStoreFirst,  ///< the store's own kinds begin here
};

/// A record, a proof or a promise message on its way to a member's agent.
struct ToAgent {
  int instance = 0;  ///< index into World's instances
  core::AgentEvent event;
};

/// A heartbeat, shared by its copies to all controllers.
struct ToController {
  int cluster = 0;
  int member = 0;
  std::uint64_t heartbeat = 0;
  core::MemberReport report;
};

struct ToPostgres {
  int from_member = 0;
  int instance = 0;
  PgMessage message;
};

struct ClientCall {
  WriteId write = 0;  ///< 0: a read
  int client_host = 0;
  int cluster = 0;
  int instance = 0;
  ClientResult result = ClientResult::kUnknown;
};

}  // namespace holdfast::sim

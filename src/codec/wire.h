// The messages between agents and controllers as bytes, with the version of the format in front.
//
// Members are named by cluster and host, never by index: two site files may number them otherwise.
// Decoding is total: any bytes give a value or an error that says what is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "core/agent/agent.h"
#include "model/site.h"

namespace holdfast::codec {

inline constexpr std::uint8_t kWireVersion = 1;

/// An agent's heartbeat, to every controller and router.
struct ToController {
  int cluster = 0;  ///< place in the site file
  int member = 0;   ///< place in the cluster
  std::uint64_t heartbeat = 0;
  core::MemberReport report;
};

/// Everything that reaches an agent over the network.
struct ToAgent {
  int cluster = 0;
  int member = 0;  ///< whom it is for
  std::variant<core::RecordSeen, core::StoreProof, core::PromiseRequest, core::PromiseGrant> mail;
};

[[nodiscard]] std::string encode(const model::Site& site, const ToController& message);
[[nodiscard]] std::string encode(const model::Site& site, const ToAgent& message);

/// kUnsupported for another version, kNotFound for a cluster or host this site does not have,
/// kCorrupt for everything else.
[[nodiscard]] Result<ToController> decode_to_controller(const model::Site& site,
                                                        std::string_view bytes);
[[nodiscard]] Result<ToAgent> decode_to_agent(const model::Site& site, std::string_view bytes);

}  // namespace holdfast::codec

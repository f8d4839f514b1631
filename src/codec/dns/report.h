// What is answered and why, for `holdfast dns answers` and for the log of a responder.
#pragma once

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "codec/dns/board.h"

namespace holdfast::codec::dns {

[[nodiscard]] std::string full_name(const model::DnsZone& zone, const model::DnsAnswer& answer);

/// A paragraph for each name: the rule, the TTL, the addresses.
[[nodiscard]] std::string answers_text(const Board& board);
[[nodiscard]] std::string answers_json(const Board& board);

/// One line: "ris.ris.example -> 10.0.0.1 10.0.0.2, TTL 3s: D180 Some targets …".
[[nodiscard]] std::string change_text(const model::Dns& dns,
                                      std::string_view name,
                                      const core::dns::Decision& decision);
/// Fields of an open object.
void decision_json(const model::Dns& dns, const core::dns::Decision& decision, JsonWriter& json);

/// The zones in short, and what their parents have to hold so that resolvers find us.
[[nodiscard]] std::string zones_text(const model::Dns& dns);

}  // namespace holdfast::codec::dns

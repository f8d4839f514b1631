// What is known of targets' health, as JSON: what a responder is fed from a file.
//
//   {"format": 1,
//    "targets": {"svc-east-a": {"verdict": "unhealthy", "for_ms": 1200, "holds_ms": 300}},
//    "failback": ["ris.ris.example"]}
//
// `for_ms`: for how long the verdict has been so; `holds_ms`: how soon it could change at the
// earliest. Both may be left out. Targets that are not named are unknown.
#pragma once

#include <string_view>

#include "base/result.h"
#include "core/dns/known_health.h"
#include "model/dns.h"

namespace holdfast::codec::dns {

/// Fails on names that the site has not: a mistake there would be a silent one.
[[nodiscard]] Result<core::dns::KnownHealth> read_health(std::string_view text,
                                                         const model::Dns& dns,
                                                         MonoTime now);

}  // namespace holdfast::codec::dns

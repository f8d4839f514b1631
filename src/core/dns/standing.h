// How a name sees one of its targets: the verdict, and the minimum time down that the name asks
// for.
#pragma once

#include "core/dns/policy.h"

namespace holdfast::core::dns {

enum class Standing { kUsable, kHeld, kDown };

/// Unknown is usable: a responder that has heard nothing yet answers as if all were well.
[[nodiscard]] Standing standing_of(const Question& question, const model::DnsChoice& choice);

/// When a held target is usable again, if it stays healthy.
[[nodiscard]] MonoTime held_until(const Question& question, const model::DnsChoice& choice);

/// The smallest time after which news could change the answer of `decision`, as a TTL in whole
/// seconds within the bounds; or what the file declares.
[[nodiscard]] Duration ttl_of(const Question& question, const Decision& decision);

}  // namespace holdfast::core::dns

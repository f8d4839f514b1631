// HL7 v2 over MLLP as a probe needs it: one test message with a control ID, and its
// acknowledgement.
//
// MLLP (HL7 v2 Transport Specification, release 2): 0x0B, message, 0x1C 0x0D. The message has one
// MSH segment and, for queries that need them, nothing else: it asks for an acknowledgement and
// changes nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "codec/health/judgement.h"
#include "model/checks.h"

namespace holdfast::codec::health {

inline constexpr std::size_t kHl7AnswerMax = 64U << 10;

/// `control_id`: at most 20 visible characters without delimiters, new for every message.
[[nodiscard]] std::string hl7_request(const model::Check& check,
                                      std::string_view control_id,
                                      WallTime now);

/// Whether a whole frame has arrived; also true once it is clear that none will.
[[nodiscard]] bool hl7_is_whole(std::string_view bytes);

/// Passes for an acknowledgement AA or CA (MSA-1) of this very message (MSA-2).
[[nodiscard]] Judgement judge_hl7(std::string_view bytes, std::string_view control_id);

}  // namespace holdfast::codec::health

// DNS as a probe needs it (RFC 1035): one question, and whether the answer answers it.
//
// The least that a probe needs; names in answers are compared, never kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/health/judgement.h"
#include "model/check_words.h"
#include "model/socket_address.h"

namespace holdfast::codec::health {

inline constexpr std::size_t kDnsAnswerMax = 4096;

/// A query with one question, recursion not desired. `id`: new for every query.
[[nodiscard]] std::string dns_query(const model::DnsQuestion& question, std::uint16_t id);

/// Whether this is an answer to that query at all: id, QR and question. Others are passed over.
[[nodiscard]] bool is_dns_answer(std::string_view bytes,
                                 const model::DnsQuestion& question,
                                 std::uint16_t id);

/// Passes with NOERROR and at least one record of the type asked for; with `wanted`, one of that
/// address. Pre: is_dns_answer.
[[nodiscard]] Judgement judge_dns(std::string_view bytes,
                                  const model::DnsQuestion& question,
                                  const std::optional<model::SocketAddress>& wanted);

}  // namespace holdfast::codec::health

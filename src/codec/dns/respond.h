// Answers one query from a snapshot: a lookup, a copy, and the few bytes that are the client's own.
//
// Allocates nothing. The query's buffer becomes the response's: its question stays where it is, so
// that the client gets back the case it wrote (draft-vixie-dnsext-dns0x20).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codec/dns/query.h"
#include "codec/dns/snapshot.h"
#include "codec/dns/types.h"

namespace holdfast::codec::dns {

enum class Transport { kUdp, kTcp };

struct Response {
  std::size_t size = 0;  ///< 0: nothing is sent
  Rcode rcode = Rcode::kNoError;
  bool truncated = false;
};

/// Room that a buffer needs for any response to a query of `query_size` bytes.
[[nodiscard]] constexpr std::size_t response_room(Transport transport) {
  return transport == Transport::kUdp ? kUdpSizeMax + kOptSize : kMessageMax;
}

/// `buffer` begins with the query's bytes and has room for the response. `draw`: any 32 bits, for
/// names that answer one of several messages.
Response respond(const Snapshot& snapshot,
                 std::span<std::uint8_t> buffer,
                 std::size_t query_size,
                 Transport transport,
                 std::uint32_t draw);

}  // namespace holdfast::codec::dns

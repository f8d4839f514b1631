#include "codec/dns/respond.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::codec::dns {
namespace {

/// The answer stored for a type at a node; null is for what the node has otherwise.
const std::uint8_t* answer_at(const Snapshot& snapshot,
                              const Node& node,
                              std::uint16_t type,
                              std::uint32_t draw) {
  const Catalog& catalog = snapshot.catalog();
  if (type == kTypeAny) return catalog.stored(node.any);
  const Entry* entry = catalog.entry(node, type);
  if (entry == nullptr) return catalog.stored(node.otherwise);
  if (!entry->decided) return catalog.stored(entry->at);
  const std::uint8_t* drawn = snapshot.view(entry->at).draw(type, draw);
  return drawn != nullptr ? drawn : catalog.stored(node.otherwise);
}

/// RFC 1034 section 4.3.2: the name itself, or the closest one above it that exists, which refers,
/// has a wildcard, or denies. Null: no zone of ours.
const std::uint8_t* look_up(const Snapshot& snapshot, const Query& query, std::uint32_t draw) {
  const Catalog& catalog = snapshot.catalog();
  SuffixHashes hashes;
  hash_suffixes(query, hashes);
  const std::size_t labels = query.labels;
  const std::size_t first = labels - std::min(labels, catalog.labels_max());
  for (std::size_t i = first; i <= labels; ++i) {
    const Node* node = catalog.find(query.suffix(i), hashes[i]);
    if (node == nullptr) continue;
    if (i == 0) return answer_at(snapshot, *node, query.type, draw);
    if (node->wildcard == kNoAnswer) return catalog.stored(node->denial);
    return answer_at(snapshot, catalog.node(node->wildcard), query.type, draw);
  }
  return nullptr;
}

/// Behind whatever the message holds; its count is the last of the header.
std::size_t write_opt(std::uint8_t* message, std::size_t size, const Query& query, Rcode rcode) {
  std::uint8_t* opt = message + size;
  opt[0] = 0;
  write16(opt + 1, kTypeOpt);
  write16(opt + 3, kUdpSizeMax);
  opt[5] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(rcode) >> 4);
  opt[6] = 0;
  write16(opt + 7, query.dnssec_ok ? 0x8000 : 0);
  write16(opt + 9, 0);
  write16(message + 10, read16(message + 10) + 1U);
  return size + kOptSize;
}

std::size_t size_limit(const Query& query, Transport transport) {
  if (transport == Transport::kTcp) return kMessageMax;
  if (!query.edns) return kUdpSizeMin;
  return std::clamp<std::size_t>(query.udp_size, kUdpSizeMin, kUdpSizeMax);
}

/// What is refused before anything is looked up.
Rcode objection(const Query& query) {
  if (query.edns && query.version > 0) return Rcode::kBadVers;
  if (query.klass != kClassIn) return Rcode::kRefused;
  // Zones are in the site file of every responder: there is nothing to transfer.
  const bool transfer = query.type == kTypeAxfr || query.type == kTypeIxfr;
  return transfer ? Rcode::kRefused : Rcode::kNoError;
}

}  // namespace

Response respond(const Snapshot& snapshot,
                 std::span<std::uint8_t> buffer,
                 std::size_t query_size,
                 Transport transport,
                 std::uint32_t draw) {
  HF_ASSERT(query_size <= buffer.size());
  Query query;
  read_query(buffer.first(query_size), query);
  if (query.problem == QueryProblem::kNoQuery) return {};
  if (query.problem != QueryProblem::kNone) {
    const bool opcode = query.problem == QueryProblem::kOpcode;
    const Rcode rcode = opcode ? Rcode::kNotImp : Rcode::kFormErr;
    const auto kept = static_cast<std::uint8_t>(buffer[2] & 0x78);
    write_header(buffer, rcode, 0);
    buffer[2] |= kept;
    return {kHeaderSize, rcode, false};
  }
  Response response{kHeaderSize + query.question_size(), objection(query), false};
  const std::uint8_t* stored =
      response.rcode == Rcode::kNoError ? look_up(snapshot, query, draw) : nullptr;
  if (stored != nullptr) {
    const std::size_t opt = query.edns ? kOptSize : 0;
    response.rcode = head_of(stored).rcode;
    response.size =
        write_answer(stored, {query.name_size, size_limit(query, transport) - opt}, buffer);
    response.truncated = (buffer[2] & 0x02) != 0;
  } else {
    if (response.rcode == Rcode::kNoError) response.rcode = Rcode::kRefused;
    write_header(buffer, response.rcode, 1);
  }
  if (query.edns) response.size = write_opt(buffer.data(), response.size, query, response.rcode);
  return response;
}

}  // namespace holdfast::codec::dns

#include "codec/dns/query.h"

namespace holdfast::codec::dns {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint8_t lower(std::uint8_t c) {
  const bool upper = static_cast<std::uint8_t>(c - 'A') < 26;
  return static_cast<std::uint8_t>(c | (upper ? 0x20 : 0));
}

/// The question's name, which has nothing before it that it could be compressed against.
bool read_name(Bytes message, std::size_t& at, Query& query) {
  std::size_t size = 0;
  query.labels = 0;
  for (;;) {
    if (at >= message.size()) return false;
    const std::size_t length = message[at];
    if (length > model::kDnsLabelMax || size + length + 1 > model::kDnsNameMax) return false;
    if (length > 0) query.label_at[query.labels] = static_cast<std::uint8_t>(size);
    query.name[size++] = static_cast<std::uint8_t>(length);
    ++at;
    if (length == 0) break;
    if (message.size() - at < length) return false;
    for (std::size_t i = 0; i < length; ++i) query.name[size++] = lower(message[at++]);
    ++query.labels;
  }
  query.name_size = static_cast<std::uint8_t>(size);
  return true;
}

/// A pointer ends a name, so nothing has to be followed.
bool skip_name(Bytes message, std::size_t& at) {
  while (at < message.size()) {
    const std::size_t length = message[at];
    if (length >= 0xc0) {
      at += 2;
      return at <= message.size();
    }
    if (length > model::kDnsLabelMax) return false;
    at += length + 1;
    if (length == 0) return true;
  }
  return false;
}

/// Options are ignored, but have to be options.
bool are_options(Bytes data) {
  while (!data.empty()) {
    if (data.size() < 4) return false;
    const std::size_t size = 4U + read16(data.data() + 2);
    if (size > data.size()) return false;
    data = data.subspan(size);
  }
  return true;
}

bool read_record(Bytes message, std::size_t& at, bool additional, Query& query) {
  const std::size_t start = at;
  if (!skip_name(message, at) || message.size() - at < 10) return false;
  const std::uint8_t* fixed = message.data() + at;
  const std::size_t size = read16(fixed + 8);
  at += 10;
  if (message.size() - at < size) return false;
  const Bytes data = message.subspan(at, size);
  at += size;
  if (read16(fixed) != kTypeOpt) return true;
  if (!additional || query.edns || message[start] != 0) return false;
  query.edns = true;
  query.udp_size = read16(fixed + 2);
  query.version = fixed[5];
  query.dnssec_ok = (fixed[6] & 0x80) != 0;
  return are_options(data);
}

bool read_all(Bytes message, Query& query) {
  if (read16(message.data() + 4) != 1) return false;
  std::size_t at = kHeaderSize;
  if (!read_name(message, at, query) || message.size() - at < 4) return false;
  query.type = read16(message.data() + at);
  query.klass = read16(message.data() + at + 2);
  at += 4;
  const std::size_t before = std::size_t{read16(message.data() + 6)} + read16(message.data() + 8);
  const std::size_t records = before + read16(message.data() + 10);
  for (std::size_t i = 0; i < records; ++i) {
    if (!read_record(message, at, i >= before, query)) return false;
  }
  return at == message.size();
}

}  // namespace

void read_query(Bytes message, Query& query) {
  query.problem = QueryProblem::kNoQuery;
  query.edns = false;
  if (message.size() < kHeaderSize || (message[2] & 0x80) != 0) return;
  query.problem = QueryProblem::kOpcode;
  if ((message[2] & 0x78) != 0) return;
  query.problem = read_all(message, query) ? QueryProblem::kNone : QueryProblem::kMalformed;
}

}  // namespace holdfast::codec::dns

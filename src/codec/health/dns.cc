#include "codec/health/dns.h"

#include <algorithm>

namespace holdfast::codec::health {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kClassIn = 1;
constexpr std::size_t kRecordsMax = 64;

void put16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xff);
}

std::uint16_t get16(std::string_view bytes, std::size_t at) {
  const auto high = static_cast<unsigned char>(bytes[at]);
  const auto low = static_cast<unsigned char>(bytes[at + 1]);
  return static_cast<std::uint16_t>(high << 8 | low);
}

std::string wire_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// RFC 1035 2.3.3: case does not matter. Lengths of labels are below any letter.
bool same_name(std::string_view a, std::string_view b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// The end of the name at `at`, not followed beyond a pointer (RFC 1035 4.1.4); 0 if there is none.
std::size_t skip_name(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    const auto length = static_cast<unsigned char>(bytes[at]);
    if (length == 0) return at + 1;
    if (length >= 0xc0) return at + 2 <= bytes.size() ? at + 2 : 0;
    if (length > 63) return 0;
    at += length + 1U;
  }
  return 0;
}

const char* rcode_words(int rcode) {
  switch (rcode) {
    case 1: return "the server cannot read the question";
    case 2: return "the server fails to answer (SERVFAIL)";
    case 3: return "the name does not exist (NXDOMAIN)";
    case 4: return "the server does not know this kind of question";
    case 5: return "the server refuses to answer (REFUSED)";
    default: return "the server answers with an error";
  }
}

bool has_address(std::string_view data, const model::SocketAddress& wanted) {
  const std::size_t size = wanted.v6 ? 16 : 4;
  return data.size() == size &&
         std::equal(data.begin(), data.end(), wanted.address.begin(), [](char a, std::uint8_t b) {
           return static_cast<std::uint8_t>(a) == b;
         });
}

}  // namespace

std::string dns_query(const model::DnsQuestion& question, std::uint16_t id) {
  std::string out;
  put16(out, id);
  put16(out, 0);  // a plain query
  put16(out, 1);
  for (int i = 0; i < 3; ++i) put16(out, 0);
  out += wire_name(question.name);
  put16(out, question.type);
  put16(out, kClassIn);
  return out;
}

bool is_dns_answer(std::string_view bytes, const model::DnsQuestion& question, std::uint16_t id) {
  if (bytes.size() < kHeader || get16(bytes, 0) != id) return false;
  const bool answer = (static_cast<unsigned char>(bytes[2]) & 0x80) != 0;
  if (!answer || get16(bytes, 4) != 1) return false;
  const std::string asked = dns_query(question, id).substr(kHeader);
  return same_name(bytes.substr(kHeader, asked.size()), asked);
}

Judgement judge_dns(std::string_view bytes,
                    const model::DnsQuestion& question,
                    const std::optional<model::SocketAddress>& wanted) {
  const int rcode = bytes[3] & 0x0f;
  if (rcode != 0) return refuse(rcode_words(rcode));
  const bool cut = (static_cast<unsigned char>(bytes[2]) & 0x02) != 0;
  const std::size_t records = std::min<std::size_t>(get16(bytes, 6), kRecordsMax);
  std::size_t at = dns_query(question, 0).size();
  bool any = false;
  for (std::size_t i = 0; i < records; ++i) {
    at = skip_name(bytes, at);
    if (at == 0 || at + 10 > bytes.size()) break;
    const std::uint16_t type = get16(bytes, at);
    const std::size_t length = get16(bytes, at + 8);
    if (at + 10 + length > bytes.size()) break;
    if (type == question.type) {
      any = true;
      if (!wanted || has_address(bytes.substr(at + 10, length), *wanted)) return pass();
    }
    at += 10 + length;
  }
  if (cut) return refuse("the answer is cut, and what is wanted is not in it");
  return refuse(any ? "the address is not among the answers"
                    : "the answer has no record of the type asked for");
}

}  // namespace holdfast::codec::health

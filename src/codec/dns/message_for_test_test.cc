// What message_for_test.h declares, built into the tests only.
#include "codec/dns/message_for_test.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/ip_address.h"

namespace holdfast::codec::dns::testing {
namespace {

void add16(std::vector<std::uint8_t>& to, unsigned value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8 & 0xff));
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void add_name(std::vector<std::uint8_t>& to, std::string_view name) {
  while (!name.empty() && name != ".") {
    const std::string_view label = name.substr(0, name.find('.'));
    to.push_back(static_cast<std::uint8_t>(label.size()));
    to.insert(to.end(), label.begin(), label.end());
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  to.push_back(0);
}

/// Reads a message; after the first thing that makes no sense everything is empty.
class Reader {
 public:
  explicit Reader(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}

  unsigned number(std::size_t size) {
    unsigned value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | byte();
    return value;
  }
  std::string text(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size && good; ++i) text += static_cast<char>(byte());
    return text;
  }
  std::string name() {
    std::string name;
    std::size_t back = 0;
    for (int hops = 0; good && hops < 64;) {
      const unsigned length = byte();
      if (length == 0) break;
      if (length >= 0xc0) {
        const std::size_t to = (length & 0x3fU) << 8 | byte();
        if (back == 0) back = at;
        good = good && to < at - 2;
        at = to;
        ++hops;
        continue;
      }
      if (!name.empty()) name += '.';
      name += text(length);
    }
    if (back != 0) at = back;
    return name.empty() ? "." : name;
  }

  std::size_t at = 0;
  bool good = true;

 private:
  unsigned byte() {
    if (at >= bytes_.size()) good = false;
    return good ? bytes_[at++] : 0;
  }

  const std::vector<std::uint8_t>& bytes_;
};

std::string address_of(Reader& reader, std::size_t size) {
  IpAddress address;
  address.v6 = size == 16;
  const std::string bytes = reader.text(size);
  std::memcpy(address.bytes.data(), bytes.data(), bytes.size());
  return ip_text(address);
}

std::string data_of(Reader& reader, unsigned type, std::size_t size) {
  const auto number = [&](std::size_t bytes) { return std::to_string(reader.number(bytes)); };
  switch (type) {
    case kTypeA:
    case kTypeAaaa: return (type == kTypeA ? "A " : "AAAA ") + address_of(reader, size);
    case kTypeNs: return "NS " + reader.name();
    case kTypeCname: return "CNAME " + reader.name();
    case kTypeSoa: {
      std::string text = "SOA " + reader.name();
      text += ' ' + reader.name();
      for (int i = 0; i < 5; ++i) text += ' ' + number(4);
      return text;
    }
    case kTypeTxt: return "TXT \"" + reader.text(size).substr(1) + '"';
    case kTypeHinfo: {
      const std::string all = reader.text(size);
      return "HINFO " + all.substr(1, all.size() - 2);
    }
    case kTypeSrv: {
      std::string text = "SRV ";
      for (int i = 0; i < 3; ++i) text += number(2) + ' ';
      return text + reader.name();
    }
    default: return "TYPE" + std::to_string(type) + ' ' + reader.text(size);
  }
}

std::string record_of(Reader& reader, unsigned& extended) {
  const std::string name = reader.name();
  const unsigned type = reader.number(2);
  const unsigned klass = reader.number(2);
  const unsigned ttl = reader.number(4);
  const std::size_t size = reader.number(2);
  const std::size_t end = reader.at + size;
  if (type == kTypeOpt) {
    extended = ttl >> 24;
    reader.at = end;
    return "opt " + std::to_string(klass) + ((ttl & 0x8000U) != 0 ? " do" : "");
  }
  std::string text = name + ' ' + std::to_string(ttl) + ' ' + data_of(reader, type, size);
  reader.good = reader.good && reader.at == end && klass == kClassIn;
  return text;
}

std::string rcode_text(unsigned rcode) {
  switch (rcode) {
    case 0: return "NOERROR";
    case 1: return "FORMERR";
    case 3: return "NXDOMAIN";
    case 4: return "NOTIMP";
    case 5: return "REFUSED";
    case 16: return "BADVERS";
    default: return "RCODE" + std::to_string(rcode);
  }
}

std::string joined(const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records) text += (text.empty() ? "" : ", ") + record;
  return text;
}

}  // namespace

std::vector<std::uint8_t> make_query(const Asked& asked) {
  std::vector<std::uint8_t> bytes;
  for (const unsigned word : {0x1234U, 0x0100U, 1U, 0U, 0U, asked.edns ? 1U : 0U}) {
    add16(bytes, word);
  }
  add_name(bytes, asked.name);
  add16(bytes, asked.type);
  add16(bytes, asked.klass);
  if (!asked.edns) return bytes;
  bytes.push_back(0);
  add16(bytes, kTypeOpt);
  add16(bytes, asked.udp_size);
  bytes.push_back(0);
  bytes.push_back(asked.version);
  add16(bytes, asked.dnssec_ok ? 0x8000 : 0);
  add16(bytes, static_cast<unsigned>(asked.options.size()));
  bytes.insert(bytes.end(), asked.options.begin(), asked.options.end());
  return bytes;
}

Said read_response(const std::vector<std::uint8_t>& bytes) {
  Said said;
  said.size = bytes.size();
  Reader reader(bytes);
  const unsigned id = reader.number(2);
  const unsigned flags = reader.number(2);
  unsigned counts[4];
  for (unsigned& count : counts) count = reader.number(2);
  said.authoritative = (flags & 0x0400U) != 0;
  said.truncated = (flags & 0x0200U) != 0;
  if (counts[0] == 1) {
    said.question = reader.name();
    reader.number(4);
  }
  unsigned extended = 0;
  for (std::vector<std::string>* section : {&said.answers, &said.authority, &said.additional}) {
    for (unsigned i = 0; i < counts[1 + (section == &said.answers     ? 0
                                         : section == &said.authority ? 1
                                                                      : 2)] &&
                         reader.good;
         ++i) {
      section->push_back(record_of(reader, extended));
    }
  }
  said.rcode = rcode_text((flags & 15U) | extended << 4);
  const bool flags_good = (flags & 0x8000U) != 0 && (flags & 0x00f0U) == 0;
  said.well_formed = reader.good && reader.at == bytes.size() && flags_good && id == 0x1234;
  return said;
}

std::string Said::text() const {
  if (!well_formed) return "malformed";
  std::string text = rcode + (authoritative ? " aa" : "") + (truncated ? " tc" : "");
  std::string gap;
  for (const auto* section : {&answers, &authority, &additional}) {
    gap += " |";
    if (section->empty()) continue;
    text += gap + ' ' + joined(*section);
    gap.clear();
  }
  return text;
}

Said ask(const Snapshot& snapshot, const Asked& asked, Transport transport, std::uint32_t draw) {
  std::vector<std::uint8_t> buffer = make_query(asked);
  const std::size_t size = buffer.size();
  buffer.resize(std::max(size, response_room(transport)));
  const Response response = respond(snapshot, buffer, size, transport, draw);
  buffer.resize(response.size);
  Said said = read_response(buffer);
  EXPECT_EQ(said.truncated, response.truncated);
  return said;
}

}  // namespace holdfast::codec::dns::testing

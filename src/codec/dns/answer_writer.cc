#include "codec/dns/answer_writer.h"

#include <algorithm>

#include "base/assert.h"

namespace holdfast::codec::dns {
namespace {

constexpr std::uint16_t kPointer = 0xc000;
/// The last place that a pointer reaches, also when the question is as long as can be.
constexpr std::size_t kReach = 0x3fff - model::kDnsNameMax;
constexpr std::size_t kFixupsMax = 255;

std::size_t first_label(std::string_view wire) { return static_cast<unsigned char>(wire[0]); }

void add16(std::vector<std::uint8_t>& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8 & 0xff));
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void add_text(std::vector<std::uint8_t>& to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
}

}  // namespace

AnswerWriter::AnswerWriter(const model::DnsName& base) : base_(base.wire()) {
  answer_.head.base_size = static_cast<std::uint8_t>(base_.size());
}

std::size_t AnswerWriter::message_offset() const {
  return kHeaderSize + base_.size() + 4 + answer_.bytes.size();
}

void AnswerWriter::know_base() {
  if (!known_.empty()) return;
  std::size_t at = kHeaderSize;
  for (std::string_view rest = base_; first_label(rest) > 0;) {
    known_.emplace_back(rest, at);
    at += 1 + first_label(rest);
    rest.remove_prefix(1 + first_label(rest));
  }
}

void AnswerWriter::add_name(std::string_view wire, bool compress) {
  know_base();
  for (std::string_view rest = wire; first_label(rest) > 0;) {
    const auto found = std::find_if(
        known_.begin(), known_.end(), [&](const auto& name) { return name.first == rest; });
    if (compress && found != known_.end() && answer_.fixups.size() < kFixupsMax) {
      answer_.fixups.push_back(static_cast<std::uint16_t>(answer_.bytes.size()));
      add16(answer_.bytes, kPointer | found->second);
      return;
    }
    if (found == known_.end() && message_offset() <= kReach) {
      known_.emplace_back(rest, message_offset());
    }
    add_text(answer_.bytes, rest.substr(0, 1 + first_label(rest)));
    rest.remove_prefix(1 + first_label(rest));
  }
  answer_.bytes.push_back(0);
}

void AnswerWriter::count(Section section, std::size_t records) {
  AnswerHead& head = answer_.head;
  std::uint16_t& counted = section == Section::kAnswer      ? head.answers
                           : section == Section::kAuthority ? head.authority
                                                            : head.additional;
  counted = static_cast<std::uint16_t>(counted + records);
}

void AnswerWriter::add_record(std::uint16_t type, std::uint32_t ttl, const Rdata& data) {
  std::vector<std::uint8_t>& bytes = answer_.bytes;
  add16(bytes, type);
  add16(bytes, kClassIn);
  add16(bytes, ttl >> 16);
  add16(bytes, ttl & 0xffff);
  const std::size_t length = bytes.size();
  add16(bytes, 0);
  add_text(bytes, data.head);
  for (const model::DnsName& name : data.names) add_name(name.wire(), compresses(type));
  add_text(bytes, data.tail);
  write16(bytes.data() + length, bytes.size() - length - 2);
}

void AnswerWriter::add_asked(Section section, const RecordSet& set) {
  for (const Rdata& data : set.rdata) {
    // The question begins at the same place in every message: no fixup.
    add16(answer_.bytes, kPointer | kHeaderSize);
    add_record(set.type, set.ttl, data);
  }
  count(section, set.rdata.size());
}

void AnswerWriter::add(Section section, const model::DnsName& owner, const RecordSet& set) {
  for (const Rdata& data : set.rdata) {
    add_name(owner.wire(), true);
    add_record(set.type, set.ttl, data);
  }
  count(section, set.rdata.size());
}

Answer AnswerWriter::finish(bool authoritative, Rcode rcode) {
  constexpr std::size_t kRoom = kMessageMax - kHeaderSize - model::kDnsNameMax - 4 - kOptSize;
  HF_ASSERT(answer_.bytes.size() <= kRoom);
  answer_.head.size = static_cast<std::uint16_t>(answer_.bytes.size());
  answer_.head.fixups = static_cast<std::uint8_t>(answer_.fixups.size());
  answer_.head.authoritative = authoritative;
  answer_.head.rcode = rcode;
  return std::move(answer_);
}

}  // namespace holdfast::codec::dns

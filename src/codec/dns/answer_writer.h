// Builds one answer: records in the order of the sections, names compressed (RFC 1035 section
// 4.1.4).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/dns/answer.h"
#include "codec/dns/rdata.h"
#include "model/dns_name.h"

namespace holdfast::codec::dns {

enum class Section { kAnswer, kAuthority, kAdditional };

class AnswerWriter {
 public:
  /// `base`: what every question that gets this answer ends in.
  explicit AnswerWriter(const model::DnsName& base);

  /// Records whose owner is the name that was asked for. Sections in order.
  void add_asked(Section section, const RecordSet& set);
  void add(Section section, const model::DnsName& owner, const RecordSet& set);

  [[nodiscard]] Answer finish(bool authoritative, Rcode rcode);

 private:
  void add_record(std::uint16_t type, std::uint32_t ttl, const Rdata& data);
  void add_name(std::string_view wire, bool compress);
  void count(Section section, std::size_t records);
  [[nodiscard]] std::size_t message_offset() const;
  void know_base();

  std::string base_;
  std::vector<std::pair<std::string, std::size_t>> known_;  ///< names and where they stand
  Answer answer_;
};

}  // namespace holdfast::codec::dns

// For tests: queries made and responses read by code that shares nothing with what is tested but
// the numbers of DNS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/dns/respond.h"

namespace holdfast::codec::dns::testing {

struct Asked {
  std::string_view name;
  std::uint16_t type = kTypeA;
  std::uint16_t klass = 1;
  bool edns = false;
  std::uint16_t udp_size = 1232;
  bool dnssec_ok = false;
  std::uint8_t version = 0;
  std::string options = {};  ///< bytes of EDNS options
};

[[nodiscard]] std::vector<std::uint8_t> make_query(const Asked& asked);

struct Said {
  std::size_t size = 0;
  bool well_formed = false;
  std::string rcode;
  bool authoritative = false;
  bool truncated = false;
  std::string question;
  std::vector<std::string> answers;  ///< "NAME TTL TYPE DATA"
  std::vector<std::string> authority;
  std::vector<std::string> additional;

  /// "RCODE [aa] [tc] | answers | authority | additional", without what is empty at the end.
  [[nodiscard]] std::string text() const;
};

[[nodiscard]] Said read_response(const std::vector<std::uint8_t>& bytes);

[[nodiscard]] Said ask(const Snapshot& snapshot,
                       const Asked& asked,
                       Transport transport = Transport::kUdp,
                       std::uint32_t draw = 0);

}  // namespace holdfast::codec::dns::testing

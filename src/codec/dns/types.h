// The numbers of DNS that this responder knows (RFC 1035, 2782, 3596, 6891, 8482).
#pragma once

#include <cstddef>
#include <cstdint>

namespace holdfast::codec::dns {

enum Type : std::uint16_t {
  kTypeA = 1,
  kTypeNs = 2,
  kTypeCname = 5,
  kTypeSoa = 6,
  kTypeHinfo = 13,
  kTypeTxt = 16,
  kTypeAaaa = 28,
  kTypeSrv = 33,
  kTypeOpt = 41,
  kTypeDs = 43,
  kTypeIxfr = 251,
  kTypeAxfr = 252,
  kTypeAny = 255,
};

enum class Rcode : std::uint8_t {
  kNoError = 0,
  kFormErr = 1,
  kNxDomain = 3,
  kNotImp = 4,
  kRefused = 5,
  kBadVers = 16,  ///< its upper bits travel in the OPT record
};
inline constexpr std::size_t kRcodes = 17;

inline constexpr std::uint16_t kClassIn = 1;

inline constexpr std::size_t kHeaderSize = 12;
inline constexpr std::size_t kOptSize = 11;
inline constexpr std::size_t kUdpSizeMin = 512;   ///< RFC 1035 section 4.2.1
inline constexpr std::size_t kUdpSizeMax = 1232;  ///< fits every path of IPv6 without fragments
inline constexpr std::size_t kMessageMax = 65535;

inline std::uint16_t read16(const std::uint8_t* from) {
  return static_cast<std::uint16_t>(from[0] << 8 | from[1]);
}

inline void write16(std::uint8_t* to, std::size_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8 & 0xff);
  to[1] = static_cast<std::uint8_t>(value & 0xff);
}

}  // namespace holdfast::codec::dns

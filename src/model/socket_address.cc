#include "model/socket_address.h"

#include <charconv>

namespace holdfast::model {
namespace {

/// The number in all of `text`, without sign or white space; nothing if it exceeds `max`.
std::optional<std::uint32_t> number(std::string_view text, int base, std::uint32_t max) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || error != std::errc{} || at != end || value > max) return std::nullopt;
  return value;
}

std::string_view take_until(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  const std::string_view part = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

bool read_v4(std::string_view text, std::array<std::uint8_t, 16>& out) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i < 3 && text.find('.') == std::string_view::npos) return false;
    const std::string_view part = i < 3 ? take_until(text, '.') : text;
    const auto byte = number(part, 10, 255);
    // A leading zero is octal to some readers and decimal to others.
    if (!byte || (part.size() > 1 && part[0] == '0')) return false;
    out[i] = static_cast<std::uint8_t>(*byte);
  }
  return true;
}

/// Groups of one side of "::"; how many, or -1.
int read_groups(std::string_view text, std::array<std::uint16_t, 8>& out) {
  int count = 0;
  while (!text.empty()) {
    if (count == 8) return -1;
    const bool more = text.find(':') != std::string_view::npos;
    const std::string_view part = take_until(text, ':');
    const auto group = number(part, 16, 0xffff);
    if (!group || part.size() > 4 || (more && text.empty())) return -1;
    out[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(*group);
  }
  return count;
}

bool read_v6(std::string_view text, std::array<std::uint8_t, 16>& out) {
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  std::array<std::uint16_t, 8> head{};
  std::array<std::uint16_t, 8> tail{};
  const int first = read_groups(text.substr(0, gap), head);
  const int last = has_gap ? read_groups(text.substr(gap + 2), tail) : 0;
  if (first < 0 || last < 0) return false;
  if (has_gap ? first + last > 7 : first != 8) return false;
  for (int i = 0; i < last; ++i) {
    head[static_cast<std::size_t>(8 - last + i)] = tail[static_cast<std::size_t>(i)];
  }
  for (std::size_t i = 0; i < 8; ++i) {
    out[2 * i] = static_cast<std::uint8_t>(head[i] >> 8);
    out[2 * i + 1] = static_cast<std::uint8_t>(head[i] & 0xff);
  }
  return true;
}

}  // namespace

std::optional<SocketAddress> parse_address(std::string_view text) {
  SocketAddress address;
  address.v6 = text.find(':') != std::string_view::npos;
  const bool good = address.v6 ? read_v6(text, address.address) : read_v4(text, address.address);
  if (!good) return std::nullopt;
  return address;
}

std::optional<SocketAddress> parse_target(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = number(text.substr(colon + 1), 10, 65535);
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  std::optional<SocketAddress> address = parse_address(host);
  if (!port || *port == 0 || !address || address->v6 != bracketed) return std::nullopt;
  address->port = static_cast<std::uint16_t>(*port);
  return address;
}

}  // namespace holdfast::model

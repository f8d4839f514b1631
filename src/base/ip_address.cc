#include "base/ip_address.h"

#include <charconv>

namespace holdfast {
namespace {

constexpr std::size_t kGroups = 8;

/// The number that is all of `text`, of at most `digits` digits.
std::optional<unsigned> number(std::string_view text, int base, std::size_t digits) {
  unsigned value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value, base);
  const bool all = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  if (!all || text.size() > digits) return std::nullopt;
  return value;
}

bool parse_v4(std::string_view text, std::uint8_t* to) {
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos) return false;
    const std::string_view part = text.substr(0, end);
    const auto value = number(part, 10, 3);
    if (!value || *value > 255 || (part.size() > 1 && part[0] == '0')) return false;
    to[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(i < 3 ? end + 1 : end);
  }
  return true;
}

/// Groups of hexadecimal digits, the last two perhaps as IPv4: how many, or nothing.
std::optional<std::size_t> parse_groups(std::string_view text, std::uint8_t* to) {
  std::size_t groups = 0;
  if (text.empty()) return groups;
  for (;;) {
    const std::size_t end = text.find(':');
    const std::string_view part = text.substr(0, end);
    if (end == std::string_view::npos && part.find('.') != std::string_view::npos) {
      if (groups > kGroups - 2 || !parse_v4(part, to + 2 * groups)) return std::nullopt;
      return groups + 2;
    }
    const auto value = number(part, 16, 4);
    if (!value || groups == kGroups) return std::nullopt;
    to[2 * groups] = static_cast<std::uint8_t>(*value >> 8);
    to[2 * groups + 1] = static_cast<std::uint8_t>(*value & 0xff);
    ++groups;
    if (end == std::string_view::npos) return groups;
    text.remove_prefix(end + 1);
  }
}

bool parse_v6(std::string_view text, std::uint8_t* to) {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return parse_groups(text, to) == kGroups;
  // IPv4 stands at the end only.
  if (text.substr(0, gap).find('.') != std::string_view::npos) return false;
  std::uint8_t tail[16] = {};
  const auto before = parse_groups(text.substr(0, gap), to);
  const auto after = parse_groups(text.substr(gap + 2), tail);
  // The gap stands for at least one group.
  if (!before || !after || *before + *after >= kGroups) return false;
  for (std::size_t i = 0; i < 2 * *after; ++i) to[16 - 2 * *after + i] = tail[i];
  return true;
}

std::string hex(unsigned value) {
  char text[8];
  const auto end = std::to_chars(text, text + sizeof text, value, 16).ptr;
  return {text, end};
}

std::string v6_text(const IpAddress& address) {
  const auto group = [&](std::size_t i) {
    return static_cast<unsigned>(address.bytes[2 * i] << 8 | address.bytes[2 * i + 1]);
  };
  std::size_t best = 0;  // the longest run of zeros, the first of equals
  std::size_t length = 1;
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t run = 0;
    while (i + run < kGroups && group(i + run) == 0) ++run;
    if (run > length) {
      best = i;
      length = run;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (length > 1 && i == best) {
      text += "::";
      i += length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += hex(group(i));
  }
  return text;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpAddress address;
  address.v6 = text.find(':') != std::string_view::npos;
  const bool read =
      address.v6 ? parse_v6(text, address.bytes.data()) : parse_v4(text, address.bytes.data());
  if (!read) return std::nullopt;
  return address;
}

std::string ip_text(const IpAddress& address) {
  if (address.v6) return v6_text(address);
  std::string text;
  for (std::size_t i = 0; i < 4; ++i) {
    text += (i == 0 ? "" : ".") + std::to_string(address.bytes[i]);
  }
  return text;
}

}  // namespace holdfast

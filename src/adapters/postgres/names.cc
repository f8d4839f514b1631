#include "adapters/postgres/names.h"

#include <charconv>
#include <cstdio>

namespace holdfast::postgres {
namespace {

constexpr std::string_view kRolePrefix = "holdfast_repl_";

}  // namespace

std::string hex8(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", value);
  return text;
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value, base);
  if (text.empty() || result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

std::string incarnation_name(core::Incarnation incarnation) {
  return "m" + std::to_string(incarnation.member) + "_" + hex8(incarnation.life);
}

std::optional<core::Incarnation> parse_incarnation(std::string_view name) {
  const std::size_t line = name.find('_');
  if (name.empty() || name[0] != 'm' || line == std::string_view::npos) return std::nullopt;
  if (name.size() - line != 9) return std::nullopt;
  const auto member = parse_number(name.substr(1, line - 1));
  const auto life = parse_number(name.substr(line + 1), 16);
  if (!member || !life || *member >= core::kMembersMax) return std::nullopt;
  return core::Incarnation{static_cast<std::uint8_t>(*member), static_cast<std::uint32_t>(*life)};
}

std::string replication_role(Epoch epoch) {
  return std::string(kRolePrefix) + std::to_string(epoch.value);
}

std::optional<Epoch> role_epoch(std::string_view role) {
  if (!role.starts_with(kRolePrefix)) return std::nullopt;
  const auto number = parse_number(role.substr(kRolePrefix.size()));
  if (!number) return std::nullopt;
  return Epoch{*number};
}

std::string spell_sync(const core::Pair& pair) {
  if (!pair.id.is_set()) return kPlaceholder;
  if (pair.w <= 0) return {};
  if (pair.s.empty()) return kPlaceholder;
  std::string text = "ANY " + std::to_string(pair.w) + " (";
  bool first = true;
  for (const core::Incarnation& it : pair.s) {
    if (!first) text += ", ";
    text += incarnation_name(it);
    first = false;
  }
  return text + ")";
}

std::string format_lsn(Lsn lsn) {
  char text[32];
  std::snprintf(text,
                sizeof text,
                "%X/%X",
                static_cast<unsigned>(lsn.value >> 32),
                static_cast<unsigned>(lsn.value & 0xffffffffU));
  return text;
}

std::optional<Lsn> parse_lsn(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto high = parse_number(text.substr(0, slash), 16);
  const auto low = parse_number(text.substr(slash + 1), 16);
  if (!high || !low || *high > 0xffffffffU || *low > 0xffffffffU) return std::nullopt;
  return Lsn{(*high << 32) | *low};
}

std::string history_file(Timeline timeline) {
  char text[32];
  std::snprintf(text, sizeof text, "%08X.history", static_cast<unsigned>(timeline.value));
  return text;
}

}  // namespace holdfast::postgres

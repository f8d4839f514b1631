#include "model/check_words.h"

#include <algorithm>
#include <charconv>

namespace holdfast::model {
namespace {

constexpr std::size_t kRangesMax = 16;
constexpr std::size_t kPathStepsMax = 32;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
  return value;
}

std::optional<StatusRange> status_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = number(trimmed(text.substr(0, dash)));
  const auto last = dash == std::string_view::npos ? first : number(trimmed(text.substr(dash + 1)));
  if (!first || !last || *first < 100 || *last > 599 || *first > *last) return std::nullopt;
  return StatusRange{static_cast<int>(*first), static_cast<int>(*last)};
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// `.name`, `[N]`, `['name']`: cut off `rest`. False if none of them begins there.
bool take_step(std::string_view& rest, std::vector<JsonStep>& path) {
  if (rest[0] == '.') {
    std::size_t length = 1;
    while (length < rest.size() && is_name_char(rest[length])) ++length;
    if (length == 1) return false;
    path.emplace_back(std::string(rest.substr(1, length - 1)));
    rest.remove_prefix(length);
    return true;
  }
  const std::size_t close = rest.find(']');
  if (rest[0] != '[' || close == std::string_view::npos) return false;
  const std::string_view inside = rest.substr(1, close - 1);
  rest.remove_prefix(close + 1);
  const bool quoted = inside.size() > 2 && inside.front() == inside.back() &&
                      (inside.front() == '\'' || inside.front() == '"');
  if (quoted) {
    path.emplace_back(std::string(inside.substr(1, inside.size() - 2)));
    return true;
  }
  const auto index = number(inside);
  if (index) path.emplace_back(*index);
  return index.has_value();
}

bool is_json_number(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  const bool plain = text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
  return plain && error == std::errc{} && at == end;
}

bool read_literal(std::string_view text, JsonMatch& match) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    match.literal = JsonMatch::Literal::kString;
    match.text = text.substr(1, text.size() - 2);
    return match.text.find_first_of("\"\\") == std::string::npos;
  }
  match.text = text;
  if (text == "true" || text == "false" || text == "null") return true;
  match.literal = JsonMatch::Literal::kNumber;
  return is_json_number(text);
}

constexpr struct {
  std::string_view word;
  std::uint16_t type;
} kTypes[] = {{"A", 1},
              {"NS", 2},
              {"CNAME", 5},
              {"SOA", 6},
              {"PTR", 12},
              {"MX", 15},
              {"TXT", 16},
              {"AAAA", 28},
              {"SRV", 33}};

bool is_dns_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.' ? label == 0 : !is_name_char(c)) return false;
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  return label > 0;
}

}  // namespace

std::optional<std::vector<StatusRange>> parse_status(std::string_view text) {
  std::vector<StatusRange> ranges;
  for (;;) {
    const std::size_t comma = text.find(',');
    const auto range = status_range(trimmed(text.substr(0, comma)));
    if (!range || ranges.size() == kRangesMax) return std::nullopt;
    ranges.push_back(*range);
    if (comma == std::string_view::npos) return ranges;
    text.remove_prefix(comma + 1);
  }
}

std::optional<JsonMatch> parse_json_match(std::string_view text) {
  JsonMatch match;
  std::string_view rest = trimmed(text);
  if (rest.empty() || rest[0] != '$') return std::nullopt;
  rest.remove_prefix(1);
  while (!rest.empty() && (rest[0] == '.' || rest[0] == '[')) {
    if (match.path.size() == kPathStepsMax || !take_step(rest, match.path)) return std::nullopt;
  }
  rest = trimmed(rest);
  if (rest.empty()) return match;
  const std::string_view sign = rest.substr(0, 2);
  if (sign != "==" && sign != "!=") return std::nullopt;
  match.compare = sign == "==" ? JsonMatch::Compare::kEqual : JsonMatch::Compare::kNotEqual;
  if (!read_literal(trimmed(rest.substr(2)), match)) return std::nullopt;
  return match;
}

std::optional<DnsQuestion> parse_question(std::string_view text) {
  text = trimmed(text);
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  std::string_view name = text.substr(0, space);
  if (name.size() > 1 && name.back() == '.') name.remove_suffix(1);
  const std::string_view word = trimmed(text.substr(space));
  const auto* type = std::find_if(
      std::begin(kTypes), std::end(kTypes), [&](const auto& it) { return it.word == word; });
  if (type == std::end(kTypes) || !is_dns_name(name)) return std::nullopt;
  return DnsQuestion{std::string(name), type->type};
}

}  // namespace holdfast::model

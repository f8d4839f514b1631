#include "codec/json_reader.h"

#include <algorithm>
#include <charconv>

namespace holdfast::codec {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kDigits = "0123456789";

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&out](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
  }
  byte(0x80 | (code & 0x3f));
}

constexpr bool is_high_half(std::uint32_t code) { return code >= 0xd800 && code < 0xdc00; }
constexpr bool is_low_half(std::uint32_t code) { return code >= 0xdc00 && code < 0xe000; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Json> read() {
    Json json;
    if (value(json, 0)) {
      skip_space();
      if (at_ == text_.size()) return json;
      wrong("nothing more was expected");
    }
    return fail(Errc::kCorrupt, "not valid JSON at byte " + std::to_string(at_) + ": " + problem_);
  }

 private:
  bool wrong(const char* problem) {
    problem_ = problem;
    return false;
  }
  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool value(Json& out, int depth) {
    skip_space();
    out.offset = at_;
    if (at_ >= text_.size()) return wrong("the text ends where a value was expected");
    if (depth > kJsonDepthMax) return wrong("nested too deeply");
    switch (peek()) {
      case '{': return object(out, depth);
      case '[': return array(out, depth);
      case '"': out.kind = Json::Kind::kString; return string(out.text);
      case 't': return word(out, "true", Json::Kind::kBool);
      case 'f': return word(out, "false", Json::Kind::kBool);
      case 'n': return word(out, "null", Json::Kind::kNull);
      default: return number(out);
    }
  }

  bool object(Json& out, int depth) {
    out.kind = Json::Kind::kObject;
    ++at_;
    if (take('}')) return true;
    do {
      out.fields.emplace_back();
      skip_space();
      if (peek() != '"') return wrong("a field's name in quotes was expected");
      if (!string(out.fields.back().first)) return false;
      if (!take(':')) return wrong("':' was expected");
      if (!value(out.fields.back().second, depth + 1)) return false;
    } while (take(','));
    if (!take('}')) return wrong("',' or '}' was expected");
    return names_differ(out);
  }

  bool names_differ(const Json& object) {
    std::vector<std::string_view> names;
    for (const auto& field : object.fields) names.push_back(field.first);
    std::sort(names.begin(), names.end());
    if (std::adjacent_find(names.begin(), names.end()) == names.end()) return true;
    return wrong("a field occurs twice in the object that ends here");
  }

  bool array(Json& out, int depth) {
    out.kind = Json::Kind::kArray;
    ++at_;
    if (take(']')) return true;
    do {
      out.items.emplace_back();
      if (!value(out.items.back(), depth + 1)) return false;
    } while (take(','));
    return take(']') || wrong("',' or ']' was expected");
  }

  bool word(Json& out, std::string_view name, Json::Kind kind) {
    if (text_.substr(at_, name.size()) != name) return wrong("a value was expected");
    out.kind = kind;
    out.text = name;
    at_ += name.size();
    return true;
  }

  /// Moves over digits; false if there are none.
  bool digits() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_not_of(kDigits, at_), text_.size());
    return at_ > begin;
  }

  bool number(Json& out) {
    const std::size_t begin = at_;
    if (peek() == '-') ++at_;
    const bool zero = peek() == '0';
    const std::size_t first = at_;
    if (!digits()) return wrong("a value was expected");
    if (zero && at_ > first + 1) return wrong("a number does not begin with 0");
    if (peek() == '.') {
      ++at_;
      if (!digits()) return wrong("a digit was expected");
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return wrong("a digit was expected");
    }
    out.kind = Json::Kind::kNumber;
    out.text = text_.substr(begin, at_ - begin);
    return true;
  }

  bool string(std::string& out) {
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return wrong("a control character in a string");
      ++at_;
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return wrong("the text ends inside a string");
  }

  bool escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const std::size_t found = at_ < text_.size() ? kNames.find(text_[at_]) : kNames.npos;
    if (found != kNames.npos) {
      out += kValues[found];
      ++at_;
      return true;
    }
    std::uint32_t code = 0;
    if (!hex_escape(code)) return false;
    if (is_high_half(code)) {
      std::uint32_t low = 0;
      if (peek() != '\\') return wrong("the second half of a surrogate pair was expected");
      ++at_;
      if (!hex_escape(low)) return false;
      if (!is_low_half(low)) return wrong("the second half of a surrogate pair was expected");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (is_low_half(code)) {
      return wrong("half of a surrogate pair");
    }
    append_utf8(out, code);
    return true;
  }

  /// From the u on.
  bool hex_escape(std::uint32_t& code) {
    if (peek() != 'u') return wrong("an unknown escape");
    ++at_;
    const char* begin = text_.data() + at_;
    const char* end = begin + std::min<std::size_t>(4, text_.size() - at_);
    const auto read = std::from_chars(begin, end, code, 16);
    if (end != begin + 4 || read.ptr != end) return wrong("four hexadecimal digits were expected");
    at_ += 4;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const char* problem_ = "";
};

template <class T>
std::optional<T> exactly(const std::string& text) {
  T number{};
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

}  // namespace

const Json& Json::at(std::string_view name) const {
  static const Json kNothing;
  for (const auto& field : fields) {
    if (field.first == name) return field.second;
  }
  return kNothing;
}

std::int64_t Json::integer() const {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<std::int64_t> Json::as_int64() const {
  return is(Kind::kNumber) ? exactly<std::int64_t>(text) : std::nullopt;
}

std::optional<std::uint64_t> Json::as_uint64() const {
  return is(Kind::kNumber) ? exactly<std::uint64_t>(text) : std::nullopt;
}

std::optional<std::uint64_t> Json::as_uint64_text() const {
  return is(Kind::kNumber) || is(Kind::kString) ? exactly<std::uint64_t>(text) : std::nullopt;
}

Result<Json> parse_json(std::string_view text) { return Reader(text).read(); }

std::string_view json_kind_text(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::kAbsent: return "nothing";
    case Json::Kind::kNull: return "null";
    case Json::Kind::kBool: return "true or false";
    case Json::Kind::kNumber: return "a number";
    case Json::Kind::kString: return "a string";
    case Json::Kind::kArray: return "a list";
    case Json::Kind::kObject: return "an object";
  }
  return "nothing";
}

}  // namespace holdfast::codec

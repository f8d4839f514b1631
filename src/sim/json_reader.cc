#include "sim/json_reader.h"

#include <charconv>

namespace holdfast::sim {
namespace {

constexpr int kDepthMax = 16;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool read(Json& out) {
    if (!value(out, 0)) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool value(Json& out, int depth) {
    if (depth > kDepthMax) return false;
    if (take('{')) return object(out, depth);
    if (take('[')) return list(out, depth);
    if (take('"')) return string(out.text);
    return word(out.text);
  }
  bool object(Json& out, int depth) {
    if (take('}')) return true;
    do {
      std::pair<std::string, Json> field;
      if (!take('"') || !string(field.first) || !take(':')) return false;
      if (!value(field.second, depth + 1)) return false;
      out.fields.push_back(std::move(field));
    } while (take(','));
    return take('}');
  }
  bool list(Json& out, int depth) {
    if (take(']')) return true;
    do {
      out.items.emplace_back();
      if (!value(out.items.back(), depth + 1)) return false;
    } while (take(','));
    return take(']');
  }
  bool word(std::string& out) {
    skip_space();
    const std::size_t end = text_.find_first_of(",]} \t\r\n", at_);
    out = text_.substr(at_, end - at_);
    at_ = end == text_.npos ? text_.size() : end;
    return !out.empty();
  }
  bool string(std::string& out) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }
  bool escape(std::string& out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
    const std::size_t found = kNames.find(c);
    if (found != kNames.npos) {
      out += kValues[found];
      return true;
    }
    // The writer escapes only control characters this way.
    unsigned code = 0;
    if (c != 'u' || at_ + 4 > text_.size()) return false;
    const char* begin = text_.data() + at_;
    if (std::from_chars(begin, begin + 4, code, 16).ptr != begin + 4 || code > 0x7f) return false;
    out += static_cast<char>(code);
    at_ += 4;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

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

Result<Json> parse_json(std::string_view text) {
  Json json;
  if (!Reader(text).read(json)) return fail(Errc::kInvalidInput, "this is not valid JSON");
  return json;
}

}  // namespace holdfast::sim

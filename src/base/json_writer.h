// Writes JSON text in the order given: one canonical form for goldens, reports and --json output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Appends to one string. Nesting mistakes are programming errors and assert.
class JsonWriter {
 public:
  /// indent 0 writes one line; otherwise that many spaces a level.
  explicit JsonWriter(int indent = 0) : indent_(indent) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  /// Up to three decimals; NaN and infinities become null.
  JsonWriter& value(double number);
  JsonWriter& null();

  template <class T>
  JsonWriter& field(std::string_view name, const T& item) {
    return key(name).value(item);
  }

  /// The text so far. Pre: every begin has its end.
  [[nodiscard]] const std::string& text() const;

 private:
  void separate();
  void newline();

  std::string out_;
  std::vector<bool> has_items_;
  int indent_;
  bool after_key_ = false;
};

/// The JSON string literal of a text, quotes included; bytes that are not UTF-8 pass through.
std::string json_quote(std::string_view text);

}  // namespace holdfast

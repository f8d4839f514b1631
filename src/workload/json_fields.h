// Reads one line of JSON as an object whose fields are asked for by name and type.
//
// The first field that is missing, of another type or out of range makes the whole line wrong;
// the error says which. Unknown fields are ignored: a later version may write more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::workload {

class JsonFields {
 public:
  explicit JsonFields(std::string_view line);
  ~JsonFields();
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;
  JsonFields(JsonFields&& other) noexcept;
  JsonFields& operator=(JsonFields&&) = delete;

  [[nodiscard]] bool has(std::string_view name) const;
  std::string text(std::string_view name);
  /// Empty if the field is not there.
  std::string optional_text(std::string_view name);
  std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high);
  /// Nothing for null.
  std::optional<std::int64_t> nullable(std::string_view name, std::int64_t low, std::int64_t high);
  bool flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  std::vector<JsonFields> objects(std::string_view name);

  void refuse(std::string_view name, std::string_view why);
  /// Of this object and of those taken from it; empty if all is well.
  [[nodiscard]] const std::string& error() const { return *error_; }

 private:
  struct Impl;
  JsonFields(std::unique_ptr<Impl> impl, std::shared_ptr<std::string> error);

  std::unique_ptr<Impl> impl_;
  std::shared_ptr<std::string> error_;
};

}  // namespace holdfast::workload

// Command lines of the benches: `--name value` pairs with defaults, and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::bench {

class Options {
 public:
  /// `defaults` names every option that there is. Prints what is wrong, or the list for `--help`,
  /// and exits.
  Options(int argc, char** argv, std::vector<std::pair<std::string, std::string>> defaults);

  [[nodiscard]] const std::string& text(const std::string& name) const;
  /// Exits with a message if it is not a whole number.
  [[nodiscard]] std::uint64_t number(const std::string& name) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace holdfast::bench

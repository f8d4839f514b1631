#include "model/words.h"

#include <array>

namespace holdfast::model {
namespace {

struct Unit {
  std::int64_t micros;
  std::string_view text;
};

constexpr std::array kUnits = {Unit{86'400'000'000, "d"},
                               Unit{3'600'000'000, "h"},
                               Unit{60'000'000, "min"},
                               Unit{1'000'000, "s"},
                               Unit{1'000, "ms"}};

}  // namespace

std::string duration_text(Duration duration) {
  const std::int64_t micros = duration.count();
  if (micros == 0) return "0";
  const bool seconds = micros > 1'000'000 && micros < 60'000'000;
  if (seconds && micros % 1'000'000 != 0 && micros % 1'000 == 0) {
    std::string thousandths = std::to_string(micros % 1'000'000 / 1'000 + 1'000).substr(1);
    while (thousandths.back() == '0') thousandths.pop_back();
    return std::to_string(micros / 1'000'000) + '.' + thousandths + 's';
  }
  for (const Unit& unit : kUnits) {
    if (micros % unit.micros == 0) {
      return std::to_string(micros / unit.micros) + std::string(unit.text);
    }
  }
  return std::to_string(micros) + "us";
}

std::string count_text(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count) + ' ' + std::string(noun);
  if (count == 1) return text;
  if (text.ends_with("ss")) text += 'e';
  return text + 's';
}

std::string join_words(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? ' ' + std::string(last) + ' ' : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace holdfast::model

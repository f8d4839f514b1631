#include "model/condition.h"

#include <algorithm>
#include <charconv>

namespace holdfast::model {
namespace {

using Op = ConditionStep::Op;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }
bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { advance(); }

  ConditionReading read() {
    condition(0);
    if (ok() && !token_.empty()) refuse("an operator or the end");
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool ok() const { return result_.problem.empty(); }

  void refuse(const std::string& wanted) {
    if (!ok()) return;
    result_.problem = wanted + " is wanted " +
                      (token_.empty() ? "at the end" : "before '" + std::string(token_) + "'");
  }

  void advance() {
    const std::size_t begin = rest_.find_first_not_of(" \t");
    rest_ = begin == std::string_view::npos ? std::string_view{} : rest_.substr(begin);
    std::size_t length = 0;
    while (length < rest_.size() && is_word(rest_[length])) ++length;
    if (length == 0 && !rest_.empty()) length = 1;
    token_ = rest_.substr(0, length);
    rest_.remove_prefix(length);
  }

  bool take(std::string_view token) {
    if (token_ != token) return false;
    advance();
    return true;
  }

  void expect(std::string_view token) {
    if (ok() && !take(token)) refuse("'" + std::string(token) + "'");
  }

  void emit(ConditionStep step) {
    if (result_.condition.steps.size() == kConditionStepsMax) {
      result_.problem = "it is too long";
      return;
    }
    result_.condition.steps.push_back(step);
  }

  void condition(int depth) { chain(depth, "or"); }

  /// Operands joined by one operator: all of them for "and", one for "or".
  void chain(int depth, std::string_view joint) {
    const bool all = joint == "and";
    std::uint32_t operands = 0;
    do {
      all ? unit(depth) : chain(depth, "and");
      ++operands;
    } while (ok() && take(joint));
    if (operands > 1) emit({Op::kAtLeast, operands, all ? operands : 1});
  }

  void unit(int depth) {
    if (depth == kConditionDepthMax) result_.problem = "it is nested too deeply";
    if (!ok()) return;
    if (take("not")) {
      unit(depth + 1);
      return emit({Op::kNot, 1, 0});
    }
    if (take("(")) {
      condition(depth + 1);
      return expect(")");
    }
    if (is_number(token_)) return at_least(depth);
    name();
  }

  void at_least(int depth) {
    std::uint32_t needed = 0;
    const std::string_view number = token_;
    const auto read = std::from_chars(number.data(), number.data() + number.size(), needed);
    advance();
    expect("of");
    expect("(");
    std::uint32_t operands = 0;
    do {
      condition(depth + 1);
      ++operands;
    } while (ok() && take(","));
    expect(")");
    if (ok() && (read.ec != std::errc{} || needed == 0 || needed > operands)) {
      result_.problem = "'" + std::string(number) + " of' " + std::to_string(operands) +
                        " says the same whatever the checks say";
    }
    emit({Op::kAtLeast, operands, needed});
  }

  void name() {
    const bool keyword = token_ == "and" || token_ == "or" || token_ == "of";
    if (token_.empty() || !is_word(token_[0]) || keyword) return refuse("the name of a check");
    std::vector<std::string>& names = result_.condition.names;
    auto known = std::find(names.begin(), names.end(), token_);
    if (known == names.end()) known = names.insert(known, std::string(token_));
    emit({Op::kCheck, static_cast<std::uint32_t>(known - names.begin()), 0});
    advance();
  }

  std::string_view rest_;
  std::string_view token_;
  ConditionReading result_;
};

}  // namespace

ConditionReading parse_condition(std::string_view text) { return Parser(text).read(); }

}  // namespace holdfast::model

#include "codec/health/json_match.h"

#include <charconv>

#include "codec/json_reader.h"

namespace holdfast::codec::health {
namespace {

using model::JsonMatch;

const Json* step_into(const Json& at, const model::JsonStep& step) {
  if (const auto* name = std::get_if<std::string>(&step)) {
    const Json& field = at.at(*name);
    return field.is(Json::Kind::kAbsent) ? nullptr : &field;
  }
  const std::uint32_t index = std::get<std::uint32_t>(step);
  return index < at.items.size() ? &at.items[index] : nullptr;
}

double number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool equals(const JsonMatch& match, const Json& value) {
  switch (match.literal) {
    case JsonMatch::Literal::kString:
      return value.is(Json::Kind::kString) && value.text == match.text;
    case JsonMatch::Literal::kNumber:
      return value.is(Json::Kind::kNumber) && number(value.text) == number(match.text);
    case JsonMatch::Literal::kWord:
      return (value.is(Json::Kind::kBool) || value.is(Json::Kind::kNull)) &&
             value.text == match.text;
  }
  return false;
}

bool holds(const JsonMatch& match, const Json& value) {
  switch (match.compare) {
    case JsonMatch::Compare::kEqual: return equals(match, value);
    case JsonMatch::Compare::kNotEqual: return !equals(match, value);
    case JsonMatch::Compare::kTruthy: break;
  }
  const bool no = value.is(Json::Kind::kBool) && value.text == "false";
  return !no && !value.is(Json::Kind::kNull);
}

}  // namespace

Judgement judge_json(const JsonMatch& match, std::string_view text) {
  const Result<Json> document = parse_json(text);
  if (!document) return refuse("the body is not JSON");
  const Json* at = &*document;
  for (const model::JsonStep& step : match.path) {
    at = step_into(*at, step);
    if (at == nullptr) return refuse("the body has nothing at the path asked for");
  }
  return holds(match, *at) ? pass() : refuse("the body says something else at the path asked for");
}

}  // namespace holdfast::codec::health

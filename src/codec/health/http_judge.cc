// Whether an HTTP answer is what is wanted.
#include <algorithm>

#include "codec/health/http.h"
#include "codec/health/json_match.h"

namespace holdfast::codec::health {

std::size_t HttpExpectation::keeps() const {
  if (json) return kHttpJsonKept;
  return contains.empty() ? 0 : kHttpTextKept;
}

HttpExpectation http_expectation(const model::Check& check) {
  HttpExpectation expected;
  expected.statuses = model::parse_status(check.status).value_or(expected.statuses);
  expected.contains = check.contains;
  if (!check.json.empty()) expected.json = model::parse_json_match(check.json);
  return expected;
}

Judgement judge_http(const HttpExpectation& expected, const HttpReader& answer) {
  const bool wanted = std::any_of(
      expected.statuses.begin(), expected.statuses.end(), [&](const model::StatusRange& range) {
        return answer.status() >= range.first && answer.status() <= range.last;
      });
  if (!wanted) return refuse("the status is " + std::to_string(answer.status()));
  const std::string_view text = std::string_view(answer.body()).substr(0, kHttpTextKept);
  if (text.find(expected.contains) == std::string_view::npos)
    return refuse("the text is not in the first 5,120 bytes of the body");
  if (!expected.json) return pass();
  if (answer.is_cut()) return refuse("the body is too long to be read as JSON");
  return judge_json(*expected.json, answer.body());
}

}  // namespace holdfast::codec::health

// Any bytes as an HTTP answer: bounded, the same in one piece and in many, and judged without a
// crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/health/http.h"
#include "codec/health/json_match.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  using codec::health::HttpReader;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  model::Check check;
  check.contains = "UP";
  check.json = "$.a[0].b == 1";
  const auto expected = codec::health::http_expectation(check);

  HttpReader whole(expected.keeps());
  whole.take(bytes);
  whole.end();
  HttpReader pieces(expected.keeps());
  std::string_view rest = bytes;
  for (std::size_t step = 1; !rest.empty(); step = step % 7 + 1) {
    const std::string_view piece = rest.substr(0, step);
    rest.remove_prefix(piece.size());
    if (pieces.take(piece) != HttpReader::State::kMore) break;
  }
  const HttpReader::State state = pieces.end();
  HF_ASSERT(state != HttpReader::State::kMore);
  HF_ASSERT(whole.take({}) == state);
  HF_ASSERT(whole.status() == pieces.status() && whole.body() == pieces.body());
  HF_ASSERT(whole.body().size() <= expected.keeps());
  if (state == HttpReader::State::kDone) {
    const auto judgement = codec::health::judge_http(expected, whole);
    HF_ASSERT(judgement.passed == judgement.why.empty());
  }
  const auto json = codec::health::judge_json(*expected.json, bytes);
  HF_ASSERT(json.passed == json.why.empty());
  return 0;
}

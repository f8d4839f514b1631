#include "lab/fault.h"

namespace holdfast::lab {

void write_fault(JsonWriter& json, const FaultRequest& request) {
  json.begin_object();
  json.field("what", request.what).field("a", request.a).field("b", request.b);
  json.field("one_way", request.one_way);
  json.field("latency_us", request.worse.latency.count());
  json.field("jitter_us", request.worse.jitter.count());
  json.field("loss_ppm", static_cast<std::int64_t>(request.worse.loss * 1e6 + 0.5));
  json.field("bytes_per_second", request.worse.bytes_per_second);
  json.field("leave_bytes", request.leave_bytes);
  json.end_object();
}

FaultRequest read_fault(const codec::Json& json) {
  FaultRequest request;
  request.what = json.at("what").text;
  request.a = json.at("a").text;
  request.b = json.at("b").text;
  request.one_way = json.at("one_way").text == "true";
  request.worse.latency = Duration(json.at("latency_us").integer());
  request.worse.jitter = Duration(json.at("jitter_us").integer());
  request.worse.loss = static_cast<double>(json.at("loss_ppm").integer()) / 1e6;
  request.worse.bytes_per_second = json.at("bytes_per_second").integer();
  request.leave_bytes = json.at("leave_bytes").integer();
  return request;
}

std::string fault_text(const FaultRequest& request) {
  std::string text = request.what + " " + request.a;
  if (!request.b.empty()) text += " " + request.b;
  if (request.one_way) text += ", one way";
  const LinkSpec& worse = request.worse;
  const auto number = [](double value) {
    std::string digits = std::to_string(value);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    return digits;
  };
  if (worse.latency > Duration(0)) text += ", +" + number(to_ms(worse.latency)) + " ms";
  if (worse.jitter > Duration(0)) text += ", jitter " + number(to_ms(worse.jitter)) + " ms";
  if (worse.loss > 0) text += ", loss " + number(worse.loss * 100) + " %";
  if (worse.bytes_per_second > 0) {
    text += ", " + number(static_cast<double>(worse.bytes_per_second) / 1e6) + " MB/s";
  }
  return text;
}

}  // namespace holdfast::lab

#include "codec/health/hl7.h"

#include <array>
#include <cstdio>

namespace holdfast::codec::health {
namespace {

constexpr char kStart = 0x0B;
constexpr std::string_view kEnd = "\x1C\x0D";

/// YYYYMMDDHHMMSS in UTC (civil_from_days by the proleptic Gregorian calendar).
std::string timestamp(WallTime now) {
  const std::int64_t seconds = now.time_since_epoch() / std::chrono::seconds(1);
  const std::chrono::sys_days days{std::chrono::days{seconds / 86400}};
  const std::chrono::year_month_day date{days};
  const auto day = static_cast<int>(seconds % 86400);
  std::array<char, 24> text{};
  std::snprintf(text.data(),
                text.size(),
                "%04d%02u%02u%02d%02d%02d",
                static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                day / 3600,
                day / 60 % 60,
                day % 60);
  return text.data();
}

/// Field `index` of a segment, counted as HL7 does from the segment's name as 0.
std::string_view field(std::string_view segment, char separator, int index) {
  for (int i = 0; i < index; ++i) {
    const std::size_t at = segment.find(separator);
    if (at == std::string_view::npos) return {};
    segment.remove_prefix(at + 1);
  }
  return segment.substr(0, segment.find(separator));
}

/// The first segment with this name; segments end with a carriage return, or by mistake a line
/// feed.
std::string_view segment_of(std::string_view message, std::string_view name) {
  while (!message.empty()) {
    const std::size_t end = message.find_first_of("\r\n");
    const std::string_view segment = message.substr(0, end);
    if (segment.substr(0, name.size()) == name) return segment;
    if (end == std::string_view::npos) break;
    message.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

std::string hl7_request(const model::Check& check, std::string_view control_id, WallTime now) {
  return kStart + std::string("MSH|^~\\&|HOLDFAST||") + check.receiver + "||" + timestamp(now) +
         "||" + check.message_type + '|' + std::string(control_id) + "|P|2.5\r" + std::string(kEnd);
}

bool hl7_is_whole(std::string_view bytes) {
  if (bytes.empty()) return false;
  return bytes[0] != kStart || bytes.size() > kHl7AnswerMax ||
         bytes.find(kEnd) != std::string_view::npos;
}

Judgement judge_hl7(std::string_view bytes, std::string_view control_id) {
  if (bytes.empty() || bytes[0] != kStart) return refuse("the answer is not framed as MLLP");
  const std::size_t end = bytes.find(kEnd);
  if (end == std::string_view::npos) return refuse("the answer ends in the middle of its frame");
  const std::string_view message = bytes.substr(1, end - 1);
  if (message.size() < 8 || message.substr(0, 3) != "MSH")
    return refuse("the answer is no HL7 message");
  const char separator = message[3];
  const std::string_view msa = segment_of(message, std::string("MSA") + separator);
  if (msa.empty()) return refuse("the answer acknowledges nothing: it has no MSA segment");
  if (field(msa, separator, 2) != control_id)
    return refuse("the answer acknowledges another message");
  const std::string_view code = field(msa, separator, 1);
  if (code == "AA" || code == "CA") return pass();
  const bool known = code == "AE" || code == "AR" || code == "CE" || code == "CR";
  return refuse("the message is refused with " + (known ? std::string(code) : "an unknown code"));
}

}  // namespace holdfast::codec::health

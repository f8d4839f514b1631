// Any text as a condition, a target, a status list, a JSON match or a DNS question: read or
// refused, in bounds.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "core/health/board.h"
#include "model/check_words.h"
#include "model/condition.h"
#include "model/socket_address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  const model::ConditionReading reading = model::parse_condition(text);
  HF_ASSERT(reading.condition.steps.size() <= model::kConditionStepsMax);
  if (reading.problem.empty()) {
    // Kleene: where everything is known, so is the condition; where nothing is, it may be.
    std::vector<core::health::HealthVerdict> verdicts(reading.condition.names.size());
    for (core::health::HealthVerdict& it : verdicts) it.verdict = core::health::Verdict::kHealthy;
    const auto known = core::health::evaluate(reading.condition.steps, verdicts);
    HF_ASSERT(known != core::health::Verdict::kUnknown);
  }
  const auto target = model::parse_target(text);
  HF_ASSERT(!target || target->port != 0);
  if (const auto ranges = model::parse_status(text)) HF_ASSERT(!ranges->empty());
  const auto match = model::parse_json_match(text);
  HF_ASSERT(!match || match->path.size() <= 32);
  const auto question = model::parse_question(text);
  HF_ASSERT(!question || (question->type != 0 && question->name.size() <= 253));
  return 0;
}

#include "codec/health/verdict_json.h"

namespace holdfast::codec::health {
namespace {

using core::health::HealthVerdict;
using core::health::PlannedCheck;

void write_age(JsonWriter& json, const char* name, MonoTime at, MonoTime now) {
  json.key(name);
  at == kLongAgo ? json.null() : json.value(to_ms(now - at));
}

void write_votes(JsonWriter& json,
                 const core::health::Plan& plan,
                 const HealthVerdict& it,
                 MonoTime now) {
  json.key("votes").begin_array();
  for (const core::health::Vote& vote : it.votes) {
    json.begin_object().field("from", plan.vantages[vote.vantage]);
    json.field("verdict", core::health::verdict_name(vote.verdict));
    json.field("standing", core::health::standing_name(vote.standing));
    write_age(json, "age_ms", vote.heard, now);
    json.end_object();
  }
  json.end_array();
}

void write_history(JsonWriter& json, const HealthVerdict& it, MonoTime now) {
  json.key("history").begin_array();
  for (const core::health::Turn& turn : it.history) {
    json.begin_object().field("to", core::health::verdict_name(turn.to));
    json.field("rule", turn.rule->id).field("healthy", int{turn.healthy});
    json.field("unhealthy", int{turn.unhealthy});
    write_age(json, "ago_ms", turn.at, now);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void write_verdict(JsonWriter& json,
                   const core::health::Plan& plan,
                   const core::health::Board& board,
                   std::uint32_t check,
                   MonoTime now) {
  const HealthVerdict& it = board.verdicts[check];
  json.begin_object().field("check", plan.names[check]);
  json.field("verdict", core::health::verdict_name(it.verdict));
  if (it.rule != nullptr) json.field("rule", it.rule->id).field("why", it.rule->sentence);
  write_age(json, "since_ms", it.since, now);
  // What is told or follows from others has no vantage points.
  if (model::is_probed(plan.checks[check].kind)) write_votes(json, plan, it, now);
  write_history(json, it, now);
  json.end_object();
}

}  // namespace holdfast::codec::health

#include "apps/health_story.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json_writer.h"
#include "codec/health/verdict_json.h"

namespace holdfast::apps {
namespace {

using core::health::HealthVerdict;

std::string ms_text(Duration duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms", to_ms(duration));
  return text.data();
}

/// "connect 0.2 ms, TLS 4.1 ms, answer 1.0 ms": the phases that happened.
std::string phases_text(const health::Outcome& it) {
  std::string text;
  const auto add = [&](const char* name, Duration duration) {
    if (duration <= Duration{}) return;
    text += (text.empty() ? "" : ", ") + std::string(name) + ' ' + ms_text(duration);
  };
  add("connect", it.connect);
  add("TLS", it.tls);
  add("answer", it.answer);
  return text;
}

std::int64_t days(Duration duration) { return duration / 24h; }

std::string votes_text(const HealthVerdict& it) {
  int counted = 0;
  int well = 0;
  for (const core::health::Vote& vote : it.votes) {
    counted += vote.standing == core::health::Standing::kCounted ? 1 : 0;
    well += vote.standing == core::health::Standing::kCounted &&
                    vote.verdict == core::health::Verdict::kHealthy
                ? 1
                : 0;
  }
  return std::to_string(well) + " of " + std::to_string(counted) + " votes see it well";
}

void print(const JsonWriter& json) {
  std::printf("%s\n", json.text().c_str());
  std::fflush(stdout);
}

void write_phases(JsonWriter& json, const health::Outcome& it) {
  json.field("connect_ms", to_ms(it.connect)).field("tls_ms", to_ms(it.tls));
  json.field("answer_ms", to_ms(it.answer));
  if (it.expires_in) json.field("certificate_days", days(*it.expires_in));
}

}  // namespace

HealthStory::HealthStory(const model::Site& site, bool json, MonoTime begin)
    : site_(site), json_(json), begin_(begin), tallies_(site.checks.size()) {
  for (const model::Check& check : site.checks) width_ = std::max(width_, check.name.size());
}

void HealthStory::line(MonoTime at, std::uint32_t check, const std::string& text) const {
  std::printf("%8.3f s  %-*s  %s\n",
              to_ms(at - begin_) / 1000,
              static_cast<int>(width_),
              site_.checks[check].name.c_str(),
              text.c_str());
  std::fflush(stdout);
}

void HealthStory::seen(const health::Seen& seen) {
  Tally& tally = tallies_[seen.check];
  const health::Outcome& outcome = seen.report.outcome;
  ++tally.probes;
  tally.failed += outcome.passed ? 0 : 1;
  tally.last = outcome;
  warn_of_expiry(seen, tally);
  if (outcome.passed) {
    tally.last_error.clear();
    return;
  }
  tally.last_ever = outcome.why;
  // The same reason again is no news.
  if (tally.last_error == outcome.why) return;
  tally.last_error = outcome.why;
  failure(seen, outcome.why);
}

void HealthStory::failure(const health::Seen& seen, const std::string& why) {
  if (!json_) {
    const std::string phases = phases_text(seen.report.outcome);
    return line(seen.report.ended,
                seen.check,
                "failed: " + why + (phases.empty() ? "" : " (" + phases + ")"));
  }
  JsonWriter json;
  json.begin_object().field("event", "failure");
  json.field("at_ms", to_ms(seen.report.ended - begin_));
  json.field("check", site_.checks[seen.check].name).field("why", why);
  write_phases(json, seen.report.outcome);
  print(json.end_object());
}

void HealthStory::warn_of_expiry(const health::Seen& seen, Tally& tally) {
  const auto& left = seen.report.outcome.expires_in;
  if (!left || *left > site_.checks[seen.check].warn_before_expiry || tally.warned) return;
  tally.warned = true;
  if (!json_) {
    return line(seen.report.ended,
                seen.check,
                "its certificate ends in " + std::to_string(days(*left)) + " days");
  }
  JsonWriter json;
  json.begin_object().field("event", "certificate");
  json.field("at_ms", to_ms(seen.report.ended - begin_));
  json.field("check", site_.checks[seen.check].name).field("certificate_days", days(*left));
  print(json.end_object());
}

void HealthStory::decided(const health::Watch& watch,
                          const core::health::HealthEvent& event,
                          MonoTime now) {
  const HealthVerdict& it = watch.board().verdicts[event.check];
  if (json_) {
    JsonWriter json;
    json.begin_object().field("event", "verdict").field("at_ms", to_ms(now - begin_));
    json.field("from", core::health::verdict_name(event.from)).key("is");
    codec::health::write_verdict(json, watch.plan(), watch.board(), event.check, now);
    return print(json.end_object());
  }
  // At the beginning everything is unknown, which is no news.
  if (event.to == core::health::Verdict::kUnknown) return;
  const bool probed = model::is_probed(site_.checks[event.check].kind);
  const std::string votes = probed && !it.votes.empty() ? votes_text(it) + "; " : "";
  const bool turned = event.from != event.to;
  line(now,
       event.check,
       (turned ? "is " : "stays ") + std::string(core::health::verdict_name(event.to)) + ": " +
           votes + event.rule->id + ' ' + event.rule->sentence);
}

void HealthStory::summary(const health::Watch& watch, MonoTime now) {
  if (json_) return summary_json(watch, now);
  std::printf("\n%-*s  verdict    probes  failed  last\n", static_cast<int>(width_), "check");
  for (std::uint32_t i = 0; i < tallies_.size(); ++i) {
    const Tally& tally = tallies_[i];
    std::string last = tally.last_error.empty() ? phases_text(tally.last) : tally.last_error;
    if (tally.last.expires_in)
      last += ", certificate good for " + std::to_string(days(*tally.last.expires_in)) + " days";
    if (tally.last_error.empty() && !tally.last_ever.empty())
      last += "; before: " + tally.last_ever;
    std::printf("%-*s  %-9s  %6llu  %6llu  %s\n",
                static_cast<int>(width_),
                site_.checks[i].name.c_str(),
                core::health::verdict_name(watch.board().verdicts[i].verdict),
                static_cast<unsigned long long>(tally.probes),
                static_cast<unsigned long long>(tally.failed),
                last.c_str());
  }
}

void HealthStory::summary_json(const health::Watch& watch, MonoTime now) {
  JsonWriter json;
  json.begin_object().field("event", "summary").field("at_ms", to_ms(now - begin_));
  json.key("checks").begin_array();
  for (std::uint32_t i = 0; i < tallies_.size(); ++i) {
    const Tally& tally = tallies_[i];
    json.begin_object().field("probes", tally.probes).field("failed", tally.failed);
    json.field("last_error", tally.last_ever);
    write_phases(json, tally.last);
    json.key("is");
    codec::health::write_verdict(json, watch.plan(), watch.board(), i, now);
    json.end_object();
  }
  json.end_array();
  print(json.end_object());
}

}  // namespace holdfast::apps

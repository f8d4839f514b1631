#include "codec/dns/health_json.h"

#include <algorithm>
#include <string>

#include "codec/json_reader.h"
#include "model/dns_name.h"

namespace holdfast::codec::dns {
namespace {

using core::dns::TargetHealth;
using core::dns::Verdict;

constexpr std::int64_t kFormat = 1;
/// A day in milliseconds times a year: nothing is known for longer.
constexpr std::int64_t kMillisecondsMax = 86'400'000LL * 366;

tl::unexpected<Error> refused(const std::string& what) {
  return fail(Errc::kInvalidInput, "health: " + what);
}

/// The number of milliseconds under a key; 0 if there is none.
Result<Duration> read_ms(const Json& object, std::string_view key) {
  const Json& field = object.at(key);
  if (field.is(Json::Kind::kAbsent)) return Duration{};
  const auto number = field.as_int64();
  if (!number || *number < 0 || *number > kMillisecondsMax) {
    return refused("'" + std::string(key) + "' is no number of milliseconds");
  }
  return Duration(*number * 1000);
}

Result<TargetHealth> read_target(const std::string& name, const Json& said, MonoTime now) {
  TargetHealth health;
  const std::string& verdict = said.at("verdict").text;
  if (verdict == "healthy") {
    health.verdict = Verdict::kHealthy;
  } else if (verdict == "unhealthy") {
    health.verdict = Verdict::kUnhealthy;
  } else if (verdict != "unknown") {
    return refused("target '" + name + "' has no verdict of healthy, unhealthy or unknown");
  }
  const Result<Duration> lasted = read_ms(said, "for_ms");
  const Result<Duration> holds = read_ms(said, "holds_ms");
  if (!lasted) return tl::unexpected(lasted.error());
  if (!holds) return tl::unexpected(holds.error());
  if (!said.at("for_ms").is(Json::Kind::kAbsent)) health.since = now - *lasted;
  health.holds = *holds;
  return health;
}

/// The place among all answers of the name with that text.
Result<std::size_t> find_answer(const model::Dns& dns, std::string_view text) {
  const auto wanted = model::DnsName::parse(text, model::DnsName());
  std::size_t place = 0;
  for (const model::DnsZone& zone : dns.zones) {
    const auto apex = model::DnsName::parse(zone.apex, model::DnsName());
    for (const model::DnsAnswer& answer : zone.answers) {
      if (apex && wanted && model::DnsName::parse(answer.name, *apex) == wanted) return place;
      ++place;
    }
  }
  return refused("failback of '" + std::string(text) + "', which is no name that follows targets");
}

}  // namespace

Result<core::dns::KnownHealth> read_health(std::string_view text,
                                           const model::Dns& dns,
                                           MonoTime now) {
  const Result<Json> json = parse_json(text);
  if (!json) return tl::unexpected(json.error());
  if (json->at("format").integer() != kFormat) return refused("'format' is not 1");
  core::dns::KnownHealth known;
  known.as_of = now;
  known.targets.resize(dns.targets.size());
  for (const auto& [name, said] : json->at("targets").fields) {
    const auto found = std::find_if(
        dns.targets.begin(), dns.targets.end(), [&](const auto& it) { return it.name == name; });
    if (found == dns.targets.end()) return refused("the site has no DNS target '" + name + "'");
    Result<TargetHealth> health = read_target(name, said, now);
    if (!health) return tl::unexpected(std::move(health).error());
    known.targets[static_cast<std::size_t>(found - dns.targets.begin())] = *health;
  }
  for (const Json& name : json->at("failback").items) {
    const Result<std::size_t> place = find_answer(dns, name.text);
    if (!place) return tl::unexpected(place.error());
    known.failback.push_back(*place);
  }
  return known;
}

}  // namespace holdfast::codec::dns

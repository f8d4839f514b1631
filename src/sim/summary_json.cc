// Summaries as JSON and back. The reader takes any JSON, and from it what a summary has.
#include <utility>

#include "codec/json_reader.h"
#include "sim/summary.h"

namespace holdfast::sim {
namespace {

/// The plain numbers of a summary, named once for both directions.
struct Number {
  const char* name;
  std::uint64_t Summary::*member;
};
constexpr Number kNumbers[] = {{"failing_seeds", &Summary::failing_seeds},
                               {"checked_twice", &Summary::checked_twice},
                               {"events", &Summary::events},
                               {"simulated_ms", &Summary::simulated_ms},
                               {"wall_ms", &Summary::wall_ms},
                               {"faults", &Summary::faults},
                               {"failovers", &Summary::failovers},
                               {"writes", &Summary::writes},
                               {"acknowledged", &Summary::acknowledged},
                               {"unknown", &Summary::unknown},
                               {"lost_lossily", &Summary::lost_lossily}};

void write(JsonWriter& json, const Histogram& histogram) {
  json.begin_object().field("count", histogram.count());
  json.field("p50_ms", to_ms(histogram.percentile(50)));
  json.field("p90_ms", to_ms(histogram.percentile(90)));
  json.field("p99_ms", to_ms(histogram.percentile(99)));
  json.field("max_ms", to_ms(histogram.max()));
  json.field("max_us", static_cast<std::int64_t>(histogram.max().count()));
  json.key("buckets").begin_array();
  for (int i = 0; i < Histogram::kBuckets; ++i) {
    if (histogram.in_bucket(i) == 0) continue;
    json.begin_array().value(i).value(histogram.in_bucket(i)).end_array();
  }
  json.end_array().end_object();
}

void write(JsonWriter& json, const std::map<std::string, Histogram>& histograms) {
  json.begin_object();
  for (const auto& [name, histogram] : histograms) {
    json.key(name);
    write(json, histogram);
  }
  json.end_object();
}

void write(JsonWriter& json, const std::map<std::string, std::uint64_t>& counts) {
  json.begin_object();
  for (const auto& [name, count] : counts) json.field(name, count);
  json.end_object();
}

Histogram read_histogram(const codec::Json& json) {
  Histogram histogram;
  for (const codec::Json& pair : json.at("buckets").items) {
    if (pair.items.size() != 2) continue;
    histogram.add_bucket(static_cast<int>(pair.items[0].integer()),
                         static_cast<std::uint64_t>(pair.items[1].integer()));
  }
  histogram.set_max(Duration(json.at("max_us").integer()));
  return histogram;
}

void read(const codec::Json& json, std::map<std::string, Histogram>& histograms) {
  for (const auto& [name, value] : json.fields) histograms[name] = read_histogram(value);
}

void read(const codec::Json& json, std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [name, value] : json.fields) {
    counts[name] = static_cast<std::uint64_t>(value.integer());
  }
}

}  // namespace

std::string to_json(const Summary& summary) {
  JsonWriter json;
  json.begin_object().field("type", "summary");
  json.field("seeds", summary.seeds.count());
  json.field("violations", static_cast<std::uint64_t>(summary.violations.size()));
  json.field("events_per_second", summary.events_per_second());
  json.field("simulated_seconds", static_cast<double>(summary.simulated_ms) / 1000.0);
  for (const Number& it : kNumbers) json.field(it.name, summary.*it.member);
  json.key("seed_ranges").begin_array();
  for (const SeedRange& it : summary.seeds.ranges()) {
    json.begin_array().value(it.first).value(it.last).end_array();
  }
  json.end_array().key("failures").begin_array();
  for (const SummaryViolation& it : summary.violations) {
    json.begin_object().field("seed", it.seed).field("checker", it.checker);
    json.field("time_us", it.time_us).field("text", it.text).end_object();
  }
  json.end_array().key("outages");
  write(json, summary.outages);
  json.key("healing");
  write(json, summary.healing);
  json.key("probes");
  write(json, summary.probes);
  json.key("rules");
  write(json, summary.rules);
  json.key("probes_missed").begin_array();
  for (const std::string& name : summary.missed()) json.value(name);
  return json.end_array().end_object().text();
}

Result<Summary> summary_from_json(std::string_view text) {
  Result<codec::Json> parsed = codec::parse_json(text);
  if (!parsed) return tl::unexpected(std::move(parsed).error());
  const codec::Json& json = *parsed;
  if (json.at("type").text != "summary") {
    return fail(Errc::kInvalidInput, "this is not a summary of simulated seeds");
  }
  Summary summary;
  for (const Number& it : kNumbers) {
    summary.*it.member = static_cast<std::uint64_t>(json.at(it.name).integer());
  }
  for (const codec::Json& range : json.at("seed_ranges").items) {
    if (range.items.size() != 2) continue;
    summary.seeds.add(SeedRange{static_cast<std::uint64_t>(range.items[0].integer()),
                                static_cast<std::uint64_t>(range.items[1].integer())});
  }
  for (const codec::Json& it : json.at("failures").items) {
    summary.violations.push_back({static_cast<std::uint64_t>(it.at("seed").integer()),
                                  it.at("checker").text,
                                  it.at("text").text,
                                  it.at("time_us").integer()});
  }
  read(json.at("outages"), summary.outages);
  read(json.at("healing"), summary.healing);
  read(json.at("probes"), summary.probes);
  read(json.at("rules"), summary.rules);
  return summary;
}

}  // namespace holdfast::sim

#include "workload/report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json_writer.h"

namespace holdfast::workload {
namespace {

std::string milliseconds(Duration duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms", to_ms(duration));
  return text.data();
}

std::string seconds(Duration duration) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f s", to_ms(duration) / 1000.0);
  return text.data();
}

/// Columns as wide as they have to be, the first to the left, the others to the right.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string fill(widths[i] - row[i].size(), ' ');
      line += i == 0 ? row[i] + fill : "  " + fill + row[i];
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

std::string gap_text(const Gap& gap, MonoTime started) {
  std::string text = milliseconds(gap.length()) + " at " + seconds(gap.from - started);
  if (gap.at_end) text += ", to the end";
  return text;
}

void gap_json(JsonWriter& json, const char* name, const Gap& gap, const HistoryHeader& header) {
  const auto wall = (header.started_wall + (gap.from - header.started)).time_since_epoch().count();
  json.key(name).begin_object();
  json.field("ms", to_ms(gap.length()));
  json.field("from_us", gap.from.time_since_epoch().count());
  json.field("until_us", gap.to.time_since_epoch().count());
  json.field("from_wall_us", wall);
  json.field("at_end", gap.at_end).end_object();
}

void writes_json(JsonWriter& json, const WriteSummary& writes, const HistoryHeader& header) {
  json.field("name", writes.name);
  json.field("acknowledged", static_cast<std::int64_t>(writes.acknowledged));
  json.field("refused", static_cast<std::int64_t>(writes.refused));
  json.field("unknown", static_cast<std::int64_t>(writes.unknown));
  json.key("until_first_acknowledged_ms");
  writes.first.at_end ? json.null() : json.value(to_ms(writes.first.length()));
  gap_json(json, "outage", writes.longest, header);
  if (writes.around) gap_json(json, "outage_around", *writes.around, header);
}

void count_json(JsonWriter& json, const char* name, std::size_t count) {
  json.field(name, static_cast<std::int64_t>(count));
}

}  // namespace

std::string summary_table(const History& history, const std::vector<ClusterSummary>& summaries) {
  const MonoTime started = history.header.started;
  std::vector<std::vector<std::string>> rows = {
      {"writes to", "acknowledged", "refused", "unknown", "p50", "p99", "p99.9", "longest outage"}};
  std::string around;
  for (const ClusterSummary& each : summaries) {
    auto row = [&](const std::string& name, const WriteSummary& writes) {
      rows.push_back({name,
                      std::to_string(writes.acknowledged),
                      std::to_string(writes.refused),
                      std::to_string(writes.unknown),
                      "",
                      "",
                      "",
                      gap_text(writes.longest, started)});
    };
    row(each.writes.name, each.writes);
    rows.back()[4] = milliseconds(each.latencies.p50);
    rows.back()[5] = milliseconds(each.latencies.p99);
    rows.back()[6] = milliseconds(each.latencies.p999);
    for (const WriteSummary& data_class : each.data_classes) {
      row("  " + data_class.name, data_class);
    }
    if (each.writes.around) {
      around += each.writes.name + ": outage around the instant asked about: " +
                gap_text(*each.writes.around, started) + '\n';
    }
  }
  std::string text = table(rows) + around;
  for (const ClusterSummary& each : summaries) {
    if (each.reads_answered + each.reads_failed == 0) continue;
    text += each.writes.name + ": " + std::to_string(each.reads_answered) + " reads answered, " +
            std::to_string(each.reads_failed) + " not\n";
  }
  return text;
}

std::string summary_json(const History& history,
                         const std::vector<ClusterSummary>& summaries,
                         const std::string& history_file) {
  JsonWriter json(2);
  json.begin_object();
  json.field("history", history_file);
  json.field("site", history.header.site);
  json.field("seed", static_cast<std::int64_t>(history.header.run));
  json.field("started_us", history.header.started.time_since_epoch().count());
  json.field("ended_us", history.ended.time_since_epoch().count());
  json.key("clusters").begin_array();
  for (const ClusterSummary& each : summaries) {
    json.begin_object();
    writes_json(json, each.writes, history.header);
    json.key("latency_ms").begin_object();
    json.field("p50", to_ms(each.latencies.p50)).field("p99", to_ms(each.latencies.p99));
    json.field("p999", to_ms(each.latencies.p999)).field("max", to_ms(each.latencies.max));
    json.end_object();
    count_json(json, "reads_answered", each.reads_answered);
    count_json(json, "reads_failed", each.reads_failed);
    json.key("data_classes").begin_array();
    for (const WriteSummary& data_class : each.data_classes) {
      json.begin_object();
      writes_json(json, data_class, history.header);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

std::string verdict_table(const std::vector<ClusterVerdict>& verdicts) {
  std::vector<std::vector<std::string>> rows = {{"cluster",
                                                 "acknowledged",
                                                 "unknown",
                                                 "of them there",
                                                 "lost",
                                                 "lost time",
                                                 "keys",
                                                 "verdict"}};
  std::string details;
  for (const ClusterVerdict& each : verdicts) {
    rows.push_back({each.cluster,
                    std::to_string(each.acknowledged),
                    std::to_string(each.unknown),
                    std::to_string(each.unknown_applied),
                    std::to_string(each.lost_rows()),
                    milliseconds(each.lost_time()),
                    std::to_string(each.keys),
                    each.fine() ? "fine" : "VIOLATION"});
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      if (each.counts[i] == 0) continue;
      const auto kind = static_cast<FindingKind>(i);
      details +=
          each.cluster + ": " + std::to_string(each.counts[i]) + " x " + finding_name(kind) + '\n';
      for (const Finding& finding : each.findings) {
        if (finding.kind == kind) details += "  " + finding.text + '\n';
      }
    }
    if (each.loss_allowed && each.lost_rows() > 0) {
      details += each.cluster + ": lost " + std::to_string(each.lost_rows()) +
                 " acknowledged writes, as its policy allows\n";
    }
    if (each.stalest_read > Duration(0)) {
      details += each.cluster + ": reads were up to " + milliseconds(each.stalest_read) + " old\n";
    }
    if (each.unrecorded_allowed > 0) {
      details += each.cluster + ": " + std::to_string(each.unrecorded_allowed) +
                 " writes are there that a cut-off history does not tell of\n";
    }
  }
  return table(rows) + details;
}

namespace {

void losses_json(JsonWriter& json, const ClusterVerdict& verdict) {
  json.key("lost").begin_object();
  count_json(json, "rows", verdict.lost_rows());
  json.field("ms", to_ms(verdict.lost_time())).field("allowed", verdict.loss_allowed);
  json.key("rows_by_data_class").begin_array();
  for (const std::size_t rows : verdict.lost_by_class) json.value(static_cast<std::int64_t>(rows));
  json.end_array().key("episodes").begin_array();
  for (const LossEpisode& episode : verdict.losses) {
    json.begin_object();
    count_json(json, "rows", episode.rows);
    json.field("ms", to_ms(episode.span()));
    json.field("oldest_us", episode.oldest.time_since_epoch().count());
    json.field("newest_us", episode.newest.time_since_epoch().count()).end_object();
  }
  json.end_array().end_object();
}

}  // namespace

std::string verdict_json(const std::vector<ClusterVerdict>& verdicts) {
  JsonWriter json(2);
  bool fine = true;
  for (const ClusterVerdict& each : verdicts) fine = fine && each.fine();
  json.begin_object().field("verdict", fine ? "fine" : "violation");
  json.key("clusters").begin_array();
  for (const ClusterVerdict& each : verdicts) {
    json.begin_object().field("name", each.cluster).field("fine", each.fine());
    count_json(json, "acknowledged", each.acknowledged);
    count_json(json, "refused", each.refused);
    count_json(json, "unknown", each.unknown);
    count_json(json, "unknown_applied", each.unknown_applied);
    count_json(json, "reads", each.reads);
    count_json(json, "keys", each.keys);
    losses_json(json, each);
    json.field("stalest_read_ms", to_ms(each.stalest_read));
    count_json(json, "unrecorded_allowed", each.unrecorded_allowed);
    count_json(json, "undone_allowed", each.undone_allowed);
    json.key("counts").begin_object();
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      count_json(json, finding_name(static_cast<FindingKind>(i)), each.counts[i]);
    }
    json.end_object().key("findings").begin_array();
    for (const Finding& finding : each.findings) {
      json.begin_object().field("kind", finding_name(finding.kind));
      json.field("key", static_cast<std::int64_t>(finding.key)).field("id", finding.id);
      json.field("text", finding.text).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

}  // namespace holdfast::workload

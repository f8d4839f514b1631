#include "codec/check_report.h"

#include <algorithm>

#include "base/json_writer.h"
#include "codec/site_summary.h"
#include "model/words.h"

namespace holdfast::codec {

std::string diagnostics_text(const SiteReading& reading) {
  std::string text;
  for (const Diagnostic& diagnostic : reading.diagnostics) {
    text += diagnostic_text(diagnostic, reading.file) + '\n';
  }
  return text;
}

std::string check_summary(const SiteReading& reading) {
  std::string text = reading.file + ": valid";
  if (!reading.diagnostics.empty()) {
    text += ", " + model::count_text(reading.diagnostics.size(), "warning");
  }
  return text + '\n' + summary_text(reading.site);
}

std::string check_json(const SiteReading& reading) {
  JsonWriter json(2);
  json.begin_object().field("file", reading.file).field("ok", reading.ok());
  json.key("diagnostics").begin_array();
  for (const Diagnostic& diagnostic : reading.diagnostics) {
    json.begin_object().field("line", diagnostic.place.line);
    json.field("column", diagnostic.place.column);
    json.field("severity", severity_word(diagnostic.severity));
    json.field("id", diagnostic.id).field("what", diagnostic.what).field("why", diagnostic.why);
    json.field("allowed", diagnostic.allowed).end_object();
  }
  json.end_array().key("site");
  if (reading.ok()) {
    summary_json(reading.site, json);
  } else {
    json.null();
  }
  return json.end_object().text() + '\n';
}

}  // namespace holdfast::codec

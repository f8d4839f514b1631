#include "codec/site_file.h"

#include <algorithm>
#include <set>
#include <utility>

#include "codec/schema_check.h"
#include "codec/site_fill.h"
#include "codec/site_names.h"
#include "codec/site_places.h"
#include "model/schema.h"
#include "model/validate.h"

namespace holdfast::codec {
namespace {

bool is_prefix(const model::FieldPath& prefix, const model::FieldPath& path) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

/// May a finding be trusted although parts of the file could not be read?
bool is_reliable(const model::Finding& finding, const std::set<model::FieldPath>& damaged) {
  if (damaged.empty()) return true;
  // Many warnings are about what nothing uses; what was not read might have used it.
  if (finding.rule->gravity == model::Gravity::kWarning) return false;
  const bool classes = !finding.path.empty() && finding.path[0] == "data_classes";
  for (const model::FieldPath& part : damaged) {
    const std::string& section = part[0];
    if (model::site_schema().find(section) == nullptr) return false;
    if (section == "regions" || section == "hosts") return false;
    if (section == "clusters" && classes) return false;
    if (is_prefix(part, finding.path) || is_prefix(finding.path, part)) return false;
  }
  return true;
}

void add_findings(const Tree& tree,
                  const std::set<model::FieldPath>& damaged,
                  SiteReading& reading) {
  for (const model::Finding& finding : model::validate(reading.site)) {
    if (!is_reliable(finding, damaged)) continue;
    const bool error = finding.rule->gravity == model::Gravity::kError;
    reading.diagnostics.push_back({.place = place_of(tree.root, finding.path),
                                   .severity = error ? Severity::kError : Severity::kWarning,
                                   .id = std::string(finding.rule->id),
                                   .what = finding.what,
                                   .why = std::string(finding.rule->sentence),
                                   .allowed = finding.allowed});
  }
}

void limit(std::vector<Diagnostic>& diagnostics) {
  if (diagnostics.size() <= kDiagnosticsMax) return;
  const std::size_t more = diagnostics.size() - kDiagnosticsMax;
  const auto rest = diagnostics.begin() + kDiagnosticsMax;
  const auto worst = std::min_element(rest, diagnostics.end(), [](const auto& a, const auto& b) {
    return a.severity < b.severity;
  });
  const Place place = rest->place;
  const Severity severity = worst->severity;
  diagnostics.resize(kDiagnosticsMax);
  diagnostics.push_back({.place = place,
                         .severity = severity,
                         .id = "read.more",
                         .what = std::to_string(more) + " more problems from here on",
                         .why = "the first ones are shown, the rest may follow from them"});
}

}  // namespace

SiteReading read_site(const Tree& tree) {
  SiteReading reading;
  reading.file = tree.file;
  reading.diagnostics = tree.diagnostics;
  if (tree.complete) {
    const SiteNames names = collect_names(tree.root);
    SchemaCheck check = check_schema(tree.root, model::site_schema(), names);
    std::move(check.diagnostics.begin(),
              check.diagnostics.end(),
              std::back_inserter(reading.diagnostics));
    reading.site = fill_site(tree.root, names);
    if (tree.diagnostics.empty()) add_findings(tree, check.damaged, reading);
  }
  sort_by_place(reading.diagnostics);
  limit(reading.diagnostics);
  return reading;
}

}  // namespace holdfast::codec

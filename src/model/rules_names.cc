// Rules about names.
#include <map>

#include "model/rules.h"

namespace holdfast::model {
namespace {

constexpr std::size_t kNameMax = 40;

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_good_name(const std::string& name) {
  if (name.empty() || name.size() > kNameMax || !is_letter(name.front())) return false;
  for (std::size_t i = 1; i < name.size(); ++i) {
    const bool hyphen = name[i] == '-' && name[i - 1] != '-' && i + 1 < name.size();
    if (!is_letter(name[i]) && !is_digit(name[i]) && !hyphen) return false;
  }
  return true;
}

/// Names are quoted by the codec's readers; here odd bytes are only replaced, for one readable
/// line.
std::string shown(const std::string& name) {
  std::string text;
  for (const char c : name.substr(0, kNameMax + 8)) {
    text += c >= ' ' && c <= '~' ? c : '?';
  }
  return "'" + text + "'";
}

/// Calls `each(kind, name, path)` for everything that has a name.
template <class Each>
void for_each_name(const Site& site, const Each& each) {
  for (const Region& region : site.regions) each("region", region.name, {"regions", region.name});
  std::vector<std::size_t> seen(site.regions.size(), 0);  // zones of each region so far
  for (const Zone& zone : site.zones) {
    const std::string step = list_step(seen[zone.region]++);
    each("zone", zone.name, {"regions", site.regions[zone.region].name, "zones", step});
  }
  for (const Host& host : site.hosts) each("host", host.name, {"hosts", host.name});
  for (const Cluster& cluster : site.clusters) {
    each("cluster", cluster.name, {"clusters", cluster.name});
  }
  for (const DataClass& data_class : site.data_classes) {
    each("data class", data_class.name, {"data_classes", data_class.name});
  }
  for (const Check& check : site.checks) each("check", check.name, {"checks", check.name});
}

void check_characters(const Site& site, Findings& findings) {
  for_each_name(site, [&](const char* kind, const std::string& name, FieldPath path) {
    if (is_good_name(name)) return;
    findings.add(std::move(path),
                 std::string(kind) + " name " + shown(name) + " is not well formed",
                 "a lower-case letter, then lower-case letters, digits and single hyphens between "
                 "them, at most 40");
  });
}

void check_duplicates(const Site& site, Findings& findings) {
  std::map<std::string, FieldPath> first;
  for_each_name(site, [&](const char* kind, const std::string& name, FieldPath path) {
    const auto [known, added] = first.emplace(std::string(kind) + ' ' + name, path);
    if (added) return;
    findings.add(std::move(path),
                 std::string(kind) + " name " + shown(name) + " is taken already by " +
                     path_text(known->second),
                 "another name");
  });
}

constexpr Rule kRules[] = {
    {"name.characters",
     Gravity::kError,
     "names become parts of DNS names, replication slots and metric labels, which all have to take "
     "them",
     check_characters},
    {"name.duplicate",
     Gravity::kError,
     "decisions, journals and people refer to things by name, so that two of a kind cannot share "
     "one",
     check_duplicates},
};

}  // namespace

std::span<const Rule> name_rules() { return kRules; }

}  // namespace holdfast::model

// The names a site file defines, gathered before anything refers to them, so that the file may
// define and use them in any order.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/tree.h"
#include "model/schema.h"

namespace holdfast::codec {

/// The names of one kind; the first of two equal ones counts.
class NameTable {
 public:
  void add(std::string name);
  [[nodiscard]] std::optional<model::Index> find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::map<std::string, model::Index, std::less<>> index_;
};

struct SiteNames {
  NameTable regions;
  NameTable zones;
  NameTable hosts;
  NameTable clusters;
  NameTable dns_targets;

  [[nodiscard]] const NameTable& of(model::Target target) const;
};

/// Indices agree with those of the site that site_file makes of the same tree.
SiteNames collect_names(const Node& root);

/// The full name of a region's zone: "east" and "a" make "east-a".
std::string zone_name(std::string_view region, std::string_view zone);

}  // namespace holdfast::codec

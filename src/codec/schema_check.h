// Checks a tree against the schema of the site file: keys, types, units, ranges, references.
//
// It finds what can be seen field by field; what fields mean together is for model/validate.
#pragma once

#include <set>
#include <vector>

#include "codec/site_names.h"
#include "codec/tree.h"
#include "model/field_path.h"
#include "model/schema.h"

namespace holdfast::codec {

struct SchemaCheck {
  std::vector<Diagnostic> diagnostics;
  /// The smallest named things around each error, at most two steps deep, e.g. clusters.orders:
  /// what is read from them cannot be trusted.
  std::set<model::FieldPath> damaged;
};

SchemaCheck check_schema(const Node& root,
                         const model::ObjectSchema& schema,
                         const SiteNames& names);

}  // namespace holdfast::codec

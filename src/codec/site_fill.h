// Builds a site from a tree, taking what is well formed and leaving defaults elsewhere.
//
// It reports nothing: schema_check has done so for the same tree.
#pragma once

#include "codec/site_names.h"
#include "codec/tree.h"
#include "model/site.h"

namespace holdfast::codec {

/// Every index in the result is valid or kNoIndex, whatever the tree.
model::Site fill_site(const Node& root, const SiteNames& names);

/// Its `dns` section.
model::Dns fill_dns(const Node& node, const SiteNames& names);

}  // namespace holdfast::codec

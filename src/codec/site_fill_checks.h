// Builds one health check from its entry in the tree, as site_fill does for the rest of the site.
#pragma once

#include "codec/tree.h"
#include "model/checks.h"

namespace holdfast::codec {

model::Check fill_check(const Entry& entry);

}  // namespace holdfast::codec

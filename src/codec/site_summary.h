// What a valid site protects against, for `holdfast check`: for every cluster and every possible
// primary who must acknowledge a write, what such a write survives, and which losses pause writes.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "model/site.h"

namespace holdfast::codec {

std::string summary_text(const model::Site& site);

/// Writes one JSON object with the same content.
void summary_json(const model::Site& site, JsonWriter& json);

}  // namespace holdfast::codec

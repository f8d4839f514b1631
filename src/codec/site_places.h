// Finds the place in the file of a field that the model names.
#pragma once

#include "codec/tree.h"
#include "model/field_path.h"

namespace holdfast::codec {

/// The place of the value, or of its key where the value is a list or a map; for what the file does
/// not spell out, the place of the nearest thing around it.
Place place_of(const Node& root, const model::FieldPath& path);

}  // namespace holdfast::codec

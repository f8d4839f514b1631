// The schema in words: what a field accepts, for messages and for the configuration reference.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/schema.h"

namespace holdfast::codec {

/// "a duration", "a list", …
std::string_view type_text(model::FieldType type);

/// What a field accepts, e.g. "a number with one of us, ms, s, min, h, d, from 10ms to 10s".
std::string allowed_text(const model::Field& field);

/// The bounds in words, or empty.
std::string range_text(const model::Field& field);

/// The fields of an object, in order.
std::vector<std::string> split_names(const model::ObjectSchema& schema);
std::string field_names(const model::ObjectSchema& schema);

/// The first few of many names, and how many more there are.
std::string some_of(const std::vector<std::string>& names);

/// A sentence as a clause inside another.
std::string lower_first(std::string_view sentence);

}  // namespace holdfast::codec

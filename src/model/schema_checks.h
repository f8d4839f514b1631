// The `checks` section of the site file: its fields, and the words of its enumerators.
#pragma once

#include "model/checks.h"
#include "model/schema.h"

namespace holdfast::model {

extern const ObjectSchema kCheckSchema;

std::span<const Choice> choices_of(CheckKind);
std::span<const Choice> choices_of(CheckDisabled);
std::span<const Choice> choices_of(PostgresRole);

}  // namespace holdfast::model

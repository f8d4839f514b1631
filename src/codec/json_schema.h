// The JSON Schema (draft 2020-12) of site files, for editors that complete and check while typing.
//
// It says what one field may hold. What fields mean together only `holdfast check` knows.
#pragma once

#include <string>

namespace holdfast::codec {

/// Indented, ending in a newline.
std::string site_json_schema();

}  // namespace holdfast::codec

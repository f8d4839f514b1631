// The decision tables as people and programs read them.
#pragma once

#include <string>

namespace holdfast::codec {

/// All tables, aligned, sentences wrapped.
std::string rules_text();
/// The same as JSON: a list of tables with their rules.
std::string rules_json();

}  // namespace holdfast::codec

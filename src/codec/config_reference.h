// The reference of the site file as Markdown: every key with its type, default and meaning, the
// units, and everything that is checked. docs/configuration.md is this text.
#pragma once

#include <string>

namespace holdfast::codec {

std::string config_reference();

}  // namespace holdfast::codec

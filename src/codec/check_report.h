// The outcome of checking a site file, as text and as JSON.
#pragma once

#include <string>

#include "codec/site_file.h"

namespace holdfast::codec {

/// A line for each diagnostic; empty when there is none.
std::string diagnostics_text(const SiteReading& reading);

/// What the site protects against. Pre: the reading has no errors.
std::string check_summary(const SiteReading& reading);

/// {file, ok, diagnostics, site}; site is null when there are errors.
std::string check_json(const SiteReading& reading);

}  // namespace holdfast::codec

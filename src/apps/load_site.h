// Opens a site file for the commands that need one.
#pragma once

#include <string>

#include "base/result.h"
#include "codec/site_file.h"
#include "model/site.h"

namespace holdfast::apps {

/// Everything that is known about the file; fails only when it cannot be read at all.
Result<codec::SiteReading> read_site_file(const std::string& path);

/// The site, or one error whose message has a line for each problem. Warnings are left out: they
/// are for `holdfast check`.
Result<model::Site> load_site(const std::string& path);

/// kInvalidInput where it answers no names.
Result<model::Site> load_site_with_dns(const std::string& path);
/// Its names alone.
Result<model::Dns> load_dns(const std::string& path);

}  // namespace holdfast::apps

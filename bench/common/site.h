// Opens a site file for a bench.
#pragma once

#include <string>

#include "model/site.h"

namespace holdfast::bench {

/// The site; prints why not, and exits, if the file has an error.
[[nodiscard]] model::Site load_site(const std::string& path);

}  // namespace holdfast::bench

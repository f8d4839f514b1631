// The part of a site's checks that one host looks at alone, for trying them by hand.
#pragma once

#include <string>

#include "base/result.h"
#include "model/site.h"

namespace holdfast::core::health {

/// The same site with one vantage point. `from` a host: that one, and of the probed checks only
/// those that it has a vote on. `from` empty: a new host "here", which probes every check. `only`
/// empty: all checks; otherwise that one and what its condition follows from. kNotFound for unknown
/// names.
[[nodiscard]] Result<model::Site> narrow(model::Site site,
                                         const std::string& from,
                                         const std::string& only);

/// The name of the vantage point of a narrowed site.
[[nodiscard]] std::string narrowed_to(const std::string& from);

}  // namespace holdfast::core::health

// Reads a site from the tree of a site file, with everything that is wrong with it.
//
// Two passes: field by field against the schema, then what the fields mean together. The second
// keeps silent about parts that the first could not read, so that one mistake is reported once.
#pragma once

#include <string>
#include <vector>

#include "codec/tree.h"
#include "model/site.h"

namespace holdfast::codec {

struct SiteReading {
  std::string file;
  model::Site site;                     ///< of use only when nothing is an error
  std::vector<Diagnostic> diagnostics;  ///< the tree's own included, sorted by place

  [[nodiscard]] bool ok() const { return !has_errors(diagnostics); }
};

/// At most this many diagnostics are kept; one more says how many were left out.
inline constexpr std::size_t kDiagnosticsMax = 200;

SiteReading read_site(const Tree& tree);

}  // namespace holdfast::codec

// Where the databases are reached and as whom.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/endpoints.h"

namespace holdfast::workload {

/// One proxy's way to one cluster. Names are resolved once: a lookup in the middle of an outage
/// would be measured with it.
struct Target {
  std::string host;
  std::string address;  ///< numeric
  model::Port port = 0;
};

struct Login {
  std::string user = "ris";
  std::string database = "ris";
  std::string password;
  std::string tls = "prefer";  ///< PostgreSQL's sslmode
};

/// "host" or "host:port", where port is that of the site's first cluster.
Result<Target> resolve_proxy(const std::string& proxy, std::size_t cluster_place);

/// The application's password of a site whose secret is in this file.
Result<std::string> application_password(const std::string& secret_file);

}  // namespace holdfast::workload

// Where a host keeps what belongs to it, below one directory.
#pragma once

#include <string>

#include "adapters/net/link.h"
#include "base/result.h"
#include "model/site.h"

namespace holdfast::node {

[[nodiscard]] net::TlsFiles host_tls(const std::string& dir);
[[nodiscard]] net::TlsFiles operator_tls(const std::string& dir);
/// The shared secret of the site, from which the credentials of epochs are derived.
[[nodiscard]] Result<std::string> read_secret(const std::string& dir);
/// This host's place in the site; an empty name stands for the operating system's host name.
[[nodiscard]] Result<model::Index> own_host(const model::Site& site, const std::string& name);

}  // namespace holdfast::node

// `holdfast init`: the authority of a site and one identity for each of its hosts.
#pragma once

#include <string>

namespace holdfast::apps {

struct InitOptions {
  std::string site;
  std::string dir;
  bool renew = false;              ///< fresh certificates from the authority that is there
  bool operator_on_hosts = false;  ///< every host gets the operator's identity, too
  bool json = false;
};

/// 0 when everything is written; 1 when something is there already or cannot be written; 2 or 3
/// when the site cannot be used or there is nothing to renew.
int command_init(const InitOptions& options);

}  // namespace holdfast::apps

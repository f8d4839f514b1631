// The processes of a site as commands: they run until they are told to stop.
#pragma once

#include "apps/site_client.h"

namespace holdfast::apps {

struct ProcessOptions {
  SiteOptions site;
  std::string host;            ///< name of this host in the site file; empty: the system's
  std::string store = "etcd";  ///< of a controller
  std::string binaries;        ///< of PostgreSQL; empty: looked up
  std::string user = "postgres";
};

int command_agent(const ProcessOptions& options);
int command_controller(const ProcessOptions& options);

}  // namespace holdfast::apps

// What runs on each host of a lab: a table from roles to command lines.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/tree.h"
#include "model/site.h"

namespace holdfast::lab {

inline constexpr const char* kHostDirectory = "/var/lib/holdfast";

struct ProcessSpec {
  std::string name;
  std::vector<std::string> argv;
  std::string user;                        ///< empty: root
  bool restart = true;                     ///< one second after it has exited by itself
  int realtime = 0;                        ///< SCHED_FIFO priority; 0: an ordinary process
  std::vector<std::string> prepare{};      ///< run to its end before each start; may be empty
  std::vector<std::string> environment{};  ///< "NAME=value", on top of a small common one

  friend bool operator==(const ProcessSpec&, const ProcessSpec&) = default;
};

/// For each host of the site, in its order.
using ProcessTable = std::vector<std::vector<ProcessSpec>>;

/// model::controller_hosts().
std::vector<std::size_t> store_hosts(const model::Site& site);

/// What a real site runs. `identities`: the hosts have certificates, so that the store uses them.
/// `realtime`: the loops of Holdfast's own processes run before everything else.
ProcessTable site_processes(const model::Site& site, bool identities, bool realtime = false);

/// A table of one's own, from YAML: a list of {hosts, name, argv, user, restart, realtime,
/// prepare, environment}. `hosts` is a role (database, service, controller, clinic), or what
/// select_hosts() takes. "{host}" in argv and prepare becomes the host's name.
Result<ProcessTable> read_processes(const model::Site& site, const codec::Tree& tree);

}  // namespace holdfast::lab

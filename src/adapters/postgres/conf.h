// The server's configuration files, made from the settings. The data directory's own are not used:
// a copy or rewind would bring another member's.
#pragma once

#include <string>

#include "adapters/postgres/instance.h"
#include "adapters/postgres/layout.h"
#include "adapters/postgres/settings.h"

namespace holdfast::postgres {

/// What does not change while the server runs.
[[nodiscard]] std::string server_conf(const InstanceConfig& config, const Layout& layout);
/// The sync set and the source.
[[nodiscard]] std::string changing_conf(const InstanceConfig& config,
                                        const Layout& layout,
                                        const Settings& settings,
                                        std::uint32_t life);
/// Who may log in. `leading`: standbys and copies may, with this epoch's credential.
[[nodiscard]] std::string hba_conf(const Settings& settings);
[[nodiscard]] std::string ident_conf(const InstanceConfig& config);
/// One line of a pass file.
[[nodiscard]] std::string pass_line(const std::string& role, const std::string& password);

/// A connection string for the peer's server as the copy role.
[[nodiscard]] std::string copy_conninfo(const PeerAddress& peer,
                                        const Layout& layout,
                                        const std::string& application);
/// As the role of an epoch.
[[nodiscard]] std::string source_conninfo(const PeerAddress& peer,
                                          const Layout& layout,
                                          Epoch epoch,
                                          const std::string& application);

}  // namespace holdfast::postgres

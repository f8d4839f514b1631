// Passwords that nobody stores: each is derived from the site's secret when it is needed.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"

namespace holdfast::postgres {

/// The password of replication_role(epoch).
[[nodiscard]] std::string epoch_password(std::string_view secret,
                                         const std::string& cluster,
                                         Epoch epoch);
/// The password of kCopyRole.
[[nodiscard]] std::string copy_password(std::string_view secret, const std::string& cluster);
/// The password of the application's role.
[[nodiscard]] std::string application_password(std::string_view secret);

/// What PostgreSQL stores for such a password. The salt is derived too, so that the same password
/// always gives the same verifier; few iterations, because 256 random bits cannot be guessed and
/// every login pays for each of them.
[[nodiscard]] std::string scram_verifier(std::string_view password);

}  // namespace holdfast::postgres

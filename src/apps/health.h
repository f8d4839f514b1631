// `holdfast health`: what a site's checks amount to, and trying them for real from this machine.
#pragma once

#include <string>
#include <vector>

namespace holdfast::apps {

struct HealthCheckOptions {
  std::string site{};
  bool json = false;
};

/// 0, or 2 or 3 when the site cannot be used.
int command_health_check(const HealthCheckOptions& options);

struct HealthRunOptions {
  std::string site{};
  std::string from{};                   ///< a host; empty: this machine, for every check
  std::string only{};                   ///< a check, with what it follows from; empty: all
  std::string lasts{};                  ///< how long; empty: until it is interrupted
  std::vector<std::string> controls{};  ///< NAME=on or NAME=off
  bool json = false;
};

/// 0 when everything is healthy at the end, 1 when not, 2 for wrong input, 3 for what is missing.
int command_health_run(const HealthRunOptions& options);

}  // namespace holdfast::apps

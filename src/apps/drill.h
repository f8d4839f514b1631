// `holdfast drill` behind its options.
#pragma once

#include <string>

namespace holdfast::apps {

struct DrillOptions {
  std::string scenario = "region";
  std::string site = "examples/ris-two-regions.yaml";
  std::string cluster{};
  std::string directory = "/tmp/holdfast-lab";
  std::string evidence{};  ///< a folder; empty: nothing is kept
  int runs = 1;
  bool keep = false;  ///< leave the lab up
  bool use = false;   ///< the lab is up already
  bool json = false;
};

/// 0 when every run was passed, 1 when one was not; 2 or 3 for wrong input.
int command_drill(const DrillOptions& options);

}  // namespace holdfast::apps

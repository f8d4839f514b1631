// Where the simulated site's controllers and store members stand: one of each at every place.
#pragma once

#include <vector>

#include "model/site.h"

namespace holdfast::sim {

struct ControllerPlace {
  int region = 0;
  int zone = 0;
};

/// The zones of model::controller_hosts(), by region: where each region has one, the place of a
/// region's controller is the region's own number. A region without hosts for one has it in its
/// last zone.
[[nodiscard]] std::vector<ControllerPlace> controller_places(const model::Site& site);

}  // namespace holdfast::sim

// Draws the details of one fault: whom it strikes, how hard, for how long.
#pragma once

#include "base/prng.h"
#include "model/site.h"
#include "sim/fault.h"

namespace holdfast::sim {

/// Fills in everything but kind and time. `focus` is a cluster to pick on, or −1. False if the site
/// has nothing that a fault of this kind could strike.
[[nodiscard]] bool draw_target(const model::Site& site, int focus, Prng& prng, Fault& fault);

}  // namespace holdfast::sim

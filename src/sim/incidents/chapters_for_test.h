// The chapters of the library of incidents.
#pragma once

#include <span>

#include "sim/incidents/incident_for_test.h"

namespace holdfast::sim {

/// Somebody is cut off, and somebody draws the wrong conclusion.
[[nodiscard]] std::span<const Incident> cut_off_incidents();

/// Somebody has to take over, and cannot, or must not.
[[nodiscard]] std::span<const Incident> takeover_incidents();

}  // namespace holdfast::sim

// Forecasts as people and programs read them.
#pragma once

#include <span>
#include <string>

#include "core/readiness/readiness.h"

namespace holdfast::codec {

/// A table for each cluster: loss, what happens, who leads then, the outage, what is lost; below it
/// the sentences of whatever blocks.
std::string readiness_text(const model::Site& site,
                           std::span<const core::ClusterView> clusters,
                           std::span<const core::Forecast> forecasts);

std::string readiness_json(const model::Site& site,
                           std::span<const core::ClusterView> clusters,
                           std::span<const core::Forecast> forecasts);

}  // namespace holdfast::codec

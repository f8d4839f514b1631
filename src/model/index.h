// How parts of a site refer to each other: by their place in the site's lists.
#pragma once

#include <cstdint>

namespace holdfast::model {

using Index = std::uint32_t;
inline constexpr Index kNoIndex = 0xffffffffU;

}  // namespace holdfast::model

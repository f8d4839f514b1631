// The known word that someone most probably meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::codec {

/// How many letters to insert, remove, replace or swap with their neighbour to turn a into b.
int edit_distance(std::string_view a, std::string_view b);

/// The nearest candidate, or empty when none is near enough to be worth a suggestion. Looks at a
/// bounded number of candidates of bounded length, so that hostile input costs little.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace holdfast::codec

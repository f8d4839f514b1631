// Deliberate defects by name, as `holdfast sim --defect NAME` switches them on.
#pragma once

#include <optional>
#include <string_view>

namespace holdfast::apps {

/// Switches the defect on in this process; "list" prints all of them instead. The exit code, if the
/// command ends here: 0 after the list, 2 if there is no such defect or none are compiled in.
std::optional<int> begin_defect(std::string_view name, bool json);

}  // namespace holdfast::apps

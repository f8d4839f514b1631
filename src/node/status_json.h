// The state of every cluster as one controller sees it, as JSON: facts first, then words.
#pragma once

#include "adapters/net/http.h"

namespace holdfast::node {

class ControllerNode;

[[nodiscard]] net::HttpResponse status_response(const ControllerNode& node);

}  // namespace holdfast::node

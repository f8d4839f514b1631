// /v1 of a controller: what is, what happened, and what operators ask for.
//
//   GET  /v1/status                 everything this controller knows of each cluster
//   GET  /v1/events?after=N         what happened after event N
//   GET  /v1/record/CLUSTER         the record as the store holds it
//   POST /v1/clusters/CLUSTER/VERB  create, switchover {"to": HOST}, failover, approve, resume,
//                                   accept-loss {"powered_off": true}
//
// Who asks is known by the certificate; hosts and viewers may only read.
#pragma once

#include <functional>
#include <string>

#include "adapters/net/http.h"

namespace holdfast::node {

class ControllerNode;

/// Answers once, now or later.
void answer_api(ControllerNode& node,
                const net::HttpRequest& request,
                std::function<void(net::HttpResponse)> answer);

[[nodiscard]] net::HttpResponse accepted(const std::string& text);
[[nodiscard]] net::HttpResponse problem(int status, const std::string& text);

}  // namespace holdfast::node

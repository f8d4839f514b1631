// One client that reaches the application by its name over HTTP, as people's programs do: one
// operation after the other, each recorded.
#pragma once

#include <atomic>

#include "workload/client.h"
#include "workload/http_call.h"

namespace holdfast::workload {

/// Until `stop`. Of the plan's ways in, only `service` counts.
void run_http_client(const ClientPlan& plan,
                     const ClientPorts& ports,
                     const Service& service,
                     const std::string& cluster,
                     const std::atomic<bool>& stop);

}  // namespace holdfast::workload

// A controller's view of a cluster where all is well: the starting point of forecasts and tests.
#pragma once

#include "core/controller/controller.h"

namespace holdfast::core {

/// The first record of a new cluster whose members all run: made-up lives, one per member.
[[nodiscard]] RecordPtr healthy_record(const ClusterPolicy& policy);

/// What this member's agent says under `record` when nothing is wrong. Pre: the record is steady.
[[nodiscard]] MemberReport healthy_report(const ClusterPolicy& policy,
                                          const Record& record,
                                          Incarnation who);

/// A controller that knows `record` and has just heard every member.
[[nodiscard]] ControllerState healthy_state(const ClusterPolicy& policy,
                                            const RecordPtr& record,
                                            MonoTime now);

}  // namespace holdfast::core

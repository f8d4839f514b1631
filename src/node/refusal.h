// Why an operator's command does not fit the state of a cluster, in words.
#pragma once

#include <string>

#include "node/controller_seat.h"

namespace holdfast::node {

/// For a command that the core refused. Pre: the seat has a record.
[[nodiscard]] std::string refusal(const model::Site& site,
                                  const ControllerSeat& seat,
                                  const core::OperatorCommand& command,
                                  MonoTime now);

}  // namespace holdfast::node

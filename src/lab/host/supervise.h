// The first process of a host: starts what the host runs, starts it again when it has died, runs
// commands, and reaps orphans. When it dies, everything in the host dies with it.
//
// Obeys the lab over a channel, one JSON object a line:
//   {"do":"begin"}                                       start the processes
//   {"do":"process","id":I,"name":N,"act":A}             kill, freeze, thaw, restart, stop, start
//   {"do":"exec","id":I,"argv":[…],"fds":3}              a command with the caller's files
//   {"do":"signal","id":I,"signal":S}                    to that command
//   {"do":"end"}                                         stop everything in order, then exit
// and reports: {"event":"process",…} whenever a process starts, ends, freezes or thaws,
// {"event":"answer","id":I,"problem":TEXT}, {"event":"exit","id":I,"code":C}.
#pragma once

#include "lab/host/plan.h"
#include "lab/os/channel.h"

namespace holdfast::lab {

/// The acts on a process that a host knows.
inline constexpr const char* kProcessActs[] = {
    "kill", "freeze", "thaw", "restart", "stop", "start"};

/// Never returns before it is told to end, or its channel closes.
void supervise_host(const HostPlan& plan, Channel control);

}  // namespace holdfast::lab

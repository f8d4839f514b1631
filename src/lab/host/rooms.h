// Turns a process in fresh namespaces into a host: its disk, its /etc/hosts, its own /run, /proc,
// /sys and /dev/shm, its name, its network device.
//
// Everything else of the machine's files is shared by all hosts, /tmp included.
#pragma once

#include "base/result.h"
#include "lab/host/plan.h"
#include "lab/os/fd.h"

namespace holdfast::lab {

struct HostParts {
  Fd tun;
  Fd disk;  ///< the root folder of the host's disk
};

/// Pre: called in new mount, UTS, IPC, network and PID namespaces.
Result<HostParts> furnish_host(const HostPlan& plan);

}  // namespace holdfast::lab

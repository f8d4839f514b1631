// The process that is the lab: first in its own PID namespace, so that everything ends with it.
//
// Serves the control socket, one JSON object a line, each answered by one:
//   {"do":"status"}  {"do":"fault","fault":{…}}  {"do":"heal","fault":N}  {"do":"down","keep":B}
//   {"do":"exec","host":H,"argv":[…],"fds":3}, and later on the same connection
//   {"do":"signal","signal":S}; answered when the command has ended, with its exit code.
#pragma once

#include <string>

#include "lab/os/channel.h"
#include "lab/os/fd.h"
#include "lab/twin.h"

namespace holdfast::lab {

struct LabPlan {
  TwinPlan twin;
  std::string directory;
};

/// A file that says that kHostDirectory is there only for labs.
inline constexpr const char* kMadeMarker = "/made-host-directory";

/// The parts of a lab's directory, all of which are its own.
std::string control_path(const std::string& directory);
std::string lock_path(const std::string& directory);
std::string pid_path(const std::string& directory);
/// Everything a lab keeps there, and what is shared: the empty folder where disks are mounted.
void remove_leftovers(const std::string& directory);

/// `progress` is told {"event":"progress","text":T}, then {"event":"ready"} or
/// {"event":"failed","problem":P}. Returns when the lab is down.
void run_supervisor(const LabPlan& plan, Channel progress);

}  // namespace holdfast::lab

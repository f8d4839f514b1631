// The folder of the machine on which hosts mount their disks, kHostDirectory. A lab makes it where
// it is missing and removes it again, but never under another lab: removing a folder takes away
// what other namespaces have mounted on it.
#pragma once

#include "base/result.h"
#include "lab/os/fd.h"

namespace holdfast::lab {

struct HostDirectory {
  Fd held;            ///< while it is open the folder stays
  bool ours = false;  ///< nobody but labs has a use for the folder
};

Result<HostDirectory> hold_host_directory();
/// Unless a lab holds it, or something is in it.
void remove_host_directory();

}  // namespace holdfast::lab

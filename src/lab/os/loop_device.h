// An ext4 file system in a sparse file: a host's disk.
//
// The loop device is set to vanish with its last user, so that nothing stays behind when everything
// is killed.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "lab/os/fd.h"

namespace holdfast::lab {

/// A new sparse file with an empty file system on it.
Result<void> make_disk(const std::string& image, std::int64_t bytes);
/// Mounts it in this mount namespace.
Result<void> mount_disk(const std::string& image, const std::string& at);
/// Waits until no loop device uses the image any more: the kernel lets go of a mount some time
/// after its last user, and two devices on one image would destroy it.
Result<void> wait_released(const std::string& image);
/// What a power cut does: nothing more reaches the disk, and what was not synced is lost. `inside`:
/// any descriptor of the file system.
Result<void> cut_disk(int inside);

}  // namespace holdfast::lab

#include "lab/host_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <string>

#include "lab/os/files.h"
#include "lab/processes.h"

namespace holdfast::lab {
namespace {

constexpr int kAttempts = 10;  ///< another lab may remove it between making and holding it

Fd open_folder() { return Fd(::open(kHostDirectory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

}  // namespace

Result<HostDirectory> hold_host_directory() {
  for (int i = 0; i < kAttempts; ++i) {
    const bool missing = !exists(kHostDirectory);
    if (Result<void> made = make_folders(kHostDirectory, 0711); !made) {
      return tl::unexpected(made.error());
    }
    HostDirectory directory{open_folder(), missing};
    if (!directory.held.open()) continue;
    const bool of_labs = ::flock(directory.held.get(), LOCK_EX | LOCK_NB) != 0;
    if (::flock(directory.held.get(), LOCK_SH) != 0) continue;
    directory.ours = missing || of_labs;
    struct stat here {};
    if (::fstat(directory.held.get(), &here) == 0 && here.st_nlink > 0) return directory;
  }
  return fail(Errc::kUnavailable, "cannot hold " + std::string(kHostDirectory));
}

void remove_host_directory() {
  const Fd folder = open_folder();
  if (folder.open() && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) ::rmdir(kHostDirectory);
}

}  // namespace holdfast::lab

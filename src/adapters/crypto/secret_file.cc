#include "adapters/crypto/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace holdfast::crypto {
namespace {

constexpr std::size_t kFileMax = 1U << 20;

Errc kind_of(int number) {
  switch (number) {
    case ENOENT: return Errc::kNotFound;
    case EEXIST: return Errc::kAlreadyExists;
    case EACCES:
    case EPERM: return Errc::kDenied;
    case ENOSPC:
    case EDQUOT: return Errc::kExhausted;
    default: return Errc::kUnavailable;
  }
}

tl::unexpected<Error> system_error(const std::string& what, const std::string& path) {
  return fail(kind_of(errno), "cannot " + what + ' ' + path + ": " + std::strerror(errno));
}

/// An open descriptor, closed on every way out.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<void> sync_folder(const std::string& path) {
  const File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return system_error("sync folder", path);
  return {};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view text, unsigned mode) {
  // One that was left by a process that died is in nobody's way: the name is this process' own.
  const std::string draft = path + '.' + std::to_string(::getpid()) + ".new";
  ::unlink(draft.c_str());
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const File file(::open(draft.c_str(), flags, kSecretMode));
  if (file.get() < 0) return system_error("create", draft);
  if (!write_all(file.get(), text) || ::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 ||
      ::rename(draft.c_str(), path.c_str()) != 0) {
    Result<void> failed = system_error("write", path);
    ::unlink(draft.c_str());
    return failed;
  }
  return sync_folder(folder_of(path));
}

Result<void> make_folder(const std::string& path, unsigned mode) {
  // Without the umask: it would make the mode depend on who calls.
  if (::mkdir(path.c_str(), kSecretFolder) != 0 || ::chmod(path.c_str(), mode) != 0) {
    return system_error("make folder", path);
  }
  return sync_folder(folder_of(path));
}

Result<void> make_folders(const std::string& path, unsigned mode) {
  std::filesystem::path made;
  for (const std::filesystem::path& step : std::filesystem::path(path)) {
    made /= step;
    std::error_code error;
    if (std::filesystem::is_directory(made, error)) continue;
    Result<void> folder = make_folder(made.string(), mode);
    // Another process may have been faster.
    if (!folder && !std::filesystem::is_directory(made, error)) return folder;
  }
  return {};
}

Result<std::string> read_file(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_error("open", path);
  std::string text;
  char block[4096];
  for (;;) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read", path);
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > kFileMax) {
      return fail(Errc::kExhausted, path + " is larger than 1 MiB: it cannot be what it should be");
    }
  }
}

}  // namespace holdfast::crypto

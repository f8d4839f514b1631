#include "adapters/process/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace holdfast::process {
namespace {

constexpr std::size_t kLargest = 4U << 20;

tl::unexpected<Error> trouble(const char* what, const std::string& path) {
  const int number = errno;
  const Errc code = number == ENOENT   ? Errc::kNotFound
                    : number == EACCES ? Errc::kDenied
                    : number == ENOSPC ? Errc::kExhausted
                                       : Errc::kUnavailable;
  return fail(code, std::string("cannot ") + what + " " + path + ": " + std::strerror(number));
}

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool write_all(int descriptor, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = write(descriptor, content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<bool> write_file(const std::string& path,
                        const std::string& content,
                        const FileOptions& options) {
  const std::string temporary = path + ".new";
  {
    const Descriptor file(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, options.mode));
    if (file.get() < 0) return trouble("create", temporary);
    if (fchmod(file.get(), options.mode) != 0) return trouble("set the mode of", temporary);
    const Owner& owner = options.owner;
    if (owner.set && fchown(file.get(), owner.user, owner.group) != 0) {
      return trouble("set the owner of", temporary);
    }
    if (!write_all(file.get(), content)) return trouble("write", temporary);
    if (options.durable && fsync(file.get()) != 0) return trouble("sync", temporary);
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return trouble("replace", path);
  if (options.durable && !sync_directory(parent_of(path)))
    return trouble("sync the folder of", path);
  return true;
}

Result<std::string> read_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return trouble("open", path);
  std::string content;
  char buffer[8192];
  for (;;) {
    const ssize_t n = read(file.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return trouble("read", path);
    if (n == 0) return content;
    content.append(buffer, static_cast<std::size_t>(n));
    if (content.size() > kLargest) return fail(Errc::kExhausted, path + " is larger than 4 MiB");
  }
}

Result<bool> ensure_file(const std::string& path,
                         const std::string& content,
                         const FileOptions& options) {
  const Result<std::string> there = read_file(path);
  return there && *there == content ? true : write_file(path, content, options);
}

bool remove_file(const std::string& path, bool durable) {
  if (unlink(path.c_str()) != 0) return false;
  if (durable) sync_directory(parent_of(path));
  return true;
}

Result<bool> make_directory(const std::string& path, const FileOptions& options) {
  if (mkdir(path.c_str(), options.mode) != 0 && errno != EEXIST) return trouble("create", path);
  if (chmod(path.c_str(), options.mode) != 0) return trouble("set the mode of", path);
  const Owner& owner = options.owner;
  if (owner.set && chown(path.c_str(), owner.user, owner.group) != 0) {
    return trouble("set the owner of", path);
  }
  return true;
}

bool sync_directory(const std::string& path) {
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.get() >= 0 && fsync(directory.get()) == 0;
}

bool sync_file_system(const std::string& path) {
  const Descriptor directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.get() >= 0 && syncfs(directory.get()) == 0;
}

bool exists(const std::string& path) {
  struct stat it {};
  return stat(path.c_str(), &it) == 0;
}

}  // namespace holdfast::process

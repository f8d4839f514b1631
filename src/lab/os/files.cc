#include "lab/os/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "lab/os/fd.h"

namespace holdfast::lab {
namespace fs = std::filesystem;

tl::unexpected<Error> system_error(const std::string& what) {
  const int number = errno;
  Errc code = Errc::kInternal;
  if (number == EACCES || number == EPERM) code = Errc::kDenied;
  if (number == ENOENT) code = Errc::kNotFound;
  if (number == ENOSPC) code = Errc::kExhausted;
  return fail(code, "cannot " + what + ": " + ::strerror(number));
}

Result<std::string> read_file(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return system_error("read " + path);
  std::string text;
  char part[4096];
  ssize_t count = 0;
  while ((count = ::read(file.get(), part, sizeof part)) > 0) {
    text.append(part, static_cast<std::size_t>(count));
  }
  if (count < 0) return system_error("read " + path);
  return text;
}

Result<void> write_file(const std::string& path, std::string_view text, unsigned mode) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file.open()) return system_error("write " + path);
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0) return system_error("write " + path);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fchmod(file.get(), mode) != 0) return system_error("set the mode of " + path);
  return {};
}

Result<void> put_value(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.open() || ::write(file.get(), text.data(), text.size()) < 0) {
    return system_error("write " + path);
  }
  return {};
}

Result<void> make_folders(const std::string& path, unsigned mode) {
  for (std::size_t at = 1; at != std::string::npos;) {
    at = path.find('/', at);
    const std::string part = path.substr(0, at);
    if (at != std::string::npos) ++at;
    if (::mkdir(part.c_str(), mode) != 0 && errno != EEXIST) return system_error("make " + part);
  }
  return {};
}

Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return fail(Errc::kInternal, "cannot remove " + path + ": " + error.message());
  return {};
}

Result<void> copy_tree(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  if (error) {
    return fail(Errc::kInternal, "cannot copy " + from + " to " + to + ": " + error.message());
  }
  return {};
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string find_program(const std::string& name, const std::string& path) {
  if (name.find('/') != std::string::npos) return exists(name) ? name : std::string();
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string whole = folder + "/" + name;
    if (::access(whole.c_str(), X_OK) == 0) return whole;
  }
  return {};
}

Result<std::string> run_program(const std::vector<std::string>& argv) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe");
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("start " + argv[0]);
  if (pid == 0) {
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, 0);
    ::dup2(write_end.get(), 1);
    ::dup2(write_end.get(), 2);
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  write_end.reset();
  std::string output;
  char part[4096];
  ssize_t count = 0;
  while ((count = ::read(read_end.get(), part, sizeof part)) > 0) {
    output.append(part, static_cast<std::size_t>(count));
  }
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return system_error("wait for " + argv[0]);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  std::string line;
  for (const std::string& word : argv) line += (line.empty() ? "" : " ") + word;
  const bool missing = WIFEXITED(status) && WEXITSTATUS(status) == 127;
  return fail(missing ? Errc::kNotFound : Errc::kInternal,
              line + (missing ? " was not found" : " failed") +
                  (output.empty() ? "" : ", saying:\n" + output));
}

}  // namespace holdfast::lab

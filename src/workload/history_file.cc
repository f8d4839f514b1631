#include "workload/history_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "workload/history.h"
#include "workload/machine.h"

namespace holdfast::workload {
namespace {

Result<void> write_all(int file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t done = write(file, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      return fail(Errc::kUnavailable,
                  "Cannot write the history " + path + ": " + std::strerror(errno) +
                      ". What was done from here on is not recorded; the run stops.");
    }
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<HistoryFile>> HistoryFile::create(const std::string& path,
                                                         const HistoryHeader& header) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0 && errno == EEXIST) {
    return fail(Errc::kInvalidInput,
                path + " is already there. A history is evidence: name another file.");
  }
  if (file < 0) {
    return fail(Errc::kInvalidInput, "Cannot create " + path + ": " + std::strerror(errno) + ".");
  }
  std::unique_ptr<HistoryFile> result(new HistoryFile(path, file));
  result->pending_ = header_line(header);
  if (Result<void> written = result->flush(); !written) {
    return tl::unexpected(std::move(written).error());
  }
  return result;
}

HistoryFile::~HistoryFile() { close(file_); }

void HistoryFile::append(const Operation& operation) {
  const std::string line = operation_line(operation);
  const std::lock_guard lock(mutex_);
  pending_ += line;
  ++operations_;
}

Result<void> HistoryFile::flush() {
  std::string lines;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(pending_);
  }
  return write_all(file_, lines, path_);
}

Result<void> HistoryFile::finish(MonoTime ended) {
  {
    const std::lock_guard lock(mutex_);
    pending_ += end_line(ended, operations_);
  }
  return flush();
}

Result<History> read_history(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  return parse_history(*text, path);
}

}  // namespace holdfast::workload

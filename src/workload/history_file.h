// A history on disk: appended to by all clients, in whole lines.
//
// Lines are gathered and written by flush(), which the run calls several times a second: a killed
// process loses what it did since, and the history then says by its missing end that it was cut
// off. Not synced: a history has to survive the process, not the machine.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "workload/operation.h"

namespace holdfast::workload {

class HistoryFile {
 public:
  /// Refuses a file that is there: a history is evidence and is not overwritten.
  static Result<std::unique_ptr<HistoryFile>> create(const std::string& path,
                                                     const HistoryHeader& header);
  ~HistoryFile();
  HistoryFile(const HistoryFile&) = delete;
  HistoryFile& operator=(const HistoryFile&) = delete;

  /// From any thread.
  void append(const Operation& operation);
  Result<void> flush();
  /// Writes the end; nothing is appended after it.
  Result<void> finish(MonoTime ended);

 private:
  HistoryFile(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_;
  std::mutex mutex_;  ///< of the two below
  std::string pending_;
  std::size_t operations_ = 0;
};

Result<History> read_history(const std::string& path);

}  // namespace holdfast::workload

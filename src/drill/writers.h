// The clients of a drill: `holdfast workload` where clients stand, until it is told to stop.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/result.h"
#include "drill/twin.h"
#include "lab/os/fd.h"

namespace holdfast::drill {

class Writers {
 public:
  /// One writer every 10 ms for each cluster, recorded in `history`.
  static Result<Writers> start(Twin& twin, const std::string& history);
  ~Writers();
  Writers(Writers&&) noexcept = default;
  Writers& operator=(Writers&&) = delete;

  /// What is under way is waited for; then its history is whole.
  Result<void> stop();

 private:
  struct Shared {
    Twin twin;
    lab::Fd stop_reader, stop_writer;
    Result<Spoken> result{};
  };
  explicit Writers(std::unique_ptr<Shared> shared, const std::string& history);

  std::unique_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace holdfast::drill

// Runs independent pieces of work on a few threads.
#pragma once

#include <cstdint>
#include <functional>

namespace holdfast::bench {

/// Calls work(index, job) for every index in [0, count), each once, on `jobs` threads. Which job
/// gets which index is chance, so results are kept by index.
void in_parallel(std::uint64_t count,
                 int jobs,
                 const std::function<void(std::uint64_t index, int job)>& work);

}  // namespace holdfast::bench

#include "common/parallel.h"

#include <atomic>
#include <thread>
#include <vector>

namespace holdfast::bench {

void in_parallel(std::uint64_t count,
                 int jobs,
                 const std::function<void(std::uint64_t index, int job)>& work) {
  std::atomic<std::uint64_t> next{0};
  std::vector<std::thread> threads;
  for (int job = 0; job < jobs; ++job) {
    threads.emplace_back([&, job] {
      for (std::uint64_t i = next++; i < count; i = next++) work(i, job);
    });
  }
  for (std::thread& it : threads) it.join();
}

}  // namespace holdfast::bench

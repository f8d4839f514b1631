// A process of a host that can be killed and frozen: what reaches it while frozen waits, in order.
//
// One that was killed has forgotten everything; what was meant for it is gone.
#pragma once

#include <cstdint>
#include <vector>

namespace holdfast::sim {

class Process {
 public:
  /// Something that has reached the process. What the numbers mean is known to the process.
  struct Work {
    std::uint32_t kind = 0;
    std::uint64_t a = 0;
    std::uint64_t b = 0;
  };

  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  virtual ~Process() = default;

  [[nodiscard]] bool alive() const { return alive_; }
  [[nodiscard]] bool frozen() const { return freezes_ > 0; }
  /// Grows with every life.
  [[nodiscard]] std::uint64_t life() const { return life_; }
  [[nodiscard]] std::size_t waiting() const { return inbox_.size(); }

  /// Takes the work now, later, or never. `droppable`: a datagram, which a full socket buffer
  /// refuses.
  void post(const Work& work, bool droppable = false);
  /// A new life, with `freezes` already on it (the host is suspended).
  void start(int freezes = 0);
  void kill();
  void freeze() { ++freezes_; }
  void thaw();

 protected:
  virtual void on_start() = 0;
  virtual void on_kill() = 0;
  virtual void run(const Work& work) = 0;
  /// The work will never run: lets go of what it holds.
  virtual void forget(const Work& work) = 0;

 private:
  std::vector<Work> inbox_;
  std::uint64_t life_ = 0;
  int freezes_ = 0;
  bool alive_ = false;
};

}  // namespace holdfast::sim

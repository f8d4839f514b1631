// The agent of one host: all its members' drivers live and die, freeze and thaw together.
#pragma once

#include <vector>

#include "sim/instance.h"
#include "sim/packets.h"
#include "sim/pool.h"

namespace holdfast::sim {

class AgentProcess : public Process {
 public:
  explicit AgentProcess(Pool<ToAgent>& messages) : messages_(messages) {}
  void add(int index, Instance& instance) { members_.push_back({index, &instance}); }

 protected:
  void on_start() override {
    for (const Member& it : members_) it.instance->agent_started();
  }
  void on_kill() override {
    for (const Member& it : members_) it.instance->agent_killed();
  }
  void run(const Work& work) override {
    for (const Member& it : members_) {
      if (static_cast<std::uint64_t>(it.index) == work.a) return it.instance->agent_work(work);
    }
  }
  void forget(const Work& work) override {
    if (work.kind == Instance::kMessage) messages_.release(work.b);
  }

 private:
  struct Member {
    int index = 0;
    Instance* instance = nullptr;
  };
  Pool<ToAgent>& messages_;
  std::vector<Member> members_;
};

}  // namespace holdfast::sim

// The twin itself: its hosts, its network, and the faults in force.
//
// Lives in the lab's supervisor. Everything here takes effect before it returns.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"
#include "lab/fault.h"
#include "lab/host/handle.h"
#include "lab/links.h"
#include "lab/os/poller.h"
#include "model/site.h"

namespace holdfast::lab {

struct TwinPlan {
  model::Site site;
  std::vector<HostPlan> hosts;  ///< in the order of the site
  Distances distances;
  std::uint64_t seed = 1;
  bool realtime = false;  ///< the fabric runs before everything else
};

class Twin {
 public:
  Twin(TwinPlan plan, Poller& poller, HostHandle::Exit exit);

  /// Fabric, hosts, processes. `progress` gets one line for each step.
  Result<void> start(const std::function<void(const std::string&)>& progress);
  /// Everything in order, with bounds; what does not end is killed by who calls this.
  void end();

  struct Done {
    int fault = 0;  ///< its number while it lasts; 0: there is nothing to undo
    std::int64_t at_us = 0;
    std::string undo;  ///< how, for people
  };
  Result<Done> inflict(const FaultRequest& request);
  /// One fault by its number, or all. The texts of what was undone.
  Result<std::vector<std::string>> heal(int fault);

  /// Null when there is no such host.
  HostHandle* host(const std::string& name);
  void write_status(JsonWriter& json);

 private:
  struct Active {
    FaultRequest request;
    std::vector<std::size_t> hosts;  ///< without power
    LinkFault link;
    std::int64_t at_us = 0;
  };

  Result<std::int64_t> tell_fabric(const std::string& request, int fd = -1);
  Result<std::int64_t> set_links();
  Result<void> power_on(const std::vector<std::size_t>& hosts);
  void host_lost(std::size_t index);

  Result<Done> power_off(const FaultRequest& request);
  Result<Done> restore_power(const FaultRequest& request);
  Result<Done> worsen(const FaultRequest& request);
  Result<Done> act(const FaultRequest& request);
  Result<Done> fill(const FaultRequest& request);
  Result<void> undo(const Active& fault);
  Done keep(Active fault);
  void forget(const std::string& what, const std::string& host, const std::string& process);

  TwinPlan plan_;
  Poller& poller_;
  std::vector<std::unique_ptr<HostHandle>> hosts_;
  Channel fabric_;
  LinkTable base_;
  LinkTable current_;
  std::map<int, Active> faults_;
  int next_fault_ = 1;
  std::string stats_;  ///< the fabric's latest answer
};

}  // namespace holdfast::lab

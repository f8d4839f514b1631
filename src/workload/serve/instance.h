// `holdfast workload --serve`: an instance of the application behind the proxies, reduced to what
// measuring needs.
//
//   POST /v1/writes     {"cluster":"orders","id":7,"key":3,"writer":1,"class":"orders"}
//   GET  /v1/registers  ?cluster=orders&key=3
//   GET  /health        200 while every cluster has answered within the last second, else 503
//   GET  /health/live   200: the process answers; proxies ask this, so that databases that are
//                       away for a moment do not look like instances that are
//
// 200 says that a write is acknowledged as durable as its data class promises; 503 with Retry-After
// that it is certainly not applied; 504 that nobody knows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/net/http.h"
#include "adapters/net/loop.h"
#include "workload/serve/pool.h"

namespace holdfast::workload {

struct ServedCluster {
  std::string name;
  std::vector<Target> targets;  ///< its ways in, the nearest first
};

struct ServePlan {
  std::string instance;  ///< how answers name it
  model::Port port = 0;  ///< 0: a free one
  std::vector<ServedCluster> clusters;
  Login login;
  int connections = 4;     ///< to each cluster
  Duration deadline = 3s;  ///< of one request
};

class Instance {
 public:
  /// Listens from now on; answers on the loop's thread.
  static Result<std::unique_ptr<Instance>> open(net::Loop& loop, const ServePlan& plan);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  [[nodiscard]] model::Port port() const;

 private:
  struct Impl;
  explicit Instance(std::shared_ptr<Impl> impl);

  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::workload

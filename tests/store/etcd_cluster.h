// A real etcd of one or three members on loopback ports that happen to be free, with data in a
// temporary folder. Every member dies with the test.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "adapters/etcd/etcd_member.h"
#include "adapters/etcd/http_client.h"
#include "real_loop.h"

namespace holdfast::store_test {

class EtcdCluster {
 public:
  EtcdCluster(int members, std::optional<net::TlsFiles> tls);
  ~EtcdCluster();
  EtcdCluster(const EtcdCluster&) = delete;
  EtcdCluster& operator=(const EtcdCluster&) = delete;

  [[nodiscard]] int members() const { return static_cast<int>(members_.size()); }
  [[nodiscard]] etcd::Endpoint endpoint(int member) const;
  /// Own member first.
  [[nodiscard]] std::vector<etcd::Endpoint> endpoints(int member) const;
  [[nodiscard]] std::string name(int member) const;

  void kill(int member);
  void start(int member);
  void signal(int member, int number);

 private:
  TemporaryFolder folder_;
  std::vector<etcd::EtcdMember> members_;
  std::vector<pid_t> processes_;  ///< −1: not running
  std::optional<net::TlsFiles> tls_;
};

}  // namespace holdfast::store_test

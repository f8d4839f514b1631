// What stands between the synthetic clients and the simulated site: requests go in, answers come
// out.
//
// The site knows how a client's host reaches the leader that it believes in; clients know nothing
// of members.
#pragma once

#include "sim/observer.h"

namespace holdfast::sim {

/// The site, as a client's host sees it. Every request is answered at most once; a host that dies
/// or a path that is cut may swallow the answer.
class ClientPort {
 public:
  virtual ~ClientPort() = default;
  virtual void submit_write(int client_host, int cluster, int data_class, WriteId write) = 0;
  virtual void submit_read(int client_host, int cluster) = 0;
};

/// Where answers to writes arrive, on the client's host.
class ClientSink {
 public:
  virtual ~ClientSink() = default;
  virtual void on_client_result(WriteId write, ClientResult result) = 0;
};

}  // namespace holdfast::sim

// The members of the store as one controller reaches them: its own first, the others when it does
// not answer.
//
// Any member serves any request, since it asks the leader itself. A member that did not answer in
// time is doubted: it is passed over, and asked in the background until it answers again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/etcd/http_client.h"

namespace holdfast::etcd {

struct Call {
  std::string path;
  std::string body;
  /// Asking twice does no more than asking once.
  bool repeatable = true;
};

class Members {
 public:
  Members(net::Loop& loop,
          const std::vector<Endpoint>& endpoints,
          std::shared_ptr<TlsSettings> tls,
          Duration hedge);
  ~Members();
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  /// The body of an answer with status 200. kUnavailable: nothing happened. kMaybeApplied: it may
  /// have. `done` is called once, never from inside this call, by `deadline` or soon after.
  void call(Call call, MonoTime deadline, std::function<void(Result<std::string>)> done);

  /// The place of the member that is asked first.
  [[nodiscard]] std::size_t preferred() const;
  [[nodiscard]] bool doubted(std::size_t member) const;
  /// It should have said something and did not.
  void doubt(std::size_t member);
  [[nodiscard]] const Endpoint& endpoint(std::size_t member) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::etcd

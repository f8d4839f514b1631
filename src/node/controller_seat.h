// One cluster's place in a controller: its driver, and the connections of its members' agents.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/net/link.h"
#include "codec/wire.h"
#include "engine/controller_driver.h"
#include "engine/store.h"

namespace holdfast::node {

/// What a seat needs of its process.
class SeatHost {
 public:
  virtual ~SeatHost() = default;
  virtual void send(net::Listener::Connection to, std::string frame) = 0;
  virtual void event(int cluster, const core::Event& event) = 0;
  virtual void store_answered(int cluster,
                              std::uint64_t token,
                              const engine::StoreAnswer& answer) = 0;
  virtual void tick(int cluster) = 0;
};

class ControllerSeat : public engine::ControllerPorts {
 public:
  /// All must outlive the seat. `rank`: which of the site's controllers this is, from 0.
  ControllerSeat(net::Loop& loop,
                 const model::Site& site,
                 int cluster,
                 int rank,
                 engine::Store& store,
                 SeatHost& host);

  struct MemberLine {
    net::Listener::Connection connection = 0;  ///< 0: none
    std::string trouble;                       ///< as its agent last said
  };

  [[nodiscard]] const model::Cluster& config() const;
  [[nodiscard]] const std::string& host_of(int member) const;
  [[nodiscard]] MemberLine& line(int member) { return lines_[static_cast<std::size_t>(member)]; }
  [[nodiscard]] const MemberLine& line(int member) const {
    return lines_[static_cast<std::size_t>(member)];
  }
  void closed(net::Listener::Connection connection);

  void begin_store_op(const engine::StoreOp& op, std::uint64_t token) override;
  void push_record(int member, const core::RecordPtr& record) override;
  void send_proof(int member, const core::StoreProof& proof) override;
  void event(const core::Event& event) override;
  void set_timer(MonoTime deadline) override;

 private:
  void mail(int member, codec::ToAgent message);

  const model::Site& site_;
  int cluster_;
  engine::Store& store_;
  SeatHost& host_;
  std::vector<MemberLine> lines_;

 public:
  const core::ClusterPolicy policy;
  engine::ControllerDriver driver;
  bool steady = true;     ///< the last record seen
  core::RecordKey noted;  ///< the last record told to people

 private:
  net::Timer timer_;
};

}  // namespace holdfast::node

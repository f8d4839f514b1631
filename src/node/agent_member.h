// One member on this host: the agent's driver between a real PostgreSQL, a file and the network.
//
// Everything runs on the loop's thread. The rules decide; here is only what carries them out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "adapters/net/loop.h"
#include "adapters/postgres/instance.h"
#include "codec/errand.h"
#include "codec/wire.h"
#include "engine/agent_driver.h"
#include "node/boot_mark.h"
#include "node/disk_file.h"

namespace holdfast::node {

/// What a member says to others; its agent's process knows the connections.
class AgentMail {
 public:
  virtual ~AgentMail() = default;
  virtual void report(const codec::ToController& report, bool news) = 0;
  virtual void promise(const codec::ToAgent& message) = 0;
  virtual void errand(const codec::Errand& errand) = 0;
};

class AgentMember : public engine::AgentPorts {
 public:
  struct Options {
    const model::Site* site = nullptr;
    int cluster = 0;
    int member = 0;
    std::string dir;       ///< of the host: /var/lib/holdfast
    std::string binaries;  ///< of PostgreSQL; empty: looked up
    std::string user;      ///< that runs PostgreSQL
    std::string secret;    ///< shared secret of the site
    BootMark boot;
  };

  static Result<std::unique_ptr<AgentMember>> open(net::Loop& loop,
                                                   Options options,
                                                   AgentMail& mail);

  [[nodiscard]] int cluster() const { return options_.cluster; }
  [[nodiscard]] int member() const { return options_.member; }

  /// The first step; the process listens by now.
  void start();
  void receive(core::AgentEvent event);
  /// Creates an empty cluster, or answers with the one that was created before and never led.
  void create();
  /// A connection to a controller is new: what is news to it is said again.
  void repeat_trouble();

  void persist(const core::AgentDisk& disk, std::uint64_t token) override;
  void postgres(const core::PgCommand& command) override;
  void send_report(const core::SendReport& it) override;
  void send_promise_request(int to, const core::PromiseRequest& request) override;
  void send_promise_grant(int to, const core::PromiseGrant& grant) override;
  void arm_guardian(MonoTime deadline) override;
  void event(const core::Event& event) override;
  void set_timer(MonoTime deadline) override;

 private:
  AgentMember(net::Loop& loop, Options options, AgentMail& mail);

  [[nodiscard]] const model::Cluster& cluster_config() const;
  [[nodiscard]] const std::string& host_name() const;
  [[nodiscard]] std::string folder() const;
  [[nodiscard]] std::string disk_path() const { return folder() + "/agent.json"; }
  [[nodiscard]] Result<bool> read_disk();
  [[nodiscard]] Result<bool> open_instance();
  void changed();
  void step(core::AgentEvent event);
  void look_for_trouble();
  void say_trouble(const std::string& text);
  void answer_create(std::uint32_t life, std::string problem);

  net::Loop& loop_;
  Options options_;
  AgentMail& mail_;
  core::ClusterPolicy policy_;
  std::unique_ptr<postgres::Instance> instance_;
  core::AgentDisk disk_;
  bool disk_found_ = false;
  bool creating_ = false;
  bool started_ = false;
  bool change_posted_ = false;
  std::string refusal_;       ///< why this member takes no part, or empty
  std::string disk_trouble_;  ///< of the last write
  std::string said_;          ///< the trouble told last
  struct Said {
    Epoch epoch;
    MonoTime at = kLongAgo;
  };
  std::map<const core::Rule*, Said> told_;  ///< each rule's last event
  engine::AgentDriver driver_;
  net::Timer timer_;
  std::unique_ptr<DiskFile> file_;
  std::shared_ptr<bool> alive_;
};

}  // namespace holdfast::node

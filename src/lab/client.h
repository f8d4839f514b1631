// A lab from outside: bring one up, ask it, break it, take it down.
//
// For commands, demonstrations and measurements. Blocking; a Client is one connection, and may be
// used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/json_reader.h"
#include "lab/fault.h"
#include "lab/links.h"
#include "lab/os/channel.h"
#include "lab/processes.h"
#include "model/site.h"

namespace holdfast::lab {

inline constexpr const char* kDefaultDirectory = "/tmp/holdfast-lab";

struct UpOptions {
  model::Site site;
  std::string site_file;
  std::string directory = kDefaultDirectory;
  std::string program;                    ///< the `holdfast` binary; empty: this very program
  std::optional<ProcessTable> processes;  ///< instead of what a real site runs
  bool identities = true;                 ///< make certificates with `holdfast init`
  Distances distances;
  int mtu = 1500;
  std::int64_t database_disk_bytes = 8LL << 30;  ///< sparse: only what is written takes room
  std::int64_t other_disk_bytes = 2LL << 30;
  bool keep_data = false;    ///< go on with the disks of a lab that was taken down with keep_data
  bool realtime = false;     ///< the fabric runs before everything else
  bool application = false;  ///< clients reach the application by its name (application.h)
  bool attached = false;     ///< the lab ends with the calling process
  std::uint64_t seed = 1;    ///< of losses and jitter
};

/// Returns when everything is started. `progress` gets a line for each step.
Result<void> up(const UpOptions& options, const std::function<void(const std::string&)>& progress);

class Client {
 public:
  static Result<Client> connect(const std::string& directory = kDefaultDirectory);

  /// The whole answer, whose "ok" is true.
  Result<codec::Json> ask(const std::string& request, Duration limit = 60s);
  /// The same as one line of JSON.
  Result<std::string> status_text();
  Result<codec::Json> status() { return ask(R"({"do":"status"})"); }

  struct Inflicted {
    int fault = 0;           ///< for heal(); 0: nothing lasts
    std::int64_t at_us = 0;  ///< CLOCK_BOOTTIME when it took effect
    std::string undo;
  };
  Result<Inflicted> fault(const FaultRequest& request);
  /// 0: all. What was undone.
  Result<std::vector<std::string>> heal(int fault = 0);
  /// Everything in order. Returns when nothing is left.
  Result<void> down(bool keep_data = false);

  /// Runs a command in a host with these as its standard files; its exit code. `stop_fd`, when it
  /// is not negative: signal numbers, one byte each, to pass on to the command.
  Result<int> execute(const std::string& host,
                      const std::vector<std::string>& argv,
                      const std::array<int, 3>& files,
                      int stop_fd = -1);

  /// Readable when the lab is gone and nothing is being asked.
  [[nodiscard]] int fd() const { return channel_.fd(); }

 private:
  explicit Client(Channel channel) : channel_(std::move(channel)) {}
  Channel channel_;
};

}  // namespace holdfast::lab

// The subcommands of `holdfast lab`, over one struct of their options.
#pragma once

#include <string>
#include <vector>

namespace holdfast::apps {

struct LabOptions {
  std::string directory = "/tmp/holdfast-lab";
  // up
  std::string site{};
  std::string processes{};  ///< a file; empty: what a real site runs
  bool foreground = false;
  bool no_identities = false;
  bool keep_data = false;  ///< of down, too
  bool realtime = false;
  bool application = false;
  std::string zone_latency = "250us";
  std::string region_latency = "15ms";
  std::string clinic_latency = "1ms";
  std::string disk = "8GiB";
  int mtu = 1500;
  // questions
  std::string host{};
  std::string process{};
  std::vector<std::string> words{};
  int lines = 50;
  bool follow = false;
  int fault = 0;
  bool json = false;
  // faults
  std::string a{};
  std::string b{};
  bool one_way = false;
  std::string latency{};
  std::string jitter{};
  std::string loss{};
  std::string bandwidth{};
  std::string leave{};
};

// Each returns the exit code of the process.

int command_lab_up(const LabOptions& options);
int command_lab_down(const LabOptions& options);
int command_lab_status(const LabOptions& options);
int command_lab_stalls(const LabOptions& options);
/// The exit code of the command.
int command_lab_exec(const LabOptions& options);
int command_lab_logs(const LabOptions& options);
int command_lab_heal(const LabOptions& options);
int command_lab_fault(const LabOptions& options, const std::string& what);

}  // namespace holdfast::apps

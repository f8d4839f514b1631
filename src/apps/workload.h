// `holdfast workload` and `holdfast verify` behind their options.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::apps {

struct WorkloadOptions {
  std::string site;
  std::vector<std::string> clusters;  ///< empty: all
  std::vector<std::string> proxies;   ///< empty: all service hosts of the site
  std::string directory = "/var/lib/holdfast";
  int writers = 1;
  int readers = 0;
  std::string pace = "10ms";
  std::string duration = "60s";
  std::string patience = "30s";
  std::string deadline = "1s";
  int keys = 32;
  std::uint32_t seed = 0;  ///< 0: drawn
  std::string history;
  std::string tls = "prefer";
  std::int64_t around_us = 0;
  std::string service;  ///< the URL of the application; empty: straight to the databases
  bool outage_writer = false;
  bool json = false;
};

struct ServeOptions {
  std::string site;
  std::string host;                  ///< this one; its own proxy is tried first
  std::vector<std::string> proxies;  ///< empty: all service hosts of the site
  std::string directory = "/var/lib/holdfast";
  int port = 8081;
  int connections = 4;
  std::string deadline = "3s";
  std::string tls = "prefer";
};

struct VerifyOptions {
  std::vector<std::string> histories;
  std::vector<std::string> proxies;
  std::string directory = "/var/lib/holdfast";
  std::string state;
  std::string save_state;
  std::string patience = "30s";
  std::string stale_reads = "0";
  int takeovers = -1;
  std::string tls = "prefer";
  bool strict = false;
  bool json = false;
};

// Each returns the exit code of the process.
int command_workload(const WorkloadOptions& options);
int command_serve(const ServeOptions& options);
int command_verify(const VerifyOptions& options);

}  // namespace holdfast::apps

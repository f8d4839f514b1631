// The DNS responder as commands.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace holdfast::apps {

struct DnsOptions {
  std::string site;
  std::string state;  ///< a file with the targets' health; empty: nothing is known
  bool json = false;
};

struct DnsServeOptions {
  DnsOptions common;
  std::vector<std::string> listen;
  int threads = 1;
  double report = 60;  ///< seconds between two lines about what was answered; 0: none
  bool probe = false;  ///< health comes from own probes, not from the state file
  std::string from;    ///< the host that probes; empty: this machine, every check
};

/// Says what is wrong; the exit code.
int dns_failed(const Error& error);

int command_dns_serve(const DnsServeOptions& options);
int command_dns_check(const DnsOptions& options);
int command_dns_answers(const DnsOptions& options);

}  // namespace holdfast::apps

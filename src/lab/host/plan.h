// What a host of a lab is made from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/processes.h"

namespace holdfast::lab {

inline constexpr const char* kProgramFolder = "/run/holdfast/bin";  ///< inside a host

struct HostPlan {
  std::string name;
  std::uint32_t address = 0;
  int mtu = 1500;
  std::string image;            ///< the host's disk
  std::string hosts_file;       ///< becomes /etc/hosts
  std::string resolver_file{};  ///< becomes /etc/resolv.conf; empty: it stays the machine's
  std::string log_folder;       ///< outside the disk: what was said survives a power cut
  std::string program;          ///< the `holdfast` binary; empty: none
  std::vector<ProcessSpec> processes;
  // The disk is new: it is filled with these first.
  bool fresh = false;
  std::string identity;   ///< folder whose content becomes that of kHostDirectory; empty: none
  std::string site_file;  ///< becomes site.yaml; empty: none
};

/// The search path of a host's processes.
std::string program_path();

}  // namespace holdfast::lab

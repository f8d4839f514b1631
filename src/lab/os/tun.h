// A host's network device: packets that the host sends are read from a descriptor, and what is
// written to it arrives.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "lab/os/fd.h"

namespace holdfast::lab {

inline constexpr const char* kTunName = "hf0";

/// Sets up the loopback and a TUN device with this address in this network namespace. Every packet
/// begins with a virtio_net_hdr: segments and checksums are left to whoever needs them, nobody
/// here.
Result<Fd> make_tun(std::uint32_t address, int prefix, int mtu);

}  // namespace holdfast::lab

#include "lab/os/tun.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
// After net/if.h, which names the same things.
#include <linux/if_tun.h>

#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

constexpr int kQueuePackets = 4000;

ifreq named(const char* name) {
  ifreq request{};
  ::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  return request;
}

void set_address(sockaddr& where, std::uint32_t address) {
  sockaddr_in value{};
  value.sin_family = AF_INET;
  value.sin_addr.s_addr = htonl(address);
  ::memcpy(&where, &value, sizeof value);
}

Result<void> bring_up(int socket, const char* name) {
  ifreq request = named(name);
  if (::ioctl(socket, SIOCGIFFLAGS, &request) != 0) return system_error("read the flags of a link");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  if (::ioctl(socket, SIOCSIFFLAGS, &request) != 0) return system_error("bring a link up");
  return {};
}

Result<void> configure(int socket, std::uint32_t address, int prefix, int mtu) {
  ifreq request = named(kTunName);
  request.ifr_mtu = mtu;
  if (::ioctl(socket, SIOCSIFMTU, &request) != 0) return system_error("set the size of packets");
  request = named(kTunName);
  request.ifr_qlen = kQueuePackets;
  if (::ioctl(socket, SIOCSIFTXQLEN, &request) != 0) return system_error("set a queue's length");
  request = named(kTunName);
  set_address(request.ifr_addr, address);
  if (::ioctl(socket, SIOCSIFADDR, &request) != 0) return system_error("set an address");
  request = named(kTunName);
  set_address(request.ifr_netmask, ~((1U << (32 - prefix)) - 1));
  if (::ioctl(socket, SIOCSIFNETMASK, &request) != 0) return system_error("set a netmask");
  return bring_up(socket, kTunName);
}

}  // namespace

Result<Fd> make_tun(std::uint32_t address, int prefix, int mtu) {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.open()) return system_error("open a socket");
  if (Result<void> up = bring_up(socket.get(), "lo"); !up) return tl::unexpected(up.error());
  Fd tun(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tun.open()) return system_error("open /dev/net/tun");
  ifreq request = named(kTunName);
  request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
  if (::ioctl(tun.get(), TUNSETIFF, &request) != 0) return system_error("make a TUN device");
  const unsigned long offloads = TUN_F_CSUM | TUN_F_TSO4;
  if (::ioctl(tun.get(), TUNSETOFFLOAD, offloads) != 0) return system_error("set up a TUN device");
  // No IPv6: the fabric carries IPv4 only. A kernel without IPv6 has no such file.
  const std::string ipv6 = "/proc/sys/net/ipv6/conf/" + std::string(kTunName) + "/disable_ipv6";
  if (exists(ipv6)) {
    if (Result<void> off = put_value(ipv6, "1"); !off) return tl::unexpected(off.error());
  }
  Result<void> ready = configure(socket.get(), address, prefix, mtu);
  if (!ready) return tl::unexpected(ready.error());
  return tun;
}

}  // namespace holdfast::lab

// Room for packets on their way: buffers of three sizes, set aside once.
//
// Memory that is never used is never touched, so that a quiet lab needs little of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace holdfast::lab {

/// The largest packet: what a segmenting device hands over at once, and the header before it.
inline constexpr std::size_t kPacketMax = 65536 + 64;

class PacketPool {
 public:
  struct Packet {
    std::uint8_t* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t kind = 0;  ///< which size of buffer
  };

  PacketPool();
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// Nothing when every buffer that is large enough is taken: the packet is lost, as in a router.
  std::optional<Packet> copy(std::span<const std::uint8_t> bytes);
  void release(const Packet& packet);

 private:
  struct Kind {
    std::size_t bytes;
    std::size_t count;
    std::uint8_t* memory = nullptr;
    std::vector<std::uint8_t*> free{};
  };
  std::array<Kind, 3> kinds_;
};

}  // namespace holdfast::lab

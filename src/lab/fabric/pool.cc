#include "lab/fabric/pool.h"

#include <string.h>
#include <sys/mman.h>

#include "base/assert.h"

namespace holdfast::lab {

PacketPool::PacketPool() : kinds_{Kind{512, 32768}, Kind{4096, 16384}, Kind{kPacketMax, 4096}} {
  for (Kind& kind : kinds_) {
    void* memory = ::mmap(nullptr,
                          kind.bytes * kind.count,
                          PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                          -1,
                          0);
    HF_ASSERT(memory != MAP_FAILED);
    kind.memory = static_cast<std::uint8_t*>(memory);
    kind.free.reserve(kind.count);
    // The last one given back is the first one taken: it is still in the caches.
    for (std::size_t i = kind.count; i > 0; --i) {
      kind.free.push_back(kind.memory + (i - 1) * kind.bytes);
    }
  }
}

PacketPool::~PacketPool() {
  for (Kind& kind : kinds_) ::munmap(kind.memory, kind.bytes * kind.count);
}

std::optional<PacketPool::Packet> PacketPool::copy(std::span<const std::uint8_t> bytes) {
  for (std::uint32_t i = 0; i < kinds_.size(); ++i) {
    Kind& kind = kinds_[i];
    if (bytes.size() > kind.bytes || kind.free.empty()) continue;
    std::uint8_t* data = kind.free.back();
    kind.free.pop_back();
    ::memcpy(data, bytes.data(), bytes.size());
    return Packet{data, static_cast<std::uint32_t>(bytes.size()), i};
  }
  return std::nullopt;
}

void PacketPool::release(const Packet& packet) { kinds_[packet.kind].free.push_back(packet.data); }

}  // namespace holdfast::lab

#include "adapters/dns/udp_worker.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "codec/dns/respond.h"

namespace holdfast::dns {
namespace {

using codec::dns::Transport;

constexpr std::size_t kBatch = 64;
/// Longer queries arrive cut off, and are malformed then.
constexpr std::size_t kBuffer = 1536;
static_assert(kBuffer >= codec::dns::response_room(Transport::kUdp));
constexpr timeval kReceiveWait{0, 200'000};

/// Marsaglia's xorshift: good enough to spread clients, and three instructions.
std::uint32_t next_draw(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<std::uint32_t>(state >> 32);
}

bool has_port(const sockaddr_storage& peer) {
  // The port stands at the same place for both families.
  sockaddr_in address{};
  std::memcpy(&address, &peer, sizeof address);
  return address.sin_port != 0;
}

/// The packet's destination becomes the answer's source. The interface is left to routing, but for
/// link-local IPv6 it is part of the address.
void turn_around(msghdr& header) {
  for (cmsghdr* it = CMSG_FIRSTHDR(&header); it != nullptr; it = CMSG_NXTHDR(&header, it)) {
    if (it->cmsg_level != IPPROTO_IP || it->cmsg_type != IP_PKTINFO) continue;
    in_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(it), sizeof info);
    info.ipi_ifindex = 0;
    std::memcpy(CMSG_DATA(it), &info, sizeof info);
  }
}

}  // namespace

/// The memory of one batch, laid out once.
class UdpWorker::Batch {
 public:
  Batch() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      vectors_[i].iov_base = buffers_[i].data();
      msghdr& header = messages_[i].msg_hdr;
      header.msg_iov = &vectors_[i];
      header.msg_iovlen = 1;
      header.msg_name = &peers_[i];
    }
    renew(kBatch);
  }

  /// How many queries came; at least one unless time ran out.
  std::size_t receive(int socket) {
    const int got = recvmmsg(socket, messages_.data(), kBatch, MSG_WAITFORONE, nullptr);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  /// Each query's buffer becomes its answer; those without one are moved out of the way.
  std::size_t answer(std::size_t received,
                     const codec::dns::Snapshot& snapshot,
                     std::uint64_t& seed,
                     Counters& counters) {
    std::size_t answered = 0;
    for (std::size_t i = 0; i < received; ++i) {
      auto* buffer = static_cast<std::uint8_t*>(messages_[i].msg_hdr.msg_iov->iov_base);
      auto response = codec::dns::respond(
          snapshot, {buffer, kBuffer}, messages_[i].msg_len, Transport::kUdp, next_draw(seed));
      // No packet can be sent to port 0, and one that cannot be sent would stop the batch.
      if (!has_port(*static_cast<sockaddr_storage*>(messages_[i].msg_hdr.msg_name))) response = {};
      counters.note(response);
      if (response.size == 0) continue;
      messages_[i].msg_hdr.msg_iov->iov_len = response.size;
      if (messages_[i].msg_hdr.msg_controllen > 0) turn_around(messages_[i].msg_hdr);
      std::swap(messages_[answered++], messages_[i]);
    }
    return answered;
  }

  void send(int socket, std::size_t answered, Counters& counters) {
    for (std::size_t sent = 0; sent < answered;) {
      const auto left = static_cast<unsigned>(answered - sent);
      const int done = sendmmsg(socket, messages_.data() + sent, left, 0);
      if (done > 0) {
        sent += static_cast<std::size_t>(done);
      } else if (errno != EINTR) {
        counters.note_unsent();
        ++sent;
      }
    }
  }

  /// Makes the first `used` ready for the next batch: they only changed places with each other.
  void renew(std::size_t used) {
    for (std::size_t i = 0; i < used; ++i) {
      msghdr& header = messages_[i].msg_hdr;
      header.msg_iov->iov_len = kBuffer;
      header.msg_namelen = sizeof peers_[i];
      header.msg_control = controls_[i].data();
      header.msg_controllen = kControl;
    }
  }

 private:
  static constexpr std::size_t kControl = CMSG_SPACE(sizeof(in6_pktinfo));

  std::array<mmsghdr, kBatch> messages_{};
  std::array<iovec, kBatch> vectors_{};
  std::array<sockaddr_storage, kBatch> peers_{};
  alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kBatch> controls_{};
  std::array<std::array<std::uint8_t, kBuffer>, kBatch> buffers_{};
};

UdpWorker::UdpWorker(Socket socket, const Publication& publication, std::uint64_t seed)
    : socket_(std::move(socket)),
      publication_(publication),
      seed_(seed | 1),
      batch_(std::make_unique<Batch>()) {
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kReceiveWait, sizeof kReceiveWait);
}

UdpWorker::~UdpWorker() {
  stopping_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

void UdpWorker::start() {
  thread_ = std::thread([this] { run(); });
}

void UdpWorker::run() {
  Subscription subscription(publication_);
  while (!stopping_.load(std::memory_order_relaxed)) {
    const std::size_t received = batch_->receive(socket_.get());
    if (received == 0) continue;
    const std::size_t answered = batch_->answer(received, subscription.current(), seed_, counters_);
    batch_->send(socket_.get(), answered, counters_);
    batch_->renew(received);
  }
}

}  // namespace holdfast::dns

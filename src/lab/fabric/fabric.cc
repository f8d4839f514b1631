#include "lab/fabric/fabric.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

#include "base/json_writer.h"
#include "codec/json_reader.h"
#include "lab/addresses.h"
#include "lab/fabric/lane.h"
#include "lab/fabric/stalls.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

constexpr int kBatch = 64;  ///< packets read from one host before the others have their turn
// struct virtio_net_hdr, whose own header is not C++.
constexpr std::size_t kHeader = 10;
constexpr std::size_t kPieceSizeAt = 4;
constexpr std::int64_t kIdleNs = 1'000'000'000;
constexpr std::int64_t kWakeMaxNs = 100'000;  ///< longer ones are stalls, and not made up for
constexpr std::int64_t kPollNs = 5'000;       ///< what looking takes without sleeping
constexpr int kRealtimePriority = 20;
constexpr std::uint32_t kControl = 0xffffffffU;

struct Counters {
  std::uint64_t carried = 0;
  std::uint64_t bytes = 0;
  std::uint64_t cut = 0;      ///< by a cut, or because the host is off
  std::uint64_t lost = 0;     ///< by chance, as asked
  std::uint64_t full = 0;     ///< a queue or the pool was full
  std::uint64_t foreign = 0;  ///< not IPv4 between hosts of the lab
};

class Fabric {
 public:
  Fabric(const FabricPlan& plan, Channel control);
  void run();

 private:
  struct Host {
    std::uint32_t address;
    Fd tun;
  };
  struct Due {
    std::int64_t at_ns;
    std::size_t lane;
    bool operator>(const Due& other) const { return at_ns > other.at_ns; }
  };

  void watch(int fd, std::uint32_t id);
  void read_host(std::size_t from);
  void forward(std::size_t from, std::span<const std::uint8_t> frame, std::int64_t now_ns);
  void schedule(std::size_t lane);
  void deliver_due(std::int64_t now_ns);
  void deliver(std::size_t lane, const PacketPool::Packet& packet);
  int wait(epoll_event* events, int room);
  bool obey();
  void obey_one(const std::string& line);
  void attach(std::size_t host);
  void detach(std::size_t host);
  void change_links(const codec::Json& links);
  std::string stats();

  Fd epoll_;
  Channel control_;
  std::vector<Host> hosts_;
  std::vector<std::size_t> host_at_;     ///< by the lower half of the address
  std::vector<Lane> lanes_;              ///< [from * hosts + to]
  std::vector<std::int64_t> scheduled_;  ///< the one entry of the lane in due_ that counts; 0: none
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  PacketPool pool_;
  Prng prng_;
  Counters counters_;
  StallWatch stalls_;
  // How long it takes to wake up: a sleep ends so much earlier than a packet is due, and a packet
  // that ended a sleep was sent so much earlier than it is seen.
  std::int64_t wake_ns_ = 0;
  std::int64_t now_ns_ = 0;  ///< when the last wait ended
  bool slept_ = false;       ///< in the last wait
  std::vector<std::uint8_t> scratch_ = std::vector<std::uint8_t>(kPacketMax);
};

Fabric::Fabric(const FabricPlan& plan, Channel control)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      control_(std::move(control)),
      host_at_(1U << 16U, plan.addresses.size()),
      lanes_(plan.addresses.size() * plan.addresses.size()),
      scheduled_(lanes_.size(), 0),
      prng_(plan.seed) {
  for (std::size_t i = 0; i < plan.addresses.size(); ++i) {
    hosts_.push_back({plan.addresses[i], Fd()});
    host_at_[plan.addresses[i] & 0xffffU] = i;
  }
  watch(control_.fd(), kControl);
  // Sleeps end when they should, not up to 50 us later.
  ::prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  if (plan.realtime) {
    sched_param priority{};
    priority.sched_priority = kRealtimePriority;
    ::sched_setscheduler(0, SCHED_FIFO, &priority);
  }
}

void Fabric::watch(int fd, std::uint32_t id) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = id;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

int Fabric::wait(epoll_event* events, int room) {
  const std::int64_t begin_ns = boot_ns();
  const std::int64_t left_ns = due_.empty() ? kIdleNs : due_.top().at_ns - begin_ns - wake_ns_;
  const std::int64_t limit_ns = std::clamp<std::int64_t>(left_ns, 0, kIdleNs);
  const timespec limit{limit_ns / 1'000'000'000, limit_ns % 1'000'000'000};
  const int count = ::epoll_pwait2(epoll_.get(), events, room, &limit, nullptr);
  now_ns_ = boot_ns();
  const std::int64_t late_ns = now_ns_ - begin_ns - limit_ns;
  if (count == 0 && limit_ns > 0) {
    wake_ns_ += (std::clamp<std::int64_t>(late_ns, 0, kWakeMaxNs) - wake_ns_) / 16;
  }
  slept_ = limit_ns > 0 && now_ns_ - begin_ns > kPollNs;
  return count;
}

void Fabric::run() {
  for (;;) {
    epoll_event events[64];
    const int count = wait(events, 64);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.u32 != kControl) {
        read_host(events[i].data.u32);
      } else if (!obey()) {
        return;
      }
    }
    deliver_due(boot_ns());
  }
}

void Fabric::read_host(std::size_t from) {
  for (int i = 0; i < kBatch && hosts_[from].tun.open(); ++i) {
    const ssize_t count = ::read(hosts_[from].tun.get(), scratch_.data(), scratch_.size());
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
      detach(from);  // the device is gone, and with it its host
      return;
    }
    if (count <= 0) return;
    // The first one woke this process, and had to wait until it was awake.
    const std::int64_t now_ns = boot_ns();
    const std::int64_t sent_ns = i == 0 && slept_ ? now_ns_ - wake_ns_ : now_ns;
    forward(from, {scratch_.data(), static_cast<std::size_t>(count)}, sent_ns);
    deliver_due(now_ns);
  }
}

void Fabric::forward(std::size_t from, std::span<const std::uint8_t> frame, std::int64_t now_ns) {
  constexpr std::size_t kIpHeader = 20;
  constexpr std::size_t kDestination = 16;
  if (frame.size() < kHeader + kIpHeader || frame[kHeader] >> 4U != 4) {
    ++counters_.foreign;
    return;
  }
  const std::uint8_t* to_bytes = frame.data() + kHeader + kDestination;
  const std::uint32_t destination = (static_cast<std::uint32_t>(to_bytes[0]) << 24U) |
                                    (static_cast<std::uint32_t>(to_bytes[1]) << 16U) |
                                    (static_cast<std::uint32_t>(to_bytes[2]) << 8U) | to_bytes[3];
  const std::size_t to = host_at_[destination & 0xffffU];
  if (to >= hosts_.size() || hosts_[to].address != destination || to == from) {
    ++counters_.foreign;
    return;
  }
  std::uint16_t piece = 0;  // the size of the segments that travel together
  ::memcpy(&piece, frame.data() + kPieceSizeAt, sizeof piece);
  const std::size_t bytes = frame.size() - kHeader;
  const std::size_t segments = piece == 0 ? 1 : (bytes + piece - 1) / piece;
  const std::size_t lane = from * hosts_.size() + to;
  std::int64_t due_ns = 0;
  const Lane::Verdict verdict = hosts_[to].tun.open()
                                    ? lanes_[lane].admit(now_ns, bytes, segments, prng_, due_ns)
                                    : Lane::Verdict::kCut;
  if (verdict == Lane::Verdict::kCut) ++counters_.cut;
  if (verdict == Lane::Verdict::kLost) ++counters_.lost;
  if (verdict == Lane::Verdict::kFull) ++counters_.full;
  if (verdict != Lane::Verdict::kCarry) return;
  const std::optional<PacketPool::Packet> packet = pool_.copy(frame);
  if (!packet) {
    ++counters_.full;
    return;
  }
  lanes_[lane].push(due_ns, *packet);
  if (scheduled_[lane] == 0) schedule(lane);
}

void Fabric::schedule(std::size_t lane) {
  scheduled_[lane] = lanes_[lane].front().due_ns;
  due_.push({scheduled_[lane], lane});
}

void Fabric::deliver_due(std::int64_t now_ns) {
  while (!due_.empty() && due_.top().at_ns <= now_ns) {
    const Due entry = due_.top();
    due_.pop();
    const std::size_t at = entry.lane;
    if (scheduled_[at] != entry.at_ns) continue;
    Lane& lane = lanes_[at];
    while (!lane.empty() && lane.front().due_ns <= now_ns) {
      deliver(at, lane.front().packet);
      lane.pop();
    }
    scheduled_[at] = 0;
    if (!lane.empty()) schedule(at);
  }
}

void Fabric::deliver(std::size_t lane, const PacketPool::Packet& packet) {
  const Host& to = hosts_[lane % hosts_.size()];
  if (to.tun.open() && ::write(to.tun.get(), packet.data, packet.size) >= 0) {
    ++counters_.carried;
    counters_.bytes += packet.size - kHeader;
  } else {
    ++counters_.cut;
  }
  pool_.release(packet);
}

bool Fabric::obey() {
  const bool alive = control_.receive();
  while (const std::optional<std::string> line = control_.next()) obey_one(*line);
  return alive;
}

void Fabric::obey_one(const std::string& line) {
  const Result<codec::Json> request = codec::parse_json(line);
  if (!request) return;
  const std::string& what = request->at("do").text;
  const std::size_t host = static_cast<std::size_t>(request->at("host").integer());
  if (what == "attach" && host < hosts_.size()) attach(host);
  if (what == "detach" && host < hosts_.size()) detach(host);
  if (what == "links") change_links(request->at("links"));
  control_.send(stats());
}

void Fabric::attach(std::size_t host) {
  detach(host);
  std::vector<Fd> descriptors = control_.take(1);
  if (descriptors.empty()) return;
  hosts_[host].tun = std::move(descriptors.front());
  watch(hosts_[host].tun.get(), static_cast<std::uint32_t>(host));
}

void Fabric::detach(std::size_t host) {
  hosts_[host].tun.reset();
  // What the host sent before is on its way and arrives; what was meant for it is lost.
  for (std::size_t from = 0; from < hosts_.size(); ++from) {
    lanes_[from * hosts_.size() + host].clear(pool_);
  }
}

void Fabric::change_links(const codec::Json& links) {
  const std::int64_t now_ns = boot_ns();
  for (const codec::Json& link : links.items) {
    if (link.items.size() != 7) continue;
    const auto number = [&link](std::size_t i) { return link.items[i].integer(); };
    const auto from = static_cast<std::size_t>(number(0));
    const auto to = static_cast<std::size_t>(number(1));
    if (from >= hosts_.size() || to >= hosts_.size()) continue;
    LinkSpec spec;
    spec.latency = Duration(number(2));
    spec.jitter = Duration(number(3));
    spec.loss = static_cast<double>(number(4)) / 1e6;
    spec.bytes_per_second = number(5);
    spec.cut = number(6) != 0;
    const std::size_t at = from * hosts_.size() + to;
    lanes_[at].change(spec, now_ns, pool_);
    // Its packets may be due earlier than it is scheduled for.
    if (!lanes_[at].empty()) schedule(at);
  }
}

std::string Fabric::stats() {
  JsonWriter json;
  json.begin_object();
  json.field("at_us", static_cast<std::int64_t>(boot_ns() / 1000));
  json.field("carried", counters_.carried).field("bytes", counters_.bytes);
  json.field("cut", counters_.cut).field("lost", counters_.lost);
  json.field("full", counters_.full).field("foreign", counters_.foreign);
  stalls_.write(json);
  return json.end_object().text();
}

}  // namespace

void run_fabric(const FabricPlan& plan, Channel control) { Fabric(plan, std::move(control)).run(); }

std::string links_request(const std::vector<LinkChange>& changes) {
  JsonWriter json;
  json.begin_object().field("do", "links").key("links").begin_array();
  for (const LinkChange& change : changes) {
    json.begin_array();
    json.value(static_cast<std::uint64_t>(change.from));
    json.value(static_cast<std::uint64_t>(change.to));
    json.value(change.spec.latency.count()).value(change.spec.jitter.count());
    json.value(static_cast<std::int64_t>(change.spec.loss * 1e6));
    json.value(change.spec.bytes_per_second).value(change.spec.cut ? 1 : 0);
    json.end_array();
  }
  return json.end_array().end_object().text();
}

}  // namespace holdfast::lab

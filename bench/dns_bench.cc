// The DNS responder to be measured: served with many names, with flips of health, and what one flip
// and one answer cost inside. bench/dns/dns.py drives it beside other servers.
//
//   dns_bench serve PORT NAMES FLIPS   answers www.fo.test and nI.fo.test; FLIPS targets a second
//   dns_bench echo PORT                the bare cost of a batch in and a batch out
//   dns_bench inside NAMES             JSON lines: microseconds of a flip, nanoseconds of an answer
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>

#include "adapters/dns/responder.h"
#include "adapters/process/clock.h"
#include "base/json_writer.h"
#include "codec/dns/board.h"
#include "codec/dns/respond.h"

namespace {

using namespace holdfast;

/// `names` names that follow two targets each, and www among them.
model::Dns many_names(std::size_t names) {
  model::Dns dns;
  model::DnsZone zone;
  zone.apex = "fo.test";
  zone.contact = "hostmaster@fo.test";
  zone.name_servers = {"ns.elsewhere."};
  zone.answers.reserve(names);
  for (std::size_t i = 0; i < names; ++i) {
    const std::string low = std::to_string(i / 65536 % 256) + '.' + std::to_string(i / 256 % 256) +
                            '.' + std::to_string(i % 256);
    const auto target = static_cast<model::Index>(dns.targets.size());
    dns.targets.push_back({"a" + std::to_string(i), {"10." + low}});
    dns.targets.push_back({"b" + std::to_string(i), {"11." + low}});
    model::DnsAnswer answer{.name = i == 0 ? "www" : 'n' + std::to_string(i), .groups = {}};
    answer.policy = model::DnsPolicy::kFailover;
    answer.failback = model::Failback::kAutomatic;
    answer.minimum_down = 0s;
    answer.groups = {{"a", {{target}}}, {"b", {{target + 1}}}};
    zone.answers.push_back(std::move(answer));
  }
  dns.zones = {zone};
  return dns;
}

core::dns::TargetHealth health(bool good, MonoTime now) {
  const auto verdict = good ? core::dns::Verdict::kHealthy : core::dns::Verdict::kUnhealthy;
  return {verdict, now, 1s, kLongAgo};
}

int serve(std::uint16_t port, std::size_t names, int flips) {
  dns::ResponderOptions options;
  options.listen = {{*parse_ip("127.0.0.1"), port}};
  auto started = dns::Responder::start(many_names(names), options, nullptr);
  if (!started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  for (std::size_t i = 0;; ++i) {
    if (flips == 0) {
      std::this_thread::sleep_for(1s);
      continue;
    }
    // Each name's first target goes and comes back.
    const auto target = static_cast<model::Index>(i / 2 * 7919 % names * 2);
    (*started)->push(target, health(i % 2 == 1, process::boot_now()));
    std::this_thread::sleep_for(std::chrono::microseconds(1'000'000 / flips));
  }
}

int echo(std::uint16_t port) {
  constexpr std::size_t kBatch = 64;
  constexpr std::size_t kSize = 1536;
  const Result<dns::Socket> socket = dns::open_udp({*parse_ip("127.0.0.1"), port});
  if (!socket) return 1;
  static std::uint8_t buffers[kBatch][kSize];
  static sockaddr_in peers[kBatch];
  static iovec vectors[kBatch];
  static mmsghdr messages[kBatch];
  for (;;) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      vectors[i] = {buffers[i], kSize};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_name = &peers[i];
      messages[i].msg_hdr.msg_namelen = sizeof peers[i];
    }
    const int got = recvmmsg(socket->get(), messages, kBatch, MSG_WAITFORONE, nullptr);
    for (int i = 0; i < got; ++i) {
      buffers[i][2] |= 0x80;
      vectors[i].iov_len = messages[i].msg_len;
    }
    if (got > 0) sendmmsg(socket->get(), messages, static_cast<unsigned>(got), 0);
  }
}

/// Processor time: others on the machine do not count.
double spent() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void emit(const char* figure, std::size_t names, double value, const char* unit) {
  JsonWriter json;
  json.begin_object().field("suite", "dns").field("figure", figure);
  json.field("names", static_cast<std::uint64_t>(names)).field("value", value).field("unit", unit);
  std::puts(json.end_object().text().c_str());
}

int inside(std::size_t names) {
  constexpr int kFlips = 20'000;
  constexpr int kAnswers = 2'000'000;
  const MonoTime now = process::boot_now();
  double start = spent();
  codec::dns::Board board(many_names(names), now);
  emit("table made", names, (spent() - start) * 1e3, "ms");
  start = spent();
  for (std::size_t i = 0; i < kFlips; ++i) {
    const auto target = static_cast<model::Index>(i / 2 * 7919 % names * 2);
    board.take(target, health(i % 2 == 1, now), now);
  }
  emit("flip", names, (spent() - start) * 1e6 / kFlips, "us");
  std::vector<std::vector<std::uint8_t>> queries;
  for (std::size_t i = 0; i < 4096; ++i) {
    std::string label = "n" + std::to_string(i * 7919 % names);
    if (label == "n0") label = "www";
    std::string query("\x12\x34\1\0\0\1\0\0\0\0\0\0", 12);
    query += static_cast<char>(label.size()) + label + std::string("\2fo\4test\0\0\1\0\1", 13);
    queries.emplace_back(query.begin(), query.end());
  }
  std::vector<std::uint8_t> buffer(1536);
  std::size_t bytes = 0;
  start = spent();
  for (std::size_t i = 0; i < kAnswers; ++i) {
    const auto& query = queries[i % queries.size()];
    std::copy(query.begin(), query.end(), buffer.begin());
    bytes +=
        codec::dns::respond(*board.snapshot(), buffer, query.size(), codec::dns::Transport::kUdp, 0)
            .size;
  }
  emit("answer", names, (spent() - start) * 1e9 / kAnswers, "ns");
  return bytes > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int i) { return argc > i ? std::strtoul(argv[i], nullptr, 10) : 0UL; };
  const auto port = static_cast<std::uint16_t>(number(2));
  if (what == "serve") return serve(port, std::max(number(3), 1UL), static_cast<int>(number(4)));
  if (what == "echo") return echo(port);
  if (what == "inside") return inside(std::max(number(2), 1UL));
  std::fputs("usage: dns_bench serve PORT NAMES FLIPS | echo PORT | inside NAMES\n", stderr);
  return 2;
}

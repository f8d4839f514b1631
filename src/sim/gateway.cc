#include "sim/gateway.h"

#include <algorithm>

#include "base/assert.h"
#include "sim/world.h"

namespace holdfast::sim {
namespace {

constexpr Duration kPatience = 1s;
constexpr std::int64_t kBytesMin = 120;
constexpr std::int64_t kBytesMax = 900;

}  // namespace

std::vector<Gateway::Waiting>::iterator Gateway::find(WriteId write) {
  return std::lower_bound(
      waiting_.begin(), waiting_.end(), write, [](const Waiting& it, WriteId id) {
        return it.write < id;
      });
}

void Gateway::submit_write(int client_host, int cluster, int data_class, WriteId write) {
  world_.observers().on_write_sent(world_.kernel().now(), cluster, data_class, write);
  const auto place = find(write);
  HF_ASSERT(place == waiting_.end() || place->write != write);
  waiting_.insert(place, {write, client_host});
  if (world_.routing().leader(client_host, cluster) < 0) {
    world_.kernel().in(world_.options().net.local, *this, kRefused, write);
    return;
  }
  world_.kernel().in(kPatience, *this, kTimeout, write);
  send(client_host, cluster, write);
}

void Gateway::submit_read(int client_host, int cluster) {
  if (world_.routing().leader(client_host, cluster) >= 0) send(client_host, cluster, 0);
}

void Gateway::send(int client_host, int cluster, WriteId write) {
  const Instance& leader =
      world_.instance({cluster, world_.routing().leader(client_host, cluster)});
  ClientCall call;
  call.write = write;
  call.client_host = client_host;
  call.cluster = cluster;
  call.instance = world_.index_of(leader.ref());
  const int to = world_.host_of(leader.ref()).index;
  world_.network().send(client_host, to, Carriage::kStream, {kClientRequest, calls_.put(call)});
}

void Gateway::answer(int host, WriteId write, ClientResult result) {
  const auto place = find(write);
  if (place == waiting_.end() || place->write != write) return;
  ClientCall call;
  call.write = write;
  call.result = result;
  world_.network().send(
      host, place->client_host, Carriage::kStream, {kClientAnswer, calls_.put(call)});
}

void Gateway::on_packet(Packet packet) {
  const ClientCall call = calls_[packet.arg];
  if (packet.kind == kClientAnswer) return finish(call.write, call.result);
  Postgres& postgres = world_.instance(call.instance).postgres();
  if (call.write == 0) {
    postgres.client_read();
    return;
  }
  const auto bytes = static_cast<std::uint32_t>(prng_.between(kBytesMin, kBytesMax));
  postgres.client_write(call.write, bytes);
}

void Gateway::finish(WriteId write, ClientResult result) {
  const auto place = find(write);
  if (place == waiting_.end() || place->write != write) return;
  waiting_.erase(place);
  if (sink_ != nullptr) sink_->on_client_result(write, result);
}

void Gateway::on_event(std::uint32_t kind, std::uint64_t a, std::uint64_t) {
  finish(a, kind == kRefused ? ClientResult::kRejected : ClientResult::kUnknown);
}

}  // namespace holdfast::sim

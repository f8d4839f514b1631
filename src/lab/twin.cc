#include "lab/twin.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "lab/addresses.h"
#include "lab/fabric/fabric.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"
#include "lab/os/loop_device.h"

namespace holdfast::lab {
namespace {

constexpr Duration kFabricPatience = 5s;

/// The fabric is a process of its own: what the lab does meanwhile delays no packet.
Result<Channel> start_fabric(const TwinPlan& plan) {
  Result<std::pair<Channel, Channel>> ends = Channel::pair();
  if (!ends) return tl::unexpected(ends.error());
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("start the fabric");
  if (pid == 0) {
    constexpr int kChannel = 3;
    if (ends->second.fd() != kChannel) ::dup2(ends->second.fd(), kChannel);
    ::close_range(kChannel + 1, ~0U, 0);
    FabricPlan fabric;
    for (const HostPlan& host : plan.hosts) fabric.addresses.push_back(host.address);
    fabric.seed = plan.seed;
    fabric.realtime = plan.realtime;
    run_fabric(fabric, Channel(Fd(kChannel)));
    ::_exit(0);
  }
  return std::move(ends->first);
}

}  // namespace

Twin::Twin(TwinPlan plan, Poller& poller, HostHandle::Exit exit)
    : plan_(std::move(plan)), poller_(poller), base_(distances_of(plan_.site, plan_.distances)) {
  for (const HostPlan& host : plan_.hosts) {
    hosts_.push_back(std::make_unique<HostHandle>(host, exit));
  }
}

Result<void> Twin::start(const std::function<void(const std::string&)>& progress) {
  Result<Channel> fabric = start_fabric(plan_);
  if (!fabric) return tl::unexpected(fabric.error());
  fabric_ = std::move(*fabric);
  const Result<std::int64_t> linked = set_links();
  if (!linked) return tl::unexpected(linked.error());
  progress("network: " + std::to_string(hosts_.size()) + " hosts, 10.77.0.0/16");
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < hosts_.size(); ++i) all.push_back(i);
  if (Result<void> on = power_on(all); !on) return on;
  std::size_t processes = 0;
  for (const HostPlan& host : plan_.hosts) processes += host.processes.size();
  progress("hosts: all up, " + std::to_string(processes) + " processes started");
  return {};
}

void Twin::end() {
  for (const auto& host : hosts_) {
    if (host->on()) host->end();
  }
  for (const auto& host : hosts_) {
    if (!host->on()) continue;
    poller_.unwatch(host->channel());
    if (!host->wait_gone()) host->kill_all();
  }
  fabric_.close();
}

Result<std::int64_t> Twin::tell_fabric(const std::string& request, int fd) {
  fabric_.send(request, fd >= 0 ? std::vector<int>{fd} : std::vector<int>{});
  const std::optional<std::string> line = fabric_.wait(kFabricPatience);
  if (!line) return fail(Errc::kUnavailable, "the fabric does not answer");
  stats_ = *line;
  const Result<codec::Json> answer = codec::parse_json(*line);
  if (!answer) return tl::unexpected(answer.error());
  return answer->at("at_us").integer();
}

Result<std::int64_t> Twin::set_links() {
  const std::size_t count = hosts_.size();
  LinkTable wanted = base_;
  for (const auto& [id, fault] : faults_) apply(fault.link, count, wanted);
  std::vector<LinkChange> changes;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (current_.empty() || !(wanted[i] == current_[i])) {
      changes.push_back({i / count, i % count, wanted[i]});
    }
  }
  current_ = std::move(wanted);
  return tell_fabric(links_request(changes));
}

Result<void> Twin::power_on(const std::vector<std::size_t>& hosts) {
  for (const std::size_t i : hosts) {
    if (Result<void> launched = hosts_[i]->launch(); !launched) return launched;
  }
  for (const std::size_t i : hosts) {
    const Result<Fd> tun = hosts_[i]->wait_up();
    if (!tun) return tl::unexpected(tun.error());
    JsonWriter json;
    json.begin_object().field("do", "attach").field("host", static_cast<std::uint64_t>(i));
    const Result<std::int64_t> done =
        tell_fabric(json.field("fds", 1).end_object().text(), tun->get());
    if (!done) return tl::unexpected(done.error());
    poller_.watch(hosts_[i]->channel(), [this, i] {
      if (!hosts_[i]->listen()) host_lost(i);
    });
  }
  for (const std::size_t i : hosts) {
    if (Result<void> begun = hosts_[i]->begin(); !begun) return begun;
  }
  return {};
}

void Twin::host_lost(std::size_t index) {
  poller_.unwatch(hosts_[index]->channel());
  hosts_[index]->kill_all();
  if (!hosts_[index]->wait_gone()) return;
  JsonWriter json;
  json.begin_object().field("do", "detach").field("host", static_cast<std::uint64_t>(index));
  if (!tell_fabric(json.end_object().text())) poller_.stop();
}

HostHandle* Twin::host(const std::string& name) {
  const std::optional<model::Index> found = plan_.site.find_host(name);
  return found ? hosts_[*found].get() : nullptr;
}

void Twin::write_status(JsonWriter& json) {
  json.key("hosts").begin_array();
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const HostHandle& host = *hosts_[i];
    const model::Host& place = plan_.site.hosts[i];
    json.begin_object().field("name", host.plan().name);
    json.field("address", address_text(host.plan().address));
    json.field("zone", place.zone == model::kNoIndex ? "" : plan_.site.zones[place.zone].name);
    json.field("on", host.on());
    struct statvfs disk {};
    if (host.on() && ::fstatvfs(host.disk(), &disk) == 0) {
      json.field("disk_bytes", static_cast<std::uint64_t>(disk.f_blocks) * disk.f_frsize);
      json.field("disk_free_bytes", static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize);
    }
    json.key("processes").begin_array();
    for (const auto& [name, report] : host.processes()) {
      json.begin_object().field("name", name).field("state", report.at("state").text);
      json.field("pid", report.at("pid").integer());
      json.field("restarts", report.at("restarts").integer());
      json.field("exit", report.at("exit").integer());
      json.field("since_us", report.at("since_us").integer()).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("faults").begin_array();
  for (const auto& [id, fault] : faults_) {
    json.begin_object().field("fault", id).field("text", fault_text(fault.request));
    json.field("at_us", fault.at_us).end_object();
  }
  json.end_array();
  const Result<std::int64_t> fresh = tell_fabric(R"({"do":"stats"})");
  const Result<codec::Json> stats = codec::parse_json(fresh ? stats_ : "{}");
  if (!stats) return;
  json.key("fabric").begin_object();
  for (const char* name : {"carried", "bytes", "cut", "lost", "full", "foreign"}) {
    json.field(name, stats->at(name).integer());
  }
  json.end_object();
  json.field("now_us", boot_ns() / 1000);
  json.field("longest_stall_us", stats->at("longest_stall_us").integer());
  json.field("longest_stall_at_us", stats->at("longest_stall_at_us").integer());
  json.key("stalls").begin_array();
  for (const codec::Json& stall : stats->at("stalls").items) {
    json.begin_array();
    for (const codec::Json& number : stall.items) json.value(number.integer());
    json.end_array();
  }
  json.end_array();
}

}  // namespace holdfast::lab

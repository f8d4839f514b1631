#include "codec/routing_memory.h"

#include <charconv>

#include "base/assert.h"

namespace holdfast::codec {
namespace {

constexpr std::string_view kHead = "holdfast-router 1";
constexpr std::string_view kNobodyWord = "-";

std::string_view take(std::string_view& text, char until) {
  const std::size_t end = text.find(until);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

bool read_epoch(std::string_view text, Epoch& epoch) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, epoch.value);
  return !text.empty() && result.ec == std::errc{} && result.ptr == end;
}

int member_at(const model::Site& site, model::Index cluster, std::string_view host) {
  const std::vector<model::Member>& members = site.clusters[cluster].members;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (site.hosts[members[i].host].name == host) return static_cast<int>(i);
  }
  return core::kNobody;
}

}  // namespace

std::string routing_memory_text(const model::Site& site,
                                const std::vector<core::RoutingMemory>& memories) {
  HF_ASSERT(memories.size() == site.clusters.size());
  std::string text = std::string(kHead) + '\n';
  for (std::size_t i = 0; i < memories.size(); ++i) {
    const model::Cluster& cluster = site.clusters[i];
    const core::RoutingMemory& memory = memories[i];
    text += cluster.name + ' ';
    text += memory.writer == core::kNobody
                ? std::string(kNobodyWord)
                : site.hosts[cluster.members[static_cast<std::size_t>(memory.writer)].host].name;
    text +=
        ' ' + std::to_string(memory.epoch.value) + ' ' + std::to_string(memory.newest.value) + '\n';
  }
  return text;
}

Result<std::vector<core::RoutingMemory>> read_routing_memory(const model::Site& site,
                                                             std::string_view text) {
  std::vector<core::RoutingMemory> memories(site.clusters.size());
  if (take(text, '\n') != kHead)
    return fail(Errc::kCorrupt, "it does not begin with \"" + std::string(kHead) + "\"");
  while (!text.empty()) {
    std::string_view line = take(text, '\n');
    const std::string whole(line);
    const std::string cluster(take(line, ' '));
    const std::string_view host = take(line, ' ');
    core::RoutingMemory memory;
    const bool reads = read_epoch(take(line, ' '), memory.epoch) &&
                       read_epoch(take(line, ' '), memory.newest) && line.empty() && !host.empty();
    if (!reads)
      return fail(Errc::kCorrupt,
                  "\"" + whole + "\" is not a cluster, a host or -, and two epochs");
    const auto index = site.find_cluster(cluster);
    if (!index) continue;
    memory.writer = member_at(site, *index, host);
    memories[*index] = memory;
  }
  return memories;
}

}  // namespace holdfast::codec

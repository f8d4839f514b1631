#include "node/event_ring.h"

#include <algorithm>
#include <utility>

#include "node/log.h"

namespace holdfast::node {

std::uint64_t EventRing::add(LoggedEvent event) {
  event.number = next_++;
  events_.push_back(std::move(event));
  if (events_.size() > capacity_) events_.pop_front();
  return next_ - 1;
}

const LoggedEvent* EventRing::find(std::uint64_t number) const {
  if (events_.empty() || number < events_.front().number || number > last()) return nullptr;
  return &events_[number - events_.front().number];
}

const LoggedEvent* EventRing::last_of(const std::string& cluster) const {
  const auto found = std::find_if(events_.rbegin(), events_.rend(), [&](const LoggedEvent& it) {
    return it.cluster == cluster;
  });
  return found == events_.rend() ? nullptr : &*found;
}

std::deque<LoggedEvent> EventRing::after(std::uint64_t after, std::size_t limit) const {
  std::deque<LoggedEvent> found;
  for (const LoggedEvent& event : events_) {
    if (event.number > after && found.size() < limit) found.push_back(event);
  }
  return found;
}

void write_event(JsonWriter& json, const LoggedEvent& event) {
  json.begin_object();
  json.field("number", event.number);
  json.field("at", std::string_view(wall_text(event.at)));
  json.field("at_us", std::int64_t{event.at.time_since_epoch().count()});
  json.field("cluster", std::string_view(event.cluster));
  json.field("from", std::string_view(event.from));
  if (!event.member.empty()) json.field("member", std::string_view(event.member));
  json.field("epoch", event.epoch);
  json.field("rule", std::string_view(event.rule));
  json.field("text", std::string_view(event.text));
  if (event.amount != Duration{}) json.field("amount_ms", to_ms(event.amount));
  json.end_object();
}

}  // namespace holdfast::node

// The last events that a controller knows of, its own and those that agents told, numbered in the
// order of arrival.
//
// Bounded: what is older is in the journals. A restart begins again at 1 under another `since`.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "base/json_writer.h"
#include "base/time.h"

namespace holdfast::node {

struct LoggedEvent {
  std::uint64_t number = 0;
  WallTime at{};
  std::string cluster;
  std::string from;    ///< the host whose process says so
  std::string member;  ///< the host of the member it is about; may be empty
  std::string rule;
  std::string text;
  std::uint64_t epoch = 0;
  Duration amount{};
};

class EventRing {
 public:
  explicit EventRing(std::size_t capacity = 4096) : capacity_(capacity) {}

  /// Numbers it and returns the number.
  std::uint64_t add(LoggedEvent event);
  [[nodiscard]] std::uint64_t last() const { return next_ - 1; }
  [[nodiscard]] const LoggedEvent* find(std::uint64_t number) const;
  /// The last one of this cluster, or null.
  [[nodiscard]] const LoggedEvent* last_of(const std::string& cluster) const;
  /// Those after `after`, oldest first, no more than `limit`.
  [[nodiscard]] std::deque<LoggedEvent> after(std::uint64_t after, std::size_t limit) const;

 private:
  std::size_t capacity_;
  std::uint64_t next_ = 1;
  std::deque<LoggedEvent> events_;
};

void write_event(JsonWriter& json, const LoggedEvent& event);

}  // namespace holdfast::node

// What `holdfast health run` prints: lines for people, or JSON lines.
#pragma once

#include <string>
#include <vector>

#include "adapters/health/watch.h"
#include "model/site.h"

namespace holdfast::apps {

class HealthStory {
 public:
  HealthStory(const model::Site& site, bool json, MonoTime begin);

  /// A probe: told when it fails for a new reason, or passes after failures, or a certificate nears
  /// its end.
  void seen(const health::Seen& seen);
  /// A verdict, or the reason for it, is another one than before.
  void decided(const health::Watch& watch, const core::health::HealthEvent& event, MonoTime now);
  /// Every check at the end.
  void summary(const health::Watch& watch, MonoTime now);

 private:
  struct Tally {
    std::uint64_t probes = 0;
    std::uint64_t failed = 0;
    std::string last_error;  ///< since it last passed
    std::string last_ever;
    health::Outcome last;
    bool warned = false;  ///< of the certificate's end
  };

  void line(MonoTime at, std::uint32_t check, const std::string& text) const;
  void warn_of_expiry(const health::Seen& seen, Tally& tally);
  void failure(const health::Seen& seen, const std::string& why);
  void summary_json(const health::Watch& watch, MonoTime now);

  const model::Site& site_;
  const bool json_;
  const MonoTime begin_;
  std::size_t width_ = 0;
  std::vector<Tally> tallies_;
};

}  // namespace holdfast::apps

// What is answered now for one decided name: a set of ready messages per address family, from which
// each query draws one.
//
// A name that answers all its addresses has one message for each rotation of them; a weighted one
// has as many slots as its weights ask for. Drawing is one multiplication.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ip_address.h"
#include "codec/dns/answer.h"
#include "codec/dns/catalog.h"
#include "core/dns/policy.h"

namespace holdfast::codec::dns {

/// Shares of a weighted name are exact to one part in so many.
inline constexpr std::size_t kSlotsMax = 256;

class View {
 public:
  /// One of the answers for the type; null when no target that is answered has such an address.
  /// `draw`: any 32 bits, uniform over many queries.
  [[nodiscard]] const std::uint8_t* draw(std::uint16_t type, std::uint32_t draw) const {
    const Slots& slots = type == kTypeAaaa ? v6_ : v4_;
    if (slots.count == 0) return nullptr;
    const std::size_t chosen = std::uint64_t{draw} * slots.count >> 32;
    return store_.data() + at_[slots.first + chosen];
  }

 private:
  friend class ViewMaker;
  struct Slots {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  AnswerStore store_;
  std::vector<std::uint32_t> at_;
  Slots v4_;
  Slots v6_;
};

/// The addresses of each target of the site, read once.
using TargetAddresses = std::vector<std::vector<IpAddress>>;

/// How many of `slots` each weight gets: in proportion, the rest to the largest remainders, and
/// none that is not 0 goes without. Pre: not more weights than slots.
[[nodiscard]] std::vector<std::size_t> share_slots(const std::vector<int>& weights,
                                                   std::size_t slots);

[[nodiscard]] std::shared_ptr<const View> make_view(const ViewPlan& plan,
                                                    const model::DnsAnswer& answer,
                                                    const core::dns::Decision& decision,
                                                    const TargetAddresses& addresses);

}  // namespace holdfast::codec::dns

#include "codec/dns/view.h"

#include <algorithm>
#include <numeric>

#include "codec/dns/answer_writer.h"

namespace holdfast::codec::dns {

std::vector<std::size_t> share_slots(const std::vector<int>& weights, std::size_t slots) {
  const std::int64_t total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  std::vector<std::size_t> shares(weights.size(), 0);
  if (total == 0) return shares;
  std::vector<std::pair<std::int64_t, std::size_t>> remainders;
  std::size_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int64_t exact = std::int64_t{weights[i]} * static_cast<std::int64_t>(slots);
    shares[i] = static_cast<std::size_t>(exact / total);
    if (weights[i] > 0 && shares[i] == 0) shares[i] = 1;
    given += shares[i];
    remainders.emplace_back(-(exact % total), i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::size_t i = 0; given < slots; i = (i + 1) % remainders.size()) {
    if (weights[remainders[i].second] == 0) continue;
    ++shares[remainders[i].second];
    ++given;
  }
  // Those that were lifted to one slot are paid for by the largest share.
  for (; given > slots; --given) --*std::max_element(shares.begin(), shares.end());
  return shares;
}

class ViewMaker {
 public:
  ViewMaker(const ViewPlan& plan, std::uint32_t ttl) : plan_(plan), ttl_(ttl) {}

  /// Every rotation of the addresses, `at_once` of them in each message.
  void rotate(std::uint16_t type,
              const std::vector<IpAddress>& addresses,
              std::size_t at_once,
              bool fixed_order) {
    const std::size_t rotations = fixed_order ? std::min<std::size_t>(addresses.size(), 1)
                                              : std::min(addresses.size(), kSlotsMax);
    begin(type);
    for (std::size_t i = 0; i < rotations; ++i) {
      RecordSet set{type, ttl_, {}};
      for (std::size_t j = 0; j < std::min(at_once, addresses.size()); ++j) {
        set.rdata.push_back(address_rdata(addresses[(i + j) % addresses.size()]));
      }
      add(write(set), 1);
    }
  }

  void begin(std::uint16_t type) {
    slots_ = type == kTypeAaaa ? &view_->v6_ : &view_->v4_;
    slots_->first = static_cast<std::uint32_t>(view_->at_.size());
  }

  void add(std::uint32_t at, std::size_t times) {
    view_->at_.insert(view_->at_.end(), times, at);
    slots_->count += static_cast<std::uint32_t>(times);
  }

  std::uint32_t write(const RecordSet& set) {
    AnswerWriter writer(plan_.base);
    for (const auto& [owner, cname] : plan_.aliases) {
      if (&owner == &plan_.aliases.front().first) {
        writer.add_asked(Section::kAnswer, cname);
      } else {
        writer.add(Section::kAnswer, owner, cname);
      }
    }
    if (plan_.asked) {
      writer.add_asked(Section::kAnswer, set);
    } else {
      writer.add(Section::kAnswer, plan_.owner, set);
    }
    return put_answer(writer.finish(true, Rcode::kNoError), view_->store_);
  }

  std::shared_ptr<const View> take() { return std::move(view_); }

 private:
  const ViewPlan& plan_;
  std::uint32_t ttl_;
  std::shared_ptr<View> view_ = std::make_shared<View>();
  View::Slots* slots_ = nullptr;
};

namespace {

std::vector<IpAddress> of_family(const std::vector<IpAddress>& all, std::uint16_t type) {
  std::vector<IpAddress> some;
  for (const IpAddress& address : all) {
    if (address.v6 == (type == kTypeAaaa)) some.push_back(address);
  }
  return some;
}

/// One target in each message, as often as its weight asks for.
void add_weighted(ViewMaker& maker,
                  std::uint16_t type,
                  const core::dns::Decision& decision,
                  const TargetAddresses& addresses,
                  std::uint32_t ttl) {
  std::vector<RecordSet> sets;
  std::vector<int> weights;
  for (const model::DnsChoice& choice : decision.targets) {
    RecordSet set{type, ttl, {}};
    for (const IpAddress& address : of_family(addresses[choice.target], type)) {
      set.rdata.push_back(address_rdata(address));
    }
    if (set.rdata.empty()) continue;
    sets.push_back(std::move(set));
    weights.push_back(choice.weight);
  }
  const std::vector<std::size_t> shares = share_slots(weights, kSlotsMax);
  maker.begin(type);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (shares[i] > 0) maker.add(maker.write(sets[i]), shares[i]);
  }
}

}  // namespace

std::shared_ptr<const View> make_view(const ViewPlan& plan,
                                      const model::DnsAnswer& answer,
                                      const core::dns::Decision& decision,
                                      const TargetAddresses& addresses) {
  const auto ttl = static_cast<std::uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(decision.ttl).count());
  ViewMaker maker(plan, ttl);
  for (const std::uint16_t type : {kTypeA, kTypeAaaa}) {
    if (decision.draws_one) {
      add_weighted(maker, type, decision, addresses, ttl);
      continue;
    }
    std::vector<IpAddress> all;
    for (const model::DnsChoice& choice : decision.targets) {
      for (const IpAddress& address : of_family(addresses[choice.target], type)) {
        if (std::find(all.begin(), all.end(), address) == all.end()) all.push_back(address);
      }
    }
    const bool fixed = answer.policy == model::DnsPolicy::kSimple;
    maker.rotate(type, all, static_cast<std::size_t>(answer.addresses_max), fixed);
  }
  return maker.take();
}

}  // namespace holdfast::codec::dns

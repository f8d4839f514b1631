#include "codec/dns/catalog_builder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/dns_values.h"

namespace holdfast::codec::dns {
namespace {

using model::DnsName;

constexpr std::uint32_t kHinfoTtl = 3600;

/// The closest name that every question answered here ends in: a wildcard's own question may be any
/// name below its parent.
DnsName base_of(const DnsName& owner) { return owner.is_wildcard() ? owner.parent() : owner; }

void add_aliases(AnswerWriter& writer, const std::vector<std::pair<DnsName, RecordSet>>& aliases) {
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    if (i == 0) {
      writer.add_asked(Section::kAnswer, aliases[i].second);
    } else {
      writer.add(Section::kAnswer, aliases[i].first, aliases[i].second);
    }
  }
}

/// RFC 8482 section 4.2: one small record that says why there are no others.
Answer hinfo_answer(const DnsName& base) {
  AnswerWriter writer(base);
  const std::string said("\7RFC8482\0", 9);
  writer.add_asked(Section::kAnswer, {kTypeHinfo, kHinfoTtl, {Rdata{said, {}, {}}}});
  return writer.finish(true, Rcode::kNoError);
}

}  // namespace

void CatalogBuilder::add(const Zone& zone) {
  zone_ = &zone;
  nodes_.clear();
  no_data_ = denial(Rcode::kNoError);
  no_name_ = denial(Rcode::kNxDomain);
  if (hinfo_ == kNoAnswer) hinfo_ = put(hinfo_answer(DnsName()));
  for (const auto& [name, at] : zone.names) {
    // What lies below a cut is glue: the cut answers for it.
    const Found found = find_name(zone, name);
    if (found.match == Match::kDelegated && *found.owner != name) continue;
    add_name(name, at);
  }
  for (const auto& [name, index] : nodes_) {
    const auto wildcard = name.wildcard();
    const auto star = wildcard ? nodes_.find(*wildcard) : nodes_.end();
    if (star != nodes_.end()) catalog_.nodes_[index].wildcard = star->second;
  }
}

void CatalogBuilder::add_name(const DnsName& name, const ZoneName& at) {
  Node node;
  node.name_at = static_cast<std::uint32_t>(catalog_.names_.size());
  node.name_size = static_cast<std::uint8_t>(name.wire().size());
  catalog_.names_.insert(catalog_.names_.end(), name.wire().begin(), name.wire().end());
  catalog_.labels_max_ = std::max(catalog_.labels_max_, name.labels());
  node.first_entry = static_cast<std::uint32_t>(catalog_.entries_.size());
  node.otherwise = no_data_;
  node.any = at.is_empty() ? no_data_ : hinfo_;
  node.denial = no_name_;
  if (find_name(*zone_, name).match == Match::kDelegated) {
    fill_cut(node, name);
  } else if (at.find(kTypeCname) != nullptr) {
    fill_alias(node, name, at);
  } else {
    fill(node, name, at);
  }
  nodes_.emplace(name, static_cast<std::uint32_t>(catalog_.nodes_.size()));
  catalog_.nodes_.push_back(node);
}

void CatalogBuilder::add_entry(Node& node, std::uint16_t type, std::uint32_t at, bool decided) {
  catalog_.entries_.push_back({type, decided, at});
  ++node.entries;
}

void CatalogBuilder::add_views(Node& node, const ViewPlan& plan) {
  const auto view = static_cast<std::uint32_t>(catalog_.views_.size());
  catalog_.views_.push_back(plan);
  add_entry(node, kTypeA, view, true);
  add_entry(node, kTypeAaaa, view, true);
}

void CatalogBuilder::fill(Node& node, const DnsName& name, const ZoneName& at) {
  if (at.answer) add_views(node, {*at.answer, base_of(name), name, true, {}});
  for (const RecordSet& set : at.sets) {
    AnswerWriter writer(base_of(name));
    writer.add_asked(Section::kAnswer, set);
    add_entry(node, set.type, put(writer.finish(true, Rcode::kNoError)), false);
  }
}

void CatalogBuilder::fill_cut(Node& node, const DnsName& name) {
  node.cut = true;
  node.otherwise = node.any = node.denial = referral(name);
  // Whether the child is signed is the parent's to say (RFC 4035 section 3.1.4.1): it is not.
  add_entry(node, kTypeDs, no_data_, false);
}

void CatalogBuilder::fill_alias(Node& node, const DnsName& name, const ZoneName& at) {
  const RecordSet& cname = *at.find(kTypeCname);
  AnswerWriter writer(base_of(name));
  writer.add_asked(Section::kAnswer, cname);
  const std::uint32_t alone = put(writer.finish(true, Rcode::kNoError));
  add_entry(node, kTypeCname, alone, false);
  node.any = alone;
  const Chain chain = follow(name, at);
  const bool ends_here =
      chain.found.match == Match::kExact || chain.found.match == Match::kWildcard;
  if (ends_here) {
    for (const RecordSet& set : chain.found.name->sets) {
      if (set.type == kTypeCname) continue;
      add_entry(node, set.type, put(chain_answer(base_of(name), chain, &set)), false);
    }
    if (chain.found.name->answer) {
      add_views(node, {*chain.found.name->answer, base_of(name), chain.end, false, chain.aliases});
    }
  }
  node.otherwise = put(chain_answer(base_of(name), chain, nullptr));
}

CatalogBuilder::Chain CatalogBuilder::follow(const DnsName& name, const ZoneName& at) const {
  Chain chain;
  chain.end = name;
  const ZoneName* here = &at;
  while (chain.aliases.size() < model::kDnsAliasesMax) {
    const RecordSet* cname = here->find(kTypeCname);
    if (cname == nullptr || cname->rdata.empty()) break;
    chain.aliases.emplace_back(chain.end, *cname);
    chain.end = cname->rdata[0].names[0];
    chain.found = find_name(*zone_, chain.end);
    const bool goes_on =
        chain.found.match == Match::kExact || chain.found.match == Match::kWildcard;
    if (!goes_on) break;
    here = chain.found.name;
  }
  return chain;
}

Answer CatalogBuilder::chain_answer(const DnsName& base,
                                    const Chain& chain,
                                    const RecordSet* end) const {
  AnswerWriter writer(base);
  add_aliases(writer, chain.aliases);
  Rcode rcode = Rcode::kNoError;
  if (end != nullptr) {
    writer.add(Section::kAnswer, chain.end, *end);
  } else if (chain.found.match == Match::kDelegated) {
    add_referral(writer, *chain.found.owner);
  } else if (chain.found.match != Match::kOutside) {
    if (chain.found.match == Match::kNone) rcode = Rcode::kNxDomain;
    writer.add(Section::kAuthority, zone_->apex, zone_->negative_soa);
  }
  return writer.finish(true, rcode);
}

void CatalogBuilder::add_referral(AnswerWriter& writer, const DnsName& cut) const {
  const RecordSet& servers = *zone_->names.at(cut).find(kTypeNs);
  writer.add(Section::kAuthority, cut, servers);
  // Without the addresses of servers below the cut nobody could reach them (RFC 9471).
  for (const Rdata& server : servers.rdata) {
    const auto glue = zone_->names.find(server.names[0]);
    if (glue == zone_->names.end()) continue;
    for (const std::uint16_t type : {kTypeA, kTypeAaaa}) {
      const RecordSet* addresses = glue->second.find(type);
      if (addresses != nullptr) writer.add(Section::kAdditional, glue->first, *addresses);
    }
  }
}

std::uint32_t CatalogBuilder::referral(const DnsName& cut) {
  AnswerWriter writer(cut);
  add_referral(writer, cut);
  return put(writer.finish(false, Rcode::kNoError));
}

std::uint32_t CatalogBuilder::denial(Rcode rcode) {
  AnswerWriter writer(zone_->apex);
  writer.add(Section::kAuthority, zone_->apex, zone_->negative_soa);
  return put(writer.finish(true, rcode));
}

}  // namespace holdfast::codec::dns

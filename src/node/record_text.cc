#include "node/record_text.h"

#include <algorithm>

#include "core/durability/mixing.h"

namespace holdfast::node {

std::string member_text(const model::Site& site,
                        const model::Cluster& cluster,
                        core::Incarnation who) {
  if (!who.is_set() || who.member >= cluster.members.size()) return "nobody";
  return site.hosts[cluster.members[who.member].host].name;
}

namespace {

std::string sync_text(const model::Site& site,
                      const model::Cluster& cluster,
                      const core::Pair& pair) {
  if (pair.w <= 0) return "writes wait for nobody else";
  if (pair.w > pair.s.count()) return "writes wait until more members have joined";
  std::string text = "writes wait for " + std::to_string(pair.w) + " of ";
  for (std::size_t i = 0; i < pair.s.size(); ++i) {
    if (i > 0) text += ", ";
    text += member_text(site, cluster, pair.s[i]);
  }
  return text;
}

}  // namespace

std::string record_text(const model::Site& site,
                        const model::Cluster& cluster,
                        const core::Record& record) {
  std::string text = "Epoch " + std::to_string(record.key.epoch.value) + ", " +
                     core::phase_name(record.phase) + ": ";
  const core::Pair* newest = core::newest_pair(record);
  switch (record.phase) {
    case core::Phase::kSteady: text += member_text(site, cluster, record.primary) + " leads"; break;
    case core::Phase::kSealing:
      text += "nobody leads, " + member_text(site, cluster, record.primary) + " led (" +
              core::cause_name(record.cause) + ")";
      break;
    case core::Phase::kPromoting:
      text += member_text(site, cluster, record.target) + " is to lead";
      break;
  }
  if (newest != nullptr) text += "; " + sync_text(site, cluster, *newest);
  if (record.pairs.size() > 1)
    text += "; " + std::to_string(record.pairs.size()) + " sets are recorded";
  if (record.handover)
    text += "; it hands over to " + member_text(site, cluster, record.handover->to);
  if (record.halted) text += "; automatic failover is halted";
  return text + '.';
}

const core::Rule* find_rule(std::string_view id) {
  for (const core::RuleTable& table : core::rule_tables()) {
    const auto found = std::find_if(table.rules.begin(),
                                    table.rules.end(),
                                    [&](const core::Rule* rule) { return rule->id == id; });
    if (found != table.rules.end()) return *found;
  }
  return nullptr;
}

const char* operator_verb_name(core::OperatorVerb verb) {
  switch (verb) {
    case core::OperatorVerb::kSwitchover: return "switchover";
    case core::OperatorVerb::kFailover: return "failover";
    case core::OperatorVerb::kApprove: return "approve";
    case core::OperatorVerb::kResume: return "resume";
    case core::OperatorVerb::kAcceptLoss: return "accept loss";
  }
  return "unknown";
}

model::Durability protection_now(const core::ClusterPolicy& policy, const core::Record& record) {
  if (record.phase != core::Phase::kSteady) return model::Durability::kNone;
  model::Durability least = model::Durability::kRegion;
  for (const core::Pair& pair : record.pairs) {
    least = std::min(least, core::protection_of(policy, record.primary, pair.s, pair.w));
  }
  return least;
}

const char* durability_name(model::Durability durability) {
  switch (durability) {
    case model::Durability::kNone: return "none";
    case model::Durability::kZone: return "zone";
    case model::Durability::kRegion: return "region";
  }
  return "none";
}

}  // namespace holdfast::node

#include "codec/site_summary.h"

#include <algorithm>

#include "model/admissible.h"
#include "model/schema.h"
#include "model/words.h"

namespace holdfast::codec {
namespace {

using model::Cluster;
using model::Durability;
using model::Index;
using model::Site;

/// One possible primary of a cluster.
struct Lead {
  std::string host;
  bool after_loss = false;  ///< leads only after a lossy takeover
  int w = 0;
  std::vector<std::string> set;
  std::string_view survives;
  std::vector<std::string> pauses;
};

std::string_view survival_words(const model::SyncShape& shape) {
  switch (shape.protects) {
    case Durability::kRegion: return "any one region";
    case Durability::kZone: return "any one zone";
    case Durability::kNone: break;
  }
  return shape.w > 0 ? "any one host" : "nothing";
}

std::vector<Lead> leads_of(const Site& site, const Cluster& cluster) {
  std::vector<Lead> leads;
  for (Index i = 0; i < cluster.members.size(); ++i) {
    const model::Member& member = cluster.members[i];
    if (!member.may_lead) continue;
    const model::SyncShape shape = model::sync_shape(site, cluster, i);
    Lead lead;
    lead.host = site.hosts[member.host].name;
    lead.after_loss = member.asynchronous && cluster.durability != Durability::kNone;
    lead.w = shape.w;
    for (const Index other : shape.set) {
      lead.set.push_back(site.hosts[cluster.members[other].host].name);
    }
    lead.survives = survival_words(shape);
    for (const model::Loss& loss : model::pausing_losses(site, cluster, i, shape)) {
      lead.pauses.push_back(model::loss_text(site, loss));
    }
    leads.push_back(std::move(lead));
  }
  return leads;
}

std::string acknowledged_by(const Lead& lead) {
  if (lead.w == 0) return "nobody else";
  if (lead.set.size() == 1) return lead.set.front();
  return std::to_string(lead.w) + " of " + model::join_words(lead.set);
}

/// One line for each primary, in columns.
std::string leads_text(const std::vector<Lead>& leads) {
  std::size_t host_width = 0;
  std::size_t who_width = 0;
  for (const Lead& lead : leads) {
    host_width = std::max(host_width, lead.host.size());
    who_width = std::max(who_width, acknowledged_by(lead).size());
  }
  std::string text;
  for (const Lead& lead : leads) {
    const std::string who = acknowledged_by(lead);
    text += "    " + lead.host + std::string(host_width - lead.host.size(), ' ');
    text += "  acknowledged by " + who + std::string(who_width - who.size(), ' ');
    text += "  survives " + std::string(lead.survives);
    if (!lead.pauses.empty())
      text += "; pauses at the loss of " + model::join_words(lead.pauses, "or");
    if (lead.after_loss) text += "; leads only after a takeover with loss";
    text += '\n';
  }
  return text;
}

std::string_view lost_standbys_words(const Cluster& cluster) {
  if (cluster.durability == Durability::kNone) return "no write waits for a standby";
  return cluster.on_lost_standbys == model::OnLostStandbys::kBlock
             ? "without enough standbys writes wait"
             : "without enough standbys it goes on, exposed";
}

std::vector<std::string> kept_in(const Site& site, const Cluster& cluster) {
  std::vector<std::string> names;
  for (const model::DataClass& data_class : site.data_classes) {
    if (data_class.kept != model::Kept::kCluster || data_class.cluster == model::kNoIndex) continue;
    if (&site.clusters[data_class.cluster] == &cluster) names.push_back(data_class.name);
  }
  return names;
}

/// The only region that holds data, or empty.
std::string only_data_region(const Site& site) {
  std::string only;
  for (const model::Region& region : site.regions) {
    if (region.witness) continue;
    if (!only.empty()) return {};
    only = region.name;
  }
  return only;
}

void write_names(JsonWriter& json, std::string_view key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) json.value(name);
  json.end_array();
}

}  // namespace

std::string summary_text(const Site& site) {
  std::string text = site.application + ": " + model::count_text(site.regions.size(), "region") +
                     ", " + model::count_text(site.zones.size(), "zone") + ", " +
                     model::count_text(site.hosts.size(), "host") + ", " +
                     model::count_text(site.clusters.size(), "cluster") + ", " +
                     model::count_text(site.data_classes.size(), "data class") + "\n";
  for (const Cluster& cluster : site.clusters) {
    const std::vector<std::string> kept = kept_in(site, cluster);
    text += "  cluster " + cluster.name + ", durability " +
            std::string(model::word_of(cluster.durability)) + "; " +
            std::string(lost_standbys_words(cluster));
    text += kept.empty() ? "\n" : "; keeps " + model::join_words(kept) + "\n";
    text += leads_text(leads_of(site, cluster));
  }
  const std::string only = only_data_region(site);
  if (!only.empty()) {
    text += "  nothing survives the loss of region " + only + ": no other region holds data\n";
  }
  return text;
}

void summary_json(const Site& site, JsonWriter& json) {
  json.begin_object().field("application", site.application);
  json.key("clusters").begin_array();
  for (const Cluster& cluster : site.clusters) {
    json.begin_object().field("name", cluster.name);
    json.field("durability", model::word_of(cluster.durability));
    json.field("on_lost_standbys", model::word_of(cluster.on_lost_standbys));
    write_names(json, "keeps", kept_in(site, cluster));
    json.key("primaries").begin_array();
    for (const Lead& lead : leads_of(site, cluster)) {
      json.begin_object().field("host", lead.host).field("w", lead.w);
      write_names(json, "s", lead.set);
      json.field("survives", lead.survives);
      write_names(json, "pauses_at_the_loss_of", lead.pauses);
      json.field("after_lossy_takeover_only", lead.after_loss).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
}

}  // namespace holdfast::codec

#include "drill/site_now.h"

#include <algorithm>

#include "codec/json_reader.h"

namespace holdfast::drill {
namespace {

using codec::Json;

bool yes(const Json& json) { return json.text == "true"; }

MemberNow read_member(const Json& json, const std::string& epoch) {
  MemberNow member;
  member.host = json.at("host").text;
  member.state = json.at("state").text;
  member.heard = yes(json.at("heard"));
  member.follows = member.heard && json.at("following_epoch").text == epoch;
  member.asynchronous = yes(json.at("asynchronous"));
  return member;
}

ClusterNow read_cluster(const Json& json) {
  ClusterNow cluster;
  cluster.name = json.at("name").text;
  cluster.epoch = json.at("epoch").integer();
  cluster.primary = json.at("primary").text;
  for (const Json& host : json.at("set").items) cluster.set.push_back(host.text);
  cluster.serves = json.at("phase").text == "steady" && yes(json.at("open"));
  cluster.protects =
      yes(json.at("protection").at("reached")) && json.at("sets_recorded").text == "1";
  for (const Json& member : json.at("members").items)
    cluster.members.push_back(read_member(member, json.at("epoch").text));
  return cluster;
}

template <class Wanted>
bool all(const std::vector<ClusterNow>& clusters, Wanted wanted) {
  return !clusters.empty() && std::all_of(clusters.begin(), clusters.end(), wanted);
}

}  // namespace

bool ClusterNow::followed() const {
  return serves && std::all_of(members.begin(), members.end(), [&](const MemberNow& it) {
           return it.host == primary || it.follows;
         });
}

bool SiteNow::all_serve() const {
  return all(clusters, [](const ClusterNow& it) { return it.serves; });
}

bool SiteNow::all_followed() const {
  return all(clusters, [](const ClusterNow& it) { return it.followed(); });
}

bool SiteNow::whole() const {
  return all(clusters, [](const ClusterNow& it) { return it.followed() && it.protects; });
}

const ClusterNow* SiteNow::find(const std::string& cluster) const {
  const auto found = std::find_if(
      clusters.begin(), clusters.end(), [&](const ClusterNow& it) { return it.name == cluster; });
  return found == clusters.end() ? nullptr : &*found;
}

Result<SiteNow> read_site_now(const std::string& text) {
  const Result<Json> json = codec::parse_json(text);
  if (!json) return tl::unexpected(json.error());
  SiteNow site;
  for (const Json& it : json->at("clusters").items) site.clusters.push_back(read_cluster(it));
  if (site.clusters.empty()) return fail(Errc::kCorrupt, "the status names no cluster");
  return site;
}

}  // namespace holdfast::drill

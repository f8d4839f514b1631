#include "node/status_json.h"

#include <cstdio>

#include "base/json_writer.h"
#include "node/controller_node.h"
#include "node/log.h"
#include "node/record_text.h"

namespace holdfast::node {
namespace {

std::string position_text(core::Position position) {
  char text[64];
  std::snprintf(text,
                sizeof text,
                "%llu:%llX/%08llX",
                static_cast<unsigned long long>(position.timeline.value),
                static_cast<unsigned long long>(position.lsn.value >> 32),
                static_cast<unsigned long long>(position.lsn.value & 0xffffffffU));
  return text;
}

/// A member's role in one word, as it is, not as it should be.
const char* role_word(const core::MemberReport& report) {
  if (report.fenced) return "fenced";
  if (report.state == core::PgState::kStandby && report.sealed_final) return "sealed";
  return core::pg_state_name(report.state);
}

struct ClusterView {
  const ControllerNode& node;
  const ControllerSeat& seat;
  const core::ControllerState& state;
  const core::Record* record;  ///< or null

  [[nodiscard]] const core::MemberView* member(int index) const {
    const auto place = static_cast<std::size_t>(index);
    return place < state.members.size() ? &state.members[place] : nullptr;
  }
  [[nodiscard]] bool heard(int index) const {
    const core::MemberView* view = member(index);
    return view != nullptr && since(view->heard, node.now()) < 2 * seat.policy.timing.detection;
  }
  [[nodiscard]] const core::MemberReport* leader() const {
    if (record == nullptr || !record->leader().is_set()) return nullptr;
    const core::MemberView* view = member(record->leader().member);
    const bool same = view != nullptr && view->report.self == record->leader();
    return same && heard(record->leader().member) ? &view->report : nullptr;
  }
};

void write_member(JsonWriter& json, const ClusterView& it, int index) {
  const core::MemberView* view = it.member(index);
  const core::MemberReport report = view == nullptr ? core::MemberReport{} : view->report;
  const model::Host& host =
      it.node.site().hosts[it.seat.policy.members[static_cast<std::size_t>(index)].host];
  json.begin_object();
  json.field("host", std::string_view(host.name));
  json.field("zone", std::string_view(it.node.site().zones[host.zone].name));
  json.field("asynchronous", it.seat.policy.members[static_cast<std::size_t>(index)].asynchronous);
  json.field("heard", it.heard(index));
  if (view != nullptr && view->heard != kLongAgo)
    json.field("heard_ms_ago", to_ms(since(view->heard, it.node.now())));
  json.field("state", role_word(report));
  json.field("life", static_cast<std::uint64_t>(report.self.life));
  json.field("open", report.open);
  json.field("sick", report.sick);
  json.field("regressed", report.regressed);
  json.field("position", std::string_view(position_text(report.position)));
  const core::MemberReport* leader = it.leader();
  if (leader != nullptr && report.self.is_set() && leader->self != report.self) {
    for (const core::SenderReport& sender : leader->senders) {
      if (sender.standby != report.self) continue;
      const auto ahead = leader->position.lsn.value;
      const auto flushed = sender.flushed.value;
      json.field("lag_bytes", ahead > flushed ? ahead - flushed : std::uint64_t{0});
    }
  }
  json.field("replay_lag_ms", to_ms(report.replay_lag));
  json.field("following_epoch", report.following.value);
  json.field("sealed_epoch", report.sealed.value);
  json.field("trouble", std::string_view(it.seat.line(index).trouble));
  json.end_object();
}

void write_set(JsonWriter& json, const ClusterView& it) {
  const core::Pair* newest = core::newest_pair(*it.record);
  json.key("set").begin_array();
  if (newest != nullptr) {
    for (const core::Incarnation& who : newest->s)
      json.value(std::string_view(member_text(it.node.site(), it.seat.config(), who)));
  }
  json.end_array();
  json.field("quorum", newest == nullptr ? 0 : newest->w);
  json.field("sets_recorded", static_cast<int>(it.record->pairs.size()));
}

void write_record(JsonWriter& json, const ClusterView& it) {
  const core::Record& record = *it.record;
  const model::Site& site = it.node.site();
  json.field("epoch", record.key.epoch.value);
  json.field("revision", record.key.revision.value);
  json.field("phase", core::phase_name(record.phase));
  json.field("cause", core::cause_name(record.cause));
  json.field("changed_at", std::string_view(wall_text(record.changed_at)));
  json.field("primary", std::string_view(member_text(site, it.seat.config(), record.leader())));
  const core::MemberReport* leader = it.leader();
  json.field("open", leader != nullptr && leader->open);
  json.field("halted", record.halted);
  json.field(
      "handover_to",
      std::string_view(record.handover ? member_text(site, it.seat.config(), record.handover->to)
                                       : std::string{}));
  write_set(json, it);
}

std::string protection_words(const ClusterView& it) {
  if (it.record == nullptr) return "There is no record: the cluster was never created.";
  if (it.record->phase != core::Phase::kSteady)
    return "The leadership is changing; nothing is acknowledged until it is settled.";
  const model::Durability now = protection_now(it.seat.policy, *it.record);
  if (now == model::Durability::kNone)
    return "An acknowledged write is on the primary alone or survives no loss for certain.";
  return std::string("An acknowledged write survives the loss of any one ") + durability_name(now) +
         '.';
}

void write_protection(JsonWriter& json, const ClusterView& it) {
  const model::Durability declared = it.seat.policy.durability;
  model::Durability now = model::Durability::kNone;
  if (it.record != nullptr) now = protection_now(it.seat.policy, *it.record);
  json.key("protection").begin_object();
  json.field("declared", durability_name(declared));
  json.field("now", durability_name(now));
  json.field("reached", now >= declared);
  json.field("text", std::string_view(protection_words(it)));
  json.end_object();
  if (it.seat.policy.lossy_takeover && it.record != nullptr && !it.record->candidates.empty())
    json.field("exposure_ms", to_ms(it.state.exposure));
}

void write_cluster(JsonWriter& json, const ClusterView& it) {
  json.begin_object();
  json.field("name", std::string_view(it.seat.config().name));
  json.field("created", it.record != nullptr);
  if (it.record != nullptr) write_record(json, it);
  write_protection(json, it);
  json.key("members").begin_array();
  for (int i = 0; i < it.seat.policy.count(); ++i) write_member(json, it, i);
  json.end_array();
  if (const core::Rule* rule = it.seat.driver.rule()) {
    json.field("rule", rule->id);
    json.field("rule_text", rule->sentence);
  }
  if (const LoggedEvent* last = it.node.events().last_of(it.seat.config().name)) {
    json.key("last_event");
    write_event(json, *last);
  }
  json.end_object();
}

}  // namespace

net::HttpResponse status_response(const ControllerNode& node) {
  JsonWriter json;
  json.begin_object();
  json.field("application", std::string_view(node.site().application));
  json.field("controller", std::string_view(node.host()));
  json.field("at", std::string_view(wall_text(node.wall())));
  json.field("store_leader", std::string_view(node.store_leader()));
  json.key("clusters").begin_array();
  for (std::size_t i = 0; i < node.site().clusters.size(); ++i) {
    const ControllerSeat& seat = node.seat(static_cast<int>(i));
    write_cluster(json, {node, seat, seat.driver.state(), seat.driver.record().get()});
  }
  json.end_array().end_object();
  net::HttpResponse response;
  response.body = json.text();
  return response;
}

}  // namespace holdfast::node

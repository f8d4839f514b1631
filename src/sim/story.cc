#include "sim/story.h"

#include <cstdio>

#include "sim/plan.h"

namespace holdfast::sim {

void Story::say(SimTime t, const std::string& text) {
  if (lines_.size() >= kLinesMax) return;
  char time[32];
  std::snprintf(time, sizeof time, "%10.4f  ", to_ms(t.time_since_epoch()) / 1000.0);
  lines_.push_back(time + text);
}

std::string Story::name_of(MemberRef member) const {
  const model::Cluster& cluster = site_.clusters[static_cast<std::size_t>(member.cluster)];
  const model::Member& it = cluster.members[static_cast<std::size_t>(member.member)];
  return cluster.name + '@' + site_.hosts[it.host].name;
}

std::string Story::name_of(int cluster, core::Incarnation who) const {
  const auto& members = site_.clusters[static_cast<std::size_t>(cluster)].members;
  if (!who.is_set() || who.member >= members.size()) return "nobody";
  return site_.hosts[members[who.member].host].name + '-' + std::to_string(who.life % 1000);
}

std::string Story::text_of_record(int cluster, const core::Record& record) const {
  std::string text =
      site_.clusters[static_cast<std::size_t>(cluster)].name + " record " +
      std::to_string(record.key.store.value) + '/' + std::to_string(record.key.epoch.value) + '/' +
      std::to_string(record.key.revision.value) + ' ' + core::phase_name(record.phase) +
      " primary " + name_of(cluster, record.primary);
  if (record.target.is_set()) text += " target " + name_of(cluster, record.target);
  text += " cause " + std::string(core::cause_name(record.cause)) + " timeline " +
          std::to_string(record.timeline().value);
  for (const core::Pair& pair : record.pairs) {
    text += " [" + std::to_string(pair.id.value) + " e" + std::to_string(pair.epoch.value) + ": " +
            std::to_string(pair.w) + " of";
    for (const core::Incarnation& who : pair.s) text += ' ' + name_of(cluster, who);
    text += ']';
  }
  if (record.lossy) text += " lossy";
  if (record.depose) text += " depose";
  if (record.halted) text += " halted";
  if (record.handover) text += " handover to " + name_of(cluster, record.handover->to);
  return text;
}

void Story::on_record(SimTime t,
                      int cluster,
                      const core::RecordPtr&,
                      const core::RecordPtr& after) {
  if (after != nullptr) say(t, text_of_record(cluster, *after));
}

void Story::on_leading(SimTime t,
                       MemberRef member,
                       core::Incarnation,
                       Epoch epoch,
                       Timeline timeline,
                       Lsn fork,
                       bool in_place) {
  say(t,
      name_of(member) + " leads epoch " + std::to_string(epoch.value) + " on timeline " +
          std::to_string(timeline.value) + (in_place ? " in place at " : " from ") +
          std::to_string(fork.value));
}

void Story::on_open(SimTime t, MemberRef member, core::Incarnation, Epoch epoch, bool open) {
  say(t,
      name_of(member) + (open ? " lets clients in, epoch " : " is closed, epoch ") +
          std::to_string(epoch.value));
}

void Story::on_core_event(SimTime t, int cluster, int host, const core::Event& event) {
  const auto index = static_cast<std::size_t>(host);
  const std::string where = index < site_.hosts.size()
                                ? site_.hosts[index].name
                                : "controller " + std::to_string(index - site_.hosts.size());
  const std::string which =
      cluster < 0 ? "site" : site_.clusters[static_cast<std::size_t>(cluster)].name;
  say(t, "  " + where + ", " + which + ": " + event.rule->id + ' ' + event.rule->sentence);
}

void Story::on_fault(SimTime t, const Fault& fault, bool begins) {
  say(t, std::string(begins ? "FAULT " : "HEAL  ") + text_of_fault(site_, fault));
}

}  // namespace holdfast::sim

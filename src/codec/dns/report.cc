#include "codec/dns/report.h"

#include <vector>

#include "model/schema.h"
#include "model/words.h"

namespace holdfast::codec::dns {
namespace {

using model::DnsName;

std::vector<std::string> addresses_of(const model::Dns& dns, const core::dns::Decision& decision) {
  std::vector<std::string> addresses;
  for (const model::DnsChoice& choice : decision.targets) {
    const model::DnsTarget& target = dns.targets[choice.target];
    const std::string weight =
        decision.draws_one ? " (weight " + std::to_string(choice.weight) + ')' : "";
    for (const std::string& address : target.addresses) addresses.push_back(address + weight);
  }
  return addresses;
}

DnsName apex_of(const model::DnsZone& zone) {
  return DnsName::parse(zone.apex, DnsName()).value_or(DnsName());
}

std::string separated(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(separator)) + word;
  return text;
}

/// "a record", for the parent zone's file.
std::string line_of(std::string_view owner, std::string_view type, std::string_view data) {
  return "    " + std::string(owner) + ".  " + std::string(type) + "  " + std::string(data) + '\n';
}

std::string delegation_text(const model::DnsZone& zone) {
  const DnsName apex = apex_of(zone);
  std::string text;
  std::string glue;
  for (const std::string& server : zone.name_servers) {
    const auto name = DnsName::parse(server, apex);
    if (!name) continue;
    text += line_of(apex.text(), "NS", name->text() + '.');
    for (const model::DnsRecord& record : zone.records) {
      const bool address =
          record.type == model::DnsType::kA || record.type == model::DnsType::kAaaa;
      if (!address || DnsName::parse(record.name, apex) != name) continue;
      for (const std::string& value : record.values) {
        glue += line_of(name->text(), model::word_of(record.type), value);
      }
    }
  }
  return text + glue;
}

}  // namespace

std::string full_name(const model::DnsZone& zone, const model::DnsAnswer& answer) {
  const auto name = DnsName::parse(answer.name, apex_of(zone));
  return name ? name->text() : answer.name;
}

std::string change_text(const model::Dns& dns,
                        std::string_view name,
                        const core::dns::Decision& decision) {
  return std::string(name) + " -> " + separated(addresses_of(dns, decision), " ") + ", TTL " +
         model::duration_text(decision.ttl) + ": " + decision.rule->id + ' ' +
         decision.rule->sentence;
}

void decision_json(const model::Dns& dns, const core::dns::Decision& decision, JsonWriter& json) {
  json.field("rule", decision.rule->id).field("sentence", decision.rule->sentence);
  json.field("ttl_s", static_cast<std::int64_t>(decision.ttl / 1s));
  json.field("fails_open", decision.fails_open);
  json.key("targets").begin_array();
  for (const model::DnsChoice& choice : decision.targets) {
    const model::DnsTarget& target = dns.targets[choice.target];
    json.begin_object().field("name", target.name);
    if (decision.draws_one) json.field("weight", choice.weight);
    json.key("addresses").begin_array();
    for (const std::string& address : target.addresses) json.value(address);
    json.end_array().end_object();
  }
  json.end_array();
}

std::string answers_text(const Board& board) {
  std::string text;
  for (const Standing& standing : board.names()) {
    const core::dns::Decision& decision = standing.decision;
    text += full_name(*standing.zone, *standing.answer) + "  " +
            std::string(model::word_of(standing.answer->policy));
    const std::string& group = standing.answer->groups[decision.group].name;
    if (!group.empty()) text += ", " + group;
    text += ", TTL " + model::duration_text(decision.ttl) + '\n';
    for (const std::string& address : addresses_of(board.dns(), decision)) {
      text += "    " + address + '\n';
    }
    text += std::string("  ") + decision.rule->id + "  " + decision.rule->sentence + '\n';
  }
  return text.empty() ? "No name follows targets.\n" : text;
}

std::string answers_json(const Board& board) {
  JsonWriter json(2);
  json.begin_object().key("names").begin_array();
  for (const Standing& standing : board.names()) {
    json.begin_object().field("name", full_name(*standing.zone, *standing.answer));
    json.field("policy", model::word_of(standing.answer->policy));
    json.field("group", standing.answer->groups[standing.decision.group].name);
    decision_json(board.dns(), standing.decision, json);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text() + '\n';
}

std::string zones_text(const model::Dns& dns) {
  std::string text;
  for (const model::DnsZone& zone : dns.zones) {
    text += apex_of(zone).text() + ": " + model::count_text(zone.answers.size(), "name") +
            " that follow targets, " + model::count_text(zone.records.size(), "fixed record set") +
            "; TTL " + model::duration_text(zone.min_ttl) + " to " +
            model::duration_text(zone.max_ttl) + ", negative " +
            model::duration_text(zone.negative_ttl) + '\n';
    text += "  its parent delegates it with\n" + delegation_text(zone);
  }
  return text;
}

}  // namespace holdfast::codec::dns

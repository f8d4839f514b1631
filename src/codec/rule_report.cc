#include "codec/rule_report.h"

#include <string_view>

#include "base/json_writer.h"
#include "core/rule.h"

namespace holdfast::codec {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::string_view kIndent = "        ";

/// The sentence from column 8 on, broken between words.
void append_wrapped(std::string& text, std::string_view sentence) {
  const std::size_t room = kWidth - kIndent.size();
  while (sentence.size() > room) {
    const std::size_t space = sentence.rfind(' ', room);
    text += std::string(sentence.substr(0, space)) + '\n' + std::string(kIndent);
    sentence.remove_prefix(space + 1);
  }
  text += std::string(sentence) + '\n';
}

}  // namespace

std::string rules_text() {
  std::string text =
      "Each table is read from the top; the first row that matches decides. Events name their "
      "row.\n";
  for (const core::RuleTable& table : core::rule_tables()) {
    text += '\n' + std::string(table.name) + ": " + table.question + '\n';
    for (const core::Rule* rule : table.rules) {
      text += "  " + std::string(rule->id) + "  ";
      append_wrapped(text, rule->sentence);
    }
  }
  return text;
}

std::string rules_json() {
  JsonWriter json(2);
  json.begin_object().key("tables").begin_array();
  for (const core::RuleTable& table : core::rule_tables()) {
    json.begin_object().field("name", table.name).field("question", table.question);
    json.key("rules").begin_array();
    for (const core::Rule* rule : table.rules) {
      json.begin_object().field("id", rule->id).field("sentence", rule->sentence).end_object();
    }
    json.end_array().end_object();
  }
  return json.end_array().end_object().text() + '\n';
}

}  // namespace holdfast::codec

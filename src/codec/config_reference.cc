#include "codec/config_reference.h"

#include "codec/schema_words.h"
#include "codec/units.h"
#include "model/schema.h"
#include "model/validate.h"

namespace holdfast::codec {
namespace {

using model::Field;
using model::FieldType;
using model::ObjectSchema;

constexpr std::string_view kHead = R"(# The site file

One YAML file describes one site. `holdfast check FILE` says everything that is wrong with it, each
with its line and column, and what a valid site protects against; `holdfast check --schema` prints a
JSON Schema for editors. Complete files to start from are in `examples/`.

The file is plain YAML: no anchors, aliases, tags or second documents, every key once, at most 1 MiB
and 32 levels deep. A key that is not listed here is an error.

| Kind | Written as |
|---|---|
)";

constexpr std::string_view kMiddle = R"(| percentage | a number and `%`, as in `0.1%` |
| name | a lower-case letter, then lower-case letters, digits and single hyphens, at most 40 |

)";

constexpr std::string_view kChecks = R"(## What is checked besides

An error makes the file invalid; a warning does not. The identifier stands at the end of each
message.

| Identifier | | Why |
|---|---|---|
)";

/// "us, ms" as "`us` `ms`".
std::string code_list(std::string_view units) {
  std::string text = "`";
  for (const char c : units) {
    if (c == ',') {
      text += "`,";
    } else if (c == ' ') {
      text += " `";
    } else {
      text += c;
    }
  }
  return text + '`';
}

bool is_used(FieldType type) {
  for (const ObjectSchema* schema : model::object_schemas()) {
    for (const Field& field : schema->fields) {
      if (field.type == type) return true;
    }
  }
  return false;
}

std::string type_cell(const Field& field) {
  if (field.type == FieldType::kEnum) {
    std::string text;
    for (const model::Choice& choice : field.choices) {
      text += (text.empty() ? "`" : ", `") + std::string(choice.text) + '`';
    }
    return text;
  }
  std::string text;
  switch (field.type) {
    case FieldType::kReference:
      text = "name of a " + std::string(model::target_word(field.target));
      break;
    case FieldType::kList: text = "list of " + std::string(field.object->name) + 's'; break;
    case FieldType::kMap: text = "names to " + std::string(field.object->name); break;
    case FieldType::kObject: text = std::string(field.object->name); break;
    case FieldType::kBool: text = "`true`, `false`"; break;
    case FieldType::kDuration:
    case FieldType::kSize:
    case FieldType::kPercent:
    case FieldType::kInt:
    case FieldType::kString:
    case FieldType::kNames:
    case FieldType::kTexts:
    case FieldType::kEnum:
      text = type_text(field.type);
      if (text.starts_with("a ")) text.erase(0, 2);
      break;
  }
  const std::string range = range_text(field);
  return range.empty() ? text : text + ", " + range;
}

std::string default_cell(const Field& field) {
  if (field.required) return "required";
  if (field.default_text.empty()) return "";
  const bool words = field.default_text.find(' ') != std::string_view::npos ||
                     field.type == FieldType::kMap || field.type == FieldType::kReference;
  const std::string text(field.default_text);
  return words ? text : '`' + text + '`';
}

std::string meaning_cell(const Field& field) {
  std::string text(field.description);
  if (field.type != FieldType::kEnum) return text;
  for (const model::Choice& choice : field.choices) {
    text += " `" + std::string(choice.text) + "`: " + std::string(choice.description) + '.';
  }
  return text;
}

std::string object_section(const ObjectSchema& schema) {
  std::string title(schema.name);
  if (title[0] >= 'a') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  std::string text = "## " + title + "\n\n" + std::string(schema.description) + "\n";
  if (!schema.exactly_one_of.empty()) {
    text += "Exactly one of ";
    for (std::size_t i = 0; i < schema.exactly_one_of.size(); ++i) {
      text += (i == 0 ? "`" : ", `") + std::string(schema.exactly_one_of[i]) + '`';
    }
    text += " is given.\n";
  }
  text += "\n| Key | Type | Default | Meaning |\n|---|---|---|---|\n";
  for (const Field& field : schema.fields) {
    text += "| `" + std::string(field.name) + "` | " + type_cell(field) + " | " +
            default_cell(field) + " | " + meaning_cell(field) + " |\n";
  }
  return text + '\n';
}

}  // namespace

std::string config_reference() {
  std::string text(kHead);
  text += "| duration | a number and one of " + code_list(kDurationUnits) + ", or `0` |\n";
  if (is_used(FieldType::kSize))
    text += "| size | a number and one of " + code_list(kSizeUnits) + ", or `0` |\n";
  text += kMiddle;
  for (const ObjectSchema* schema : model::object_schemas()) text += object_section(*schema);
  text += kChecks;
  for (const model::Rule* rule : model::validation_rules()) {
    const bool error = rule->gravity == model::Gravity::kError;
    text += "| `" + std::string(rule->id) + "` | " + (error ? "error" : "warning") + " | " +
            std::string(rule->sentence) + " |\n";
  }
  return text;
}

}  // namespace holdfast::codec

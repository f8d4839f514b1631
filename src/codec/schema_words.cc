#include "codec/schema_words.h"

#include <algorithm>

#include "codec/diagnostic.h"
#include "codec/units.h"
#include "model/words.h"

namespace holdfast::codec {
namespace {

using model::Field;
using model::FieldType;

constexpr std::size_t kNamesShown = 8;

std::string choices_text(const Field& field) {
  std::vector<std::string> words;
  for (const model::Choice& choice : field.choices) words.emplace_back(choice.text);
  return model::join_words(words, "or");
}

/// Without the range.
std::string base_text(const Field& field) {
  switch (field.type) {
    case FieldType::kString: return "text";
    case FieldType::kDuration:
      return "a number with one of " + std::string(kDurationUnits) + ", or 0";
    case FieldType::kSize: return "a number with one of " + std::string(kSizeUnits) + ", or 0";
    case FieldType::kPercent: return "a number followed by %";
    case FieldType::kBool: return "true or false";
    case FieldType::kInt: return "a whole number";
    case FieldType::kEnum: return choices_text(field);
    case FieldType::kReference:
      return "the name of a " + std::string(model::target_word(field.target));
    case FieldType::kNames: return "a list of names";
    case FieldType::kTexts: return "a list of texts";
    case FieldType::kList: return "a list, each item a " + std::string(field.object->name);
    case FieldType::kMap: return "names, each with a " + std::string(field.object->name);
    case FieldType::kObject: return "fields of '" + std::string(field.object->name) + "'";
  }
  return {};
}

/// What the bounds count, after the numbers.
std::string_view counted(FieldType type) {
  if (type == FieldType::kString) return " bytes";
  const bool many = type == FieldType::kNames || type == FieldType::kTexts ||
                    type == FieldType::kList || type == FieldType::kMap;
  return many ? " items" : "";
}

}  // namespace

std::string_view type_text(FieldType type) {
  switch (type) {
    case FieldType::kString: return "text";
    case FieldType::kDuration: return "a duration";
    case FieldType::kSize: return "a size";
    case FieldType::kPercent: return "a percentage";
    case FieldType::kBool: return "true or false";
    case FieldType::kInt: return "a whole number";
    case FieldType::kEnum: return "one of a few words";
    case FieldType::kReference: return "a name";
    case FieldType::kNames: return "a list of names";
    case FieldType::kTexts: return "a list of texts";
    case FieldType::kList: return "a list";
    case FieldType::kMap: return "a map of names";
    case FieldType::kObject: return "a map of fields";
  }
  return {};
}

std::string allowed_text(const Field& field) {
  const std::string range = range_text(field);
  return base_text(field) + (range.empty() ? "" : ", " + range);
}

std::string range_text(const Field& field) {
  const std::string min(field.range.min);
  const std::string max(field.range.max);
  const std::string noun(counted(field.type));
  if (!min.empty() && !max.empty()) return "from " + min + " to " + max + noun;
  if (!min.empty()) return "at least " + min + (min == "1" && !noun.empty() ? " item" : noun);
  if (!max.empty()) return "at most " + max + noun;
  return {};
}

std::vector<std::string> split_names(const model::ObjectSchema& schema) {
  std::vector<std::string> names;
  for (const Field& field : schema.fields) names.emplace_back(field.name);
  return names;
}

std::string field_names(const model::ObjectSchema& schema) {
  return model::join_words(split_names(schema), "or");
}

std::string some_of(const std::vector<std::string>& names) {
  if (names.empty()) return "none is defined";
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
    const std::string quoted = quote(names[i]);
    shown.push_back(quoted.substr(1, quoted.size() - 2));
  }
  if (names.size() <= kNamesShown) return model::join_words(shown, "or");
  shown.push_back(std::to_string(names.size() - kNamesShown) + " more");
  return model::join_words(shown);
}

std::string lower_first(std::string_view sentence) {
  std::string text(sentence);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 32);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace holdfast::codec

#include "codec/schema_check.h"

#include <algorithm>
#include <utility>

#include "codec/nearest.h"
#include "codec/schema_words.h"
#include "codec/units.h"
#include "model/words.h"

namespace holdfast::codec {
namespace {

using model::Field;
using model::FieldType;
using model::ObjectSchema;

bool has_no_value(const Node& node) {
  if (node.kind != Node::Kind::kScalar || node.quoted) return false;
  return node.text.empty() || node.text == "~" || node.text == "null";
}

std::string found_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kList: return "a list";
    case Node::Kind::kMap: return "a map";
    case Node::Kind::kScalar:
    case Node::Kind::kBroken: break;
  }
  if (has_no_value(node)) return "nothing";
  return (node.quoted ? "the text " : "") + quote(node.text);
}

/// Of a list without objects.
std::string_view item_word(FieldType type) { return type == FieldType::kNames ? "name" : "text"; }

/// A reference, looked up once all definitions have been checked.
struct PendingReference {
  const Node* node;
  const Field* field;
  model::FieldPath path;
};

class Checker {
 public:
  Checker(const SiteNames& names, SchemaCheck& result) : names_(names), result_(result) {}

  void root(const Node& node, const ObjectSchema& schema) {
    object(node, schema, node.place);
    const std::set<model::FieldPath> damaged = result_.damaged;
    const bool zones_doubtful =
        std::any_of(damaged.begin(), damaged.end(), [](const model::FieldPath& part) {
          return part[0] == "regions";
        });
    for (PendingReference& pending : references_) {
      path_ = std::move(pending.path);
      reference(*pending.node, *pending.field, zones_doubtful);
    }
  }

 private:
  void object(const Node& node, const ObjectSchema& schema, Place around) {
    if (node.kind == Node::Kind::kBroken) return;
    if (node.kind == Node::Kind::kScalar && !schema.shorthand.empty() && !has_no_value(node)) {
      return value(node, *schema.find(schema.shorthand), node.place);
    }
    if (node.kind != Node::Kind::kMap) {
      return report(node.place,
                    "read.type",
                    "a " + std::string(schema.name) + " is wanted, found " + found_text(node),
                    "a " + std::string(schema.name) + " has fields",
                    field_names(schema));
    }
    for (const Entry& entry : node.entries) known_field(entry, schema);
    for (const Field& field : schema.fields) {
      if (field.required && node.find(field.name) == nullptr) missing(field, schema, around);
    }
    exactly_one(node, schema, around);
  }

  void known_field(const Entry& entry, const ObjectSchema& schema) {
    const Field* field = schema.find(entry.key);
    path_.push_back(entry.key);
    if (field != nullptr) {
      value(entry.value, *field, entry.key_place);
    } else {
      const std::string meant = nearest(entry.key, split_names(schema));
      report(entry.key_place,
             "read.unknown-key",
             "unknown key " + quote(entry.key) + " in a " + std::string(schema.name),
             meant.empty() ? "an ignored key would be a silent mistake"
                           : "did you mean '" + meant + "'?",
             field_names(schema));
    }
    path_.pop_back();
  }

  void missing(const Field& field, const ObjectSchema& schema, Place around) {
    path_.push_back(std::string(field.name));
    report(around,
           "read.missing",
           "key '" + std::string(field.name) + "' is missing in this " + std::string(schema.name),
           lower_first(field.description),
           allowed_text(field));
    path_.pop_back();
  }

  void exactly_one(const Node& node, const ObjectSchema& schema, Place around) {
    if (schema.exactly_one_of.empty()) return;
    std::vector<std::string> keys;
    std::vector<std::string> present;
    for (const std::string_view key : schema.exactly_one_of) {
      keys.emplace_back(key);
      if (node.find(key) != nullptr) present.emplace_back(key);
    }
    if (present.size() == 1) return;
    report(around,
           "read.one-of",
           present.empty() ? "none of the keys " + model::join_words(keys) + " is given"
                           : "keys " + model::join_words(present) + " exclude each other",
           "each " + std::string(schema.name) + " is kept in one place",
           "exactly one of " + model::join_words(keys, "or"));
  }

  void value(const Node& node, const Field& field, Place around) {
    if (node.kind == Node::Kind::kBroken) return damage();
    switch (field.type) {
      case FieldType::kNames:
      case FieldType::kTexts:
      case FieldType::kList: return list(node, field);
      case FieldType::kMap: return map(node, field, around);
      case FieldType::kObject: return object(node, *field.object, around);
      case FieldType::kString:
      case FieldType::kDuration:
      case FieldType::kSize:
      case FieldType::kPercent:
      case FieldType::kBool:
      case FieldType::kInt:
      case FieldType::kEnum:
      case FieldType::kReference: break;
    }
    if (node.kind != Node::Kind::kScalar || has_no_value(node)) return wrong_type(node, field);
    scalar(node, field);
  }

  void list(const Node& node, const Field& field) {
    if (node.kind != Node::Kind::kList) return wrong_type(node, field);
    count(node.items.size(), node.place, field);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      path_.push_back(model::list_step(i));
      if (field.type == FieldType::kList) {
        object(item, *field.object, item.place);
      } else if (item.kind == Node::Kind::kBroken) {
        damage();
      } else if (item.kind != Node::Kind::kScalar || has_no_value(item)) {
        report(item.place,
               "read.type",
               "a " + std::string(item_word(field.type)) + " is wanted, found " + found_text(item),
               "the list '" + std::string(field.name) + "' has " +
                   std::string(item_word(field.type)) + "s only",
               "a " + std::string(item_word(field.type)));
      }
      path_.pop_back();
    }
  }

  void map(const Node& node, const Field& field, Place around) {
    if (node.kind != Node::Kind::kMap) return wrong_type(node, field);
    count(node.entries.size(), around, field);
    for (const Entry& entry : node.entries) {
      path_.push_back(entry.key);
      object(entry.value, *field.object, entry.key_place);
      path_.pop_back();
    }
  }

  void count(std::size_t items, Place place, const Field& field) {
    const auto number = static_cast<std::int64_t>(items);
    const bool few = !field.range.min.empty() && number < parse_int(field.range.min).value;
    const bool many = !field.range.max.empty() && number > parse_int(field.range.max).value;
    if (!few && !many) return;
    report(place,
           "read.count",
           "'" + std::string(field.name) + "' has " + model::count_text(items, "item"),
           few ? "at least " + std::string(field.range.min) + " is needed"
               : "more than " + std::string(field.range.max) + " are not supported",
           range_text(field));
  }

  void scalar(const Node& node, const Field& field) {
    switch (field.type) {
      case FieldType::kString: return string(node, field);
      case FieldType::kDuration: return quantity(parse_duration(node.text), node, field);
      case FieldType::kSize: return quantity(parse_size(node.text), node, field);
      case FieldType::kPercent: return quantity(parse_percent(node.text), node, field);
      case FieldType::kInt:
        if (node.quoted) return wrong_type(node, field);
        return quantity(parse_int(node.text), node, field);
      case FieldType::kBool:
        if (node.quoted || (node.text != "true" && node.text != "false")) wrong_type(node, field);
        return;
      case FieldType::kEnum: return choice(node, field);
      case FieldType::kReference: references_.push_back({&node, &field, path_}); return;
      case FieldType::kNames:
      case FieldType::kTexts:
      case FieldType::kList:
      case FieldType::kMap:
      case FieldType::kObject: return;
    }
  }

  void string(const Node& node, const Field& field) {
    const std::size_t length = node.text.size();
    if (length > 0 && (field.range.max.empty() || length <= bytes_of(field.range.max))) return;
    report(node.place,
           "read.range",
           "'" + std::string(field.name) + "' is " + (length == 0 ? "empty" : "too long"),
           "it appears in reports and on screens",
           allowed_text(field));
  }

  static std::size_t bytes_of(std::string_view max) {
    return static_cast<std::size_t>(parse_int(max).value);
  }

  template <class T>
  void quantity(const Quantity<T>& parsed, const Node& node, const Field& field) {
    switch (parsed.problem) {
      case QuantityProblem::kNone: return in_range(parsed.value, node, field);
      case QuantityProblem::kNotANumber: return wrong_type(node, field);
      case QuantityProblem::kNoUnit:
        return report(node.place,
                      "read.unit",
                      quote(node.text) + " has no unit",
                      "a bare number can be misread",
                      allowed_text(field));
      case QuantityProblem::kUnknownUnit:
        return report(node.place,
                      "read.unit",
                      quote(node.text) + " has an unknown unit",
                      "units are written as people write them, case included",
                      allowed_text(field));
      case QuantityProblem::kNotWhole:
        return report(node.place,
                      "read.range",
                      quote(node.text) + " is too fine",
                      "values are kept in whole smallest units",
                      allowed_text(field));
      case QuantityProblem::kTooLarge:
        return report(node.place,
                      "read.range",
                      quote(node.text) + " is too large",
                      "it does not fit into 64 bits",
                      allowed_text(field));
    }
  }

  template <class T>
  void in_range(const T& value, const Node& node, const Field& field) {
    const bool low = !field.range.min.empty() && value < bound<T>(field.range.min);
    const bool high = !field.range.max.empty() && value > bound<T>(field.range.max);
    if (!low && !high) return;
    report(node.place,
           "read.range",
           "'" + std::string(field.name) + "' is " + quote(node.text) +
               (low ? ", below " + std::string(field.range.min)
                    : ", above " + std::string(field.range.max)),
           "outside the range it is a mistake or does harm",
           range_text(field));
  }

  template <class T>
  static T bound(std::string_view text) {
    if constexpr (std::is_same_v<T, Duration>) {
      return parse_duration(text).value;
    } else if constexpr (std::is_same_v<T, double>) {
      return parse_percent(text).value;
    } else {
      return parse_int(text).value;
    }
  }

  void choice(const Node& node, const Field& field) {
    std::vector<std::string> words;
    for (const model::Choice& choice : field.choices) {
      if (choice.text == node.text) return;
      words.emplace_back(choice.text);
    }
    const std::string meant = nearest(node.text, words);
    report(node.place,
           "read.choice",
           "'" + std::string(field.name) + "' is " + quote(node.text),
           meant.empty() ? "it is none of the known words" : "did you mean '" + meant + "'?",
           model::join_words(words, "or"));
  }

  void reference(const Node& node, const Field& field, bool zones_doubtful) {
    const NameTable& table = names_.of(field.target);
    if (table.find(node.text)) return;
    // What could not be read may well define the name: that has been reported, and is enough.
    const bool doubtful = field.target == model::Target::kZone && zones_doubtful;
    if (doubtful || table.all().empty()) return damage();
    const std::string target(model::target_word(field.target));
    const std::string meant = nearest(node.text, table.all());
    report(
        node.place,
        "read.reference",
        "unknown " + target + ' ' + quote(node.text),
        meant.empty() ? "a reference needs something to refer to" : "did you mean '" + meant + "'?",
        some_of(table.all()));
  }

  void wrong_type(const Node& node, const Field& field) {
    report(node.place,
           "read.type",
           "'" + std::string(field.name) + "' wants " + std::string(type_text(field.type)) +
               ", found " + found_text(node),
           lower_first(field.description),
           allowed_text(field));
  }

  void damage() {
    if (path_.empty()) {
      result_.damaged.insert({"*"});  // the file as a whole
      return;
    }
    const auto depth = std::min<std::size_t>(path_.size(), 2);
    result_.damaged.emplace(path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(depth));
  }

  void report(Place place, const char* id, std::string what, std::string why, std::string allowed) {
    damage();
    result_.diagnostics.push_back(Diagnostic{.place = place,
                                             .id = id,
                                             .what = std::move(what),
                                             .why = std::move(why),
                                             .allowed = std::move(allowed)});
  }

  const SiteNames& names_;
  SchemaCheck& result_;
  model::FieldPath path_;
  std::vector<PendingReference> references_;
};

}  // namespace

SchemaCheck check_schema(const Node& root,
                         const model::ObjectSchema& schema,
                         const SiteNames& names) {
  SchemaCheck result;
  Checker(names, result).root(root, schema);
  return result;
}

}  // namespace holdfast::codec

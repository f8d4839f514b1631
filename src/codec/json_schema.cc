#include "codec/json_schema.h"

#include <algorithm>

#include "base/json_writer.h"
#include "codec/schema_words.h"
#include "codec/units.h"
#include "model/schema.h"

namespace holdfast::codec {
namespace {

using model::Field;
using model::FieldType;
using model::ObjectSchema;

constexpr std::string_view kNamePattern = "^[a-z](-?[a-z0-9])*$";
/// What follows a region's name and a hyphen may begin with a digit.
constexpr std::string_view kShortNamePattern = "^[a-z0-9](-?[a-z0-9])*$";
constexpr std::string_view kNumber = "[0-9]+(\\.[0-9]+)? *";

std::string quantity_pattern(std::string_view units) {
  std::string alternatives;
  for (const char c : units) {
    if (c == ',') alternatives += '|';
    if (c != ',' && c != ' ') alternatives += c;
  }
  return "^(0|" + std::string(kNumber) + "(" + alternatives + "))$";
}

std::string definition_key(const ObjectSchema& schema) {
  std::string key(schema.name);
  std::replace(key.begin(), key.end(), ' ', '_');
  return key;
}

void reference(JsonWriter& json, const ObjectSchema& schema) {
  json.field("$ref", "#/$defs/" + definition_key(schema));
}

void name(JsonWriter& json) {
  json.field("type", "string").field("pattern", kNamePattern).field("maxLength", 40);
}

/// Text of the given pattern, or the bare number 0, which YAML reads as a number.
void quantity(JsonWriter& json, std::string_view units) {
  json.key("oneOf").begin_array();
  json.begin_object().field("type", "string").field("pattern", quantity_pattern(units));
  json.end_object().begin_object().field("const", 0).end_object().end_array();
}

void bounds(JsonWriter& json, const Field& field, std::string_view min, std::string_view max) {
  if (!field.range.min.empty()) json.field(min, parse_int(field.range.min).value);
  if (!field.range.max.empty()) json.field(max, parse_int(field.range.max).value);
}

void choices(JsonWriter& json, const Field& field) {
  json.key("enum").begin_array();
  for (const model::Choice& choice : field.choices) json.value(choice.text);
  json.end_array();
}

void list_of_names(JsonWriter& json, const Field& field) {
  json.field("type", "array");
  bounds(json, field, "minItems", "maxItems");
  json.key("items").begin_object();
  json.field("type", "string").field("pattern", kShortNamePattern).field("maxLength", 40);
  json.end_object();
}

void list_of_texts(JsonWriter& json, const Field& field) {
  json.field("type", "array");
  bounds(json, field, "minItems", "maxItems");
  json.key("items").begin_object().field("type", "string").end_object();
}

void list_of_objects(JsonWriter& json, const Field& field) {
  json.field("type", "array");
  bounds(json, field, "minItems", "maxItems");
  json.key("items").begin_object();
  reference(json, *field.object);
  json.end_object();
}

void map_of_objects(JsonWriter& json, const Field& field) {
  json.field("type", "object");
  bounds(json, field, "minProperties", "maxProperties");
  json.key("propertyNames").begin_object();
  name(json);
  json.end_object().key("additionalProperties").begin_object();
  reference(json, *field.object);
  json.end_object();
}

void write_type(JsonWriter& json, const Field& field) {
  switch (field.type) {
    case FieldType::kString:
      json.field("type", "string").field("minLength", 1);
      if (!field.range.max.empty()) json.field("maxLength", parse_int(field.range.max).value);
      return;
    case FieldType::kDuration: return quantity(json, "us, ms, s, min, m, h, d");
    case FieldType::kSize: return quantity(json, kSizeUnits);
    case FieldType::kPercent:
      json.field("type", "string").field("pattern", "^" + std::string(kNumber) + "%$");
      return;
    case FieldType::kBool: json.field("type", "boolean"); return;
    case FieldType::kInt:
      json.field("type", "integer");
      return bounds(json, field, "minimum", "maximum");
    case FieldType::kEnum: return choices(json, field);
    case FieldType::kReference: return name(json);
    case FieldType::kNames: return list_of_names(json, field);
    case FieldType::kTexts: return list_of_texts(json, field);
    case FieldType::kList: return list_of_objects(json, field);
    case FieldType::kMap: return map_of_objects(json, field);
    case FieldType::kObject: return reference(json, *field.object);
  }
}

std::string description_of(const Field& field) {
  std::string text(field.description);
  const bool has_unit = field.type == FieldType::kDuration || field.type == FieldType::kSize ||
                        field.type == FieldType::kPercent;
  if (has_unit && !range_text(field).empty()) text += " Allowed: " + range_text(field) + '.';
  if (!field.default_text.empty()) text += " Default: " + std::string(field.default_text) + '.';
  return text;
}

void write_exactly_one_of(JsonWriter& json, const ObjectSchema& schema) {
  if (schema.exactly_one_of.empty()) return;
  json.key("oneOf").begin_array();
  for (const std::string_view key : schema.exactly_one_of) {
    json.begin_object().key("required").begin_array().value(key).end_array().end_object();
  }
  json.end_array();
}

void write_fields(JsonWriter& json, const ObjectSchema& schema) {
  json.field("type", "object").field("additionalProperties", false);
  json.key("properties").begin_object();
  for (const Field& field : schema.fields) {
    json.key(field.name).begin_object().field("description", description_of(field));
    write_type(json, field);
    json.end_object();
  }
  json.end_object().key("required").begin_array();
  for (const Field& field : schema.fields) {
    if (field.required) json.value(field.name);
  }
  json.end_array();
  write_exactly_one_of(json, schema);
}

void write_object(JsonWriter& json, const ObjectSchema& schema) {
  json.field("description", schema.description);
  if (schema.shorthand.empty()) return write_fields(json, schema);
  json.key("oneOf").begin_array().begin_object();
  write_type(json, *schema.find(schema.shorthand));
  json.end_object().begin_object();
  write_fields(json, schema);
  json.end_object().end_array();
}

}  // namespace

std::string site_json_schema() {
  JsonWriter json(2);
  const ObjectSchema& site = model::site_schema();
  json.begin_object().field("$schema", "https://json-schema.org/draft/2020-12/schema");
  json.field("title", "Holdfast site");
  write_object(json, site);
  json.key("$defs").begin_object();
  for (const ObjectSchema* schema : model::object_schemas()) {
    if (schema == &site) continue;
    json.key(definition_key(*schema)).begin_object();
    write_object(json, *schema);
    json.end_object();
  }
  json.end_object().end_object();
  return json.text() + '\n';
}

}  // namespace holdfast::codec

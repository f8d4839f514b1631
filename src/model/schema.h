// The fields of the site file, defined once: reading, the JSON Schema and the configuration
// reference all follow these tables, so that they cannot disagree.
//
// Plain constant data. What a field means for other fields is not said here but in model/validate.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "model/site.h"

namespace holdfast::model {

enum class FieldType {
  kString,     ///< free text
  kDuration,   ///< a number with a unit of time, or 0
  kSize,       ///< a number with a unit of bytes, or 0
  kPercent,    ///< a number followed by %
  kBool,       ///< true or false
  kInt,        ///< a whole number
  kEnum,       ///< one of `choices`
  kReference,  ///< the name of something defined elsewhere in the file
  kNames,      ///< a list of names; validate checks their characters
  kTexts,      ///< a list of texts; validate checks what they say
  kList,       ///< a list of `object`
  kMap,        ///< names to `object`
  kObject,     ///< one `object`
};

/// One allowed value of an enum field. The order of choices is the order of the enumerators.
struct Choice {
  std::string_view text;
  std::string_view description;
};

/// What a reference names.
enum class Target { kRegion, kZone, kHost, kCluster, kDnsTarget };

/// Inclusive bounds, written as in the file; empty: none.
struct Range {
  std::string_view min;
  std::string_view max;
};

struct ObjectSchema;

struct Field {
  std::string_view name;
  FieldType type = FieldType::kString;
  std::string_view description;  ///< one sentence
  bool required = false;
  std::string_view default_text = {};  ///< as it would be written in the file, or a phrase in words
  std::span<const Choice> choices = {};
  Range range = {};  ///< of the value; for lists and maps of the number of items
  Target target = Target::kRegion;
  const ObjectSchema* object = nullptr;
};

struct ObjectSchema {
  std::string_view name;         ///< in the singular, e.g. "data class"
  std::string_view description;  ///< one sentence
  std::span<const Field> fields;
  std::string_view shorthand = {};  ///< a lone scalar stands for an object with only this field
  std::span<const std::string_view> exactly_one_of = {};

  [[nodiscard]] const Field* find(std::string_view field) const;
};

/// The whole file.
const ObjectSchema& site_schema();

/// Every object of the file in reading order, the whole file first.
std::span<const ObjectSchema* const> object_schemas();

std::span<const Choice> choices_of(Durability);
std::span<const Choice> choices_of(OnLostStandbys);
std::span<const Choice> choices_of(FailoverMode);
std::span<const Choice> choices_of(HostRole);

std::span<const Choice> choices_of(DnsType);
std::span<const Choice> choices_of(DnsPolicy);
std::span<const Choice> choices_of(Failback);

/// The word of the site file for an enumerator.
template <class Enum>
std::string_view word_of(Enum value) {
  return choices_of(value)[static_cast<std::size_t>(value)].text;
}

/// "region", "zone", …
std::string_view target_word(Target target);

}  // namespace holdfast::model

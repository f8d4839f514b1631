#include "model/schema.h"

#include <gtest/gtest.h>

#include <set>

namespace holdfast::model {
namespace {

/// Calls `each(object, field)` for every field of the file.
template <class Each>
void for_each_field(const Each& each) {
  for (const ObjectSchema* object : object_schemas()) {
    for (const Field& field : object->fields) each(*object, field);
  }
}

TEST(Schema, every_object_has_unique_keys) {
  for (const ObjectSchema* object : object_schemas()) {
    std::set<std::string_view> names;
    for (const Field& field : object->fields) EXPECT_TRUE(names.insert(field.name).second);
    EXPECT_EQ(names.size(), object->fields.size());
  }
}

TEST(Schema, every_description_is_one_sentence) {
  for_each_field([](const ObjectSchema&, const Field& field) {
    EXPECT_TRUE(field.description.ends_with('.')) << field.name;
    EXPECT_EQ(field.description.find(". "), std::string_view::npos) << field.name;
    EXPECT_NE(field.description[0], ' ') << field.name;
  });
}

TEST(Schema, optional_scalars_state_their_default) {
  for_each_field([](const ObjectSchema& object, const Field& field) {
    if (field.required || !object.exactly_one_of.empty()) return;
    EXPECT_FALSE(field.default_text.empty()) << field.name;
  });
}

TEST(Schema, enums_have_choices_and_a_known_default) {
  for_each_field([](const ObjectSchema&, const Field& field) {
    if (field.type != FieldType::kEnum) {
      EXPECT_TRUE(field.choices.empty()) << field.name;
      return;
    }
    EXPECT_GE(field.choices.size(), 2U) << field.name;
    if (field.default_text.empty()) return;
    bool known = false;
    for (const Choice& choice : field.choices) known = known || choice.text == field.default_text;
    EXPECT_TRUE(known) << field.name;
  });
}

TEST(Schema, nested_objects_are_listed_once) {
  std::set<const ObjectSchema*> listed;
  for (const ObjectSchema* object : object_schemas()) EXPECT_TRUE(listed.insert(object).second);
  for_each_field([&](const ObjectSchema&, const Field& field) {
    const bool nests = field.type == FieldType::kList || field.type == FieldType::kMap ||
                       field.type == FieldType::kObject;
    EXPECT_EQ(nests, field.object != nullptr) << field.name;
    EXPECT_TRUE(!nests || listed.contains(field.object)) << field.name;
  });
}

TEST(Schema, shorthand_and_exclusive_keys_exist) {
  for (const ObjectSchema* object : object_schemas()) {
    const bool known = object->shorthand.empty() || object->find(object->shorthand) != nullptr;
    EXPECT_TRUE(known) << object->name;
    for (const std::string_view key : object->exactly_one_of) EXPECT_NE(object->find(key), nullptr);
  }
}

TEST(Schema, words_name_enumerators) {
  EXPECT_EQ(word_of(Durability::kNone), "none");
  EXPECT_EQ(word_of(Durability::kRegion), "region");
  EXPECT_EQ(word_of(OnLostStandbys::kBlock), "block");
  EXPECT_EQ(word_of(FailoverMode::kApprove), "approve");
  EXPECT_EQ(word_of(HostRole::kController), "controller");
}

}  // namespace
}  // namespace holdfast::model

#include "workload/json_fields.h"

#include <boost/json.hpp>
#include <utility>

namespace holdfast::workload {
namespace json = boost::json;

struct JsonFields::Impl {
  json::object object;

  const json::value* find(std::string_view name) const { return object.if_contains(name); }
};

JsonFields::JsonFields(std::string_view line)
    : impl_(std::make_unique<Impl>()), error_(std::make_shared<std::string>()) {
  json::error_code error;
  json::value value = json::parse(line, error);
  if (error) {
    *error_ = "is not JSON: " + error.message();
  } else if (!value.is_object()) {
    *error_ = "is not a JSON object";
  } else {
    impl_->object = std::move(value.get_object());
  }
}

JsonFields::JsonFields(std::unique_ptr<Impl> impl, std::shared_ptr<std::string> error)
    : impl_(std::move(impl)), error_(std::move(error)) {}

JsonFields::~JsonFields() = default;
JsonFields::JsonFields(JsonFields&&) noexcept = default;

bool JsonFields::has(std::string_view name) const { return impl_->find(name) != nullptr; }

void JsonFields::refuse(std::string_view name, std::string_view why) {
  if (error_->empty()) *error_ = "`" + std::string(name) + "` " + std::string(why);
}

std::string JsonFields::text(std::string_view name) {
  const json::value* value = impl_->find(name);
  if (value != nullptr && value->is_string()) return std::string(value->get_string());
  refuse(name, "is not there as a text");
  return {};
}

std::string JsonFields::optional_text(std::string_view name) {
  return has(name) ? text(name) : std::string();
}

std::int64_t JsonFields::number(std::string_view name, std::int64_t low, std::int64_t high) {
  const json::value* value = impl_->find(name);
  if (value == nullptr || !value->is_int64()) {
    refuse(name, "is not there as a whole number");
    return low;
  }
  const std::int64_t number = value->get_int64();
  if (number < low || number > high) {
    refuse(name, "is " + std::to_string(number) + ", which is out of range");
    return low;
  }
  return number;
}

std::optional<std::int64_t> JsonFields::nullable(std::string_view name,
                                                 std::int64_t low,
                                                 std::int64_t high) {
  const json::value* value = impl_->find(name);
  if (value != nullptr && value->is_null()) return std::nullopt;
  return number(name, low, high);
}

bool JsonFields::flag(std::string_view name) {
  const json::value* value = impl_->find(name);
  if (value != nullptr && value->is_bool()) return value->get_bool();
  refuse(name, "is not there as true or false");
  return false;
}

std::vector<std::string> JsonFields::texts(std::string_view name) {
  std::vector<std::string> result;
  const json::value* value = impl_->find(name);
  if (value == nullptr || !value->is_array()) {
    refuse(name, "is not there as a list");
    return result;
  }
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) {
      result.emplace_back(item.get_string());
    } else {
      refuse(name, "holds something that is no text");
    }
  }
  return result;
}

std::vector<JsonFields> JsonFields::objects(std::string_view name) {
  std::vector<JsonFields> result;
  const json::value* value = impl_->find(name);
  if (value == nullptr || !value->is_array()) {
    refuse(name, "is not there as a list");
    return result;
  }
  for (const json::value& item : value->get_array()) {
    if (item.is_object()) {
      auto impl = std::make_unique<Impl>();
      impl->object = item.get_object();
      result.push_back(JsonFields(std::move(impl), error_));
    } else {
      refuse(name, "holds something that is no object");
    }
  }
  return result;
}

}  // namespace holdfast::workload

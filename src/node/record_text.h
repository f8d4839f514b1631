// Records, rules and commands in words for people.
#pragma once

#include <string>
#include <string_view>

#include "core/controller/controller.h"
#include "model/site.h"

namespace holdfast::node {

/// "db-east-a", or "nobody".
[[nodiscard]] std::string member_text(const model::Site& site,
                                      const model::Cluster& cluster,
                                      core::Incarnation who);

/// One sentence: "Epoch 3, steady: db-east-b leads; 2 of db-east-a, db-west-a, db-west-b …"
[[nodiscard]] std::string record_text(const model::Site& site,
                                      const model::Cluster& cluster,
                                      const core::Record& record);

/// The rule with this identifier, or null.
[[nodiscard]] const core::Rule* find_rule(std::string_view id);

[[nodiscard]] const char* operator_verb_name(core::OperatorVerb verb);

/// What an acknowledged write survives under all pairs of the record.
[[nodiscard]] model::Durability protection_now(const core::ClusterPolicy& policy,
                                               const core::Record& record);
[[nodiscard]] const char* durability_name(model::Durability durability);

}  // namespace holdfast::node

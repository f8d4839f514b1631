// Small messages between agents and controllers that no decision depends on: the creation of a
// cluster, and what agents want people to know.
//
// They travel on the same connections as the messages of wire.h and are told apart by their first
// byte. Text, one line, fields between tabs; clusters and members are named, never numbered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "model/site.h"

namespace holdfast::codec {

/// To the agent of a cluster's first member: create it, empty, if there is nothing yet.
struct CreateCluster {
  int cluster = 0;
};

/// The answer. `life` is 0 if there was a problem; the same life again if it was created before.
struct Created {
  int cluster = 0;
  std::uint32_t life = 0;
  std::string problem;
};

/// What keeps a member from working, as its agent sees it; empty: nothing any more.
struct Trouble {
  int cluster = 0;
  int member = 0;
  std::string text;
};

/// A rule of an agent has acted.
struct Told {
  int cluster = 0;
  int member = 0;
  std::string rule;  ///< identifier
  Epoch epoch;
  Duration amount{};
};

using Errand = std::variant<CreateCluster, Created, Trouble, Told>;

[[nodiscard]] bool is_errand(std::string_view bytes);
[[nodiscard]] std::string encode_errand(const model::Site& site, const Errand& errand);
/// kNotFound for a cluster or host that this site does not have, kCorrupt for anything else.
[[nodiscard]] Result<Errand> decode_errand(const model::Site& site, std::string_view bytes);

}  // namespace holdfast::codec

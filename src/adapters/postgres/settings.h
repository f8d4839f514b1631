// What Holdfast has told one PostgreSQL: remembered beside the data directory, because the server's
// own files hold only what follows from it.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "core/record/types.h"

namespace holdfast::postgres {

struct Settings {
  bool primary = false;  ///< started or promoted as primary
  bool open = false;     ///< clients are let in
  Epoch leads;           ///< the epoch whose credential it demands as a primary
  core::Incarnation source;
  Epoch source_epoch;
  Epoch credential;           ///< of which epoch the pass file is; 0: there is none
  core::Pair pair;            ///< what synchronous_standby_names spells; id 0: the placeholder
  std::uint64_t version = 0;  ///< grows with every change, to see who has read it

  friend bool operator==(const Settings&, const Settings&) = default;
};

[[nodiscard]] std::string write_settings(const Settings& settings);
/// kCorrupt if the text is none.
Result<Settings> read_settings(const std::string& text);

}  // namespace holdfast::postgres

// What an answer to a probe is worth: it passes, or why not in plain words.
//
// Shared by the judges of this folder.
#pragma once

#include <string>
#include <utility>

namespace holdfast::codec::health {

struct Judgement {
  bool passed = false;
  std::string why;  ///< one clause without a full stop; empty when it passed

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

inline Judgement pass() { return {true, {}}; }
inline Judgement refuse(std::string why) { return {false, std::move(why)}; }

}  // namespace holdfast::codec::health

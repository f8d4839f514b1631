#include <vector>

#include "sim/incidents/chapters_for_test.h"

namespace holdfast::sim {

std::span<const Incident> incidents() {
  static const std::vector<Incident> kAll = [] {
    std::vector<Incident> all;
    for (const Incident& it : cut_off_incidents()) all.push_back(it);
    for (const Incident& it : takeover_incidents()) all.push_back(it);
    return all;
  }();
  return kAll;
}

}  // namespace holdfast::sim

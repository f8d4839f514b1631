#include "core/report.h"

namespace holdfast::core {

const char* pg_state_name(PgState state) {
  switch (state) {
    case PgState::kAbsent: return "absent";
    case PgState::kStopped: return "stopped";
    case PgState::kCrashed: return "crashed";
    case PgState::kStarting: return "starting";
    case PgState::kStandby: return "standby";
    case PgState::kPromoting: return "promoting";
    case PgState::kPrimary: return "primary";
    case PgState::kRewinding: return "rewinding";
    case PgState::kRebuilding: return "rebuilding";
  }
  return "unknown";
}

}  // namespace holdfast::core

#include "core/agent/postgres.h"

namespace holdfast::core {

const char* pg_verb_name(PgVerb verb) {
  switch (verb) {
    case PgVerb::kNewLife: return "new life";
    case PgVerb::kStartStandby: return "start as standby";
    case PgVerb::kStartPrimary: return "start as primary";
    case PgVerb::kStopFast: return "stop";
    case PgVerb::kStopImmediate: return "stop at once";
    case PgVerb::kSeal: return "seal";
    case PgVerb::kFollow: return "follow";
    case PgVerb::kPromote: return "promote";
    case PgVerb::kAdopt: return "adopt epoch";
    case PgVerb::kSetSync: return "set sync set";
    case PgVerb::kProve: return "prove sync set";
    case PgVerb::kOpen: return "open";
    case PgVerb::kClose: return "close";
    case PgVerb::kDrain: return "drain";
    case PgVerb::kRewind: return "rewind";
    case PgVerb::kRebuild: return "rebuild";
  }
  return "unknown";
}

}  // namespace holdfast::core

#include "core/health/verdict.h"

namespace holdfast::core::health {

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kUnknown: return "unknown";
    case Verdict::kHealthy: return "healthy";
    case Verdict::kUnhealthy: return "unhealthy";
  }
  return "";
}

const char* standing_name(Standing standing) {
  switch (standing) {
    case Standing::kSilent: return "silent";
    case Standing::kUndecided: return "undecided";
    case Standing::kIsolated: return "isolated";
    case Standing::kCounted: return "counted";
  }
  return "";
}

Verdict opposite(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHealthy: return Verdict::kUnhealthy;
    case Verdict::kUnhealthy: return Verdict::kHealthy;
    case Verdict::kUnknown: break;
  }
  return verdict;
}

}  // namespace holdfast::core::health

#include "base/result.h"

namespace holdfast {

const char* errc_name(Errc code) {
  switch (code) {
    case Errc::kInvalidInput: return "invalid-input";
    case Errc::kNotFound: return "not-found";
    case Errc::kAlreadyExists: return "already-exists";
    case Errc::kConflict: return "conflict";
    case Errc::kDenied: return "denied";
    case Errc::kUnavailable: return "unavailable";
    case Errc::kTimeout: return "timeout";
    case Errc::kMaybeApplied: return "maybe-applied";
    case Errc::kExhausted: return "exhausted";
    case Errc::kCorrupt: return "corrupt";
    case Errc::kUnsupported: return "unsupported";
    case Errc::kInternal: return "internal";
  }
  return "internal";
}

int exit_code(Errc code) {
  switch (code) {
    case Errc::kInvalidInput: return 2;
    case Errc::kNotFound:
    case Errc::kUnsupported: return 3;
    case Errc::kAlreadyExists:
    case Errc::kConflict:
    case Errc::kDenied:
    case Errc::kUnavailable:
    case Errc::kTimeout:
    case Errc::kMaybeApplied:
    case Errc::kExhausted:
    case Errc::kCorrupt:
    case Errc::kInternal: return 1;
  }
  return 1;
}

}  // namespace holdfast

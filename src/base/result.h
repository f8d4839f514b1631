// Result<T>: a value or an Error, never silently dropped. No exception crosses a module.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace holdfast {

/// The closed set of error kinds. Each maps to one exit code, one HTTP status and one metric label.
enum class Errc {
  kInvalidInput,  ///< the caller's input is wrong; trying again does not help
  kNotFound,
  kAlreadyExists,
  kConflict,  ///< a precondition (revision, epoch) no longer holds
  kDenied,
  kUnavailable,  ///< nothing happened; trying again may help
  kTimeout,
  kMaybeApplied,  ///< the outcome is unknown: it may have happened
  kExhausted,     ///< a stated limit is reached
  kCorrupt,       ///< stored data does not read back
  kUnsupported,
  kInternal,
};

struct Error {
  Errc code = Errc::kInternal;
  std::string message;               ///< what happened, where, and what to do next
  std::vector<std::string> context;  ///< outermost last
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), {}});
}

/// A short stable name, e.g. "invalid-input".
const char* errc_name(Errc code);
/// The process exit code for an error: 2 for invalid input, 3 for what is missing, 1 for the rest.
int exit_code(Errc code);

}  // namespace holdfast

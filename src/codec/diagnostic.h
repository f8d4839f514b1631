// What is wrong with a file, where, why it matters, and what would be right.
//
// Made by every stage between the bytes and the site; printed in one form, so that editors can
// jump.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::codec {

/// A place in a text, both counted from 1; columns count characters.
struct Place {
  int line = 1;
  int column = 1;

  friend constexpr auto operator<=>(const Place&, const Place&) = default;
};

enum class Severity { kError, kWarning };

struct Diagnostic {
  Place place{};
  Severity severity = Severity::kError;
  std::string id{};       ///< stable, e.g. "read.unknown-key"
  std::string what{};     ///< this case
  std::string why{};      ///< the rule it breaks
  std::string allowed{};  ///< what would be accepted; may be empty
};

bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// By place, errors before warnings, otherwise as found.
void sort_by_place(std::vector<Diagnostic>& diagnostics);

/// `file:line:column: error: what; why; allowed: … [id]`
std::string diagnostic_text(const Diagnostic& diagnostic, std::string_view file);

std::string_view severity_word(Severity severity);

/// A piece of the file, quoted for a message: cut to a readable length, control characters escaped,
/// bytes that are not UTF-8 never passed on.
std::string quote(std::string_view text);

}  // namespace holdfast::codec

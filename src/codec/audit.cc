#include "codec/audit.h"

namespace holdfast::codec {
namespace {

std::string linked_text(std::uint64_t number, std::string_view content) {
  return std::to_string(number) + ' ' + std::string(content);
}

/// Takes everything up to the next blank off the front.
std::string_view take_word(std::string_view& text) {
  const std::size_t blank = text.find(' ');
  const std::string_view word = text.substr(0, blank);
  text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
  return word;
}

}  // namespace

std::string audit_line(const AuditLink& link, AuditHead& head, std::string_view content) {
  head.number += 1;
  head.digest = link(head.digest, linked_text(head.number, content));
  return std::to_string(head.number) + ' ' + head.digest + ' ' + std::string(content) + '\n';
}

Result<bool> check_audit_line(const AuditLink& link, AuditHead& head, std::string_view line) {
  const std::string wanted = std::to_string(head.number + 1);
  std::string_view rest = line;
  const std::string_view number = take_word(rest);
  const std::string_view digest = take_word(rest);
  if (number != wanted) {
    return fail(Errc::kCorrupt,
                "Line " + wanted + " of the log is missing: '" + std::string(number.substr(0, 20)) +
                    "' stands in its place.");
  }
  std::string expected = link(head.digest, linked_text(head.number + 1, rest));
  if (digest != expected) {
    return fail(Errc::kCorrupt,
                "Line " + wanted + " of the log, or one before it, is not as it was written.");
  }
  head.number += 1;
  head.digest = std::move(expected);
  return true;
}

}  // namespace holdfast::codec

#include "codec/diagnostic.h"

#include <algorithm>
#include <map>
#include <utility>

namespace holdfast::codec {
namespace {

constexpr std::size_t kQuotedMax = 48;

/// Bytes of the well-formed UTF-8 character at the front, or 0. Overlong forms are let through:
/// the purpose is a readable message, not a check.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t length = 0;
  if (lead < 0x80) {
    length = 1;
  } else if (lead >= 0xc2 && lead < 0xe0) {
    length = 2;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    length = 3;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    length = 4;
  }
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) return 0;
  }
  return length;
}

void append_escaped(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 0xfU];
}

}  // namespace

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kError;
  });
}

void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  // Equal keys keep the order in which they come.
  std::multimap<std::pair<Place, Severity>, Diagnostic> ordered;
  for (Diagnostic& diagnostic : diagnostics) {
    const std::pair key(diagnostic.place, diagnostic.severity);
    ordered.emplace(key, std::move(diagnostic));
  }
  diagnostics.clear();
  for (auto& [key, diagnostic] : ordered) diagnostics.push_back(std::move(diagnostic));
}

std::string diagnostic_text(const Diagnostic& diagnostic, std::string_view file) {
  std::string text(file);
  text += ':' + std::to_string(diagnostic.place.line);
  text += ':' + std::to_string(diagnostic.place.column);
  text += ": " + std::string(severity_word(diagnostic.severity)) + ": " + diagnostic.what;
  if (!diagnostic.why.empty()) text += "; " + diagnostic.why;
  if (!diagnostic.allowed.empty()) text += "; allowed: " + diagnostic.allowed;
  return text + " [" + diagnostic.id + ']';
}

std::string_view severity_word(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string quote(std::string_view text) {
  std::string out = "'";
  std::size_t at = 0;
  while (at < text.size() && at < kQuotedMax) {
    const std::size_t length = character_length(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      append_escaped(out, byte);
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  if (at < text.size()) out += "…";
  return out + "'";
}

}  // namespace holdfast::codec

#include "model/dns_name.h"

#include <utility>

#include "base/assert.h"

namespace holdfast::model {
namespace {

std::size_t first_label(std::string_view wire) { return static_cast<unsigned char>(wire[0]); }

bool is_good_label(std::string_view label, bool first) {
  if (label.empty() || label.size() > kDnsLabelMax) return false;
  if (label == "*") return first;
  for (const char c : label) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') return false;
  }
  return label.front() != '-' && label.back() != '-';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<DnsName> DnsName::parse(std::string_view text, const DnsName& origin) {
  if (text == "@") return origin;
  if (text == ".") return DnsName();
  const bool complete = text.ends_with('.');
  if (complete) text.remove_suffix(1);
  std::string wire;
  for (;;) {
    const std::size_t end = text.find('.');
    const std::string_view label = text.substr(0, end);
    if (!is_good_label(label, wire.empty())) return std::nullopt;
    wire += static_cast<char>(label.size());
    for (const char c : label) wire += lower(c);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  wire += complete ? std::string_view("\0", 1) : origin.wire();
  if (wire.size() > kDnsNameMax) return std::nullopt;
  return DnsName(std::move(wire));
}

std::string DnsName::text() const {
  if (is_root()) return ".";
  std::string text;
  for (std::string_view rest = wire_; first_label(rest) > 0;) {
    if (!text.empty()) text += '.';
    text += rest.substr(1, first_label(rest));
    rest.remove_prefix(1 + first_label(rest));
  }
  return text;
}

std::size_t DnsName::labels() const {
  std::size_t count = 0;
  for (std::string_view rest = wire_; first_label(rest) > 0; ++count) {
    rest.remove_prefix(1 + first_label(rest));
  }
  return count;
}

DnsName DnsName::parent() const {
  HF_ASSERT(!is_root());
  return DnsName(wire_.substr(1 + first_label(wire_)));
}

std::optional<DnsName> DnsName::wildcard() const {
  if (wire_.size() + 2 > kDnsNameMax) return std::nullopt;
  return DnsName("\1*" + wire_);
}

bool DnsName::is_within(const DnsName& other) const {
  std::string_view rest = wire_;
  while (rest.size() > other.wire_.size()) rest.remove_prefix(1 + first_label(rest));
  return rest == other.wire_;
}

}  // namespace holdfast::model

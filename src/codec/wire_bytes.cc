#include "codec/wire_bytes.h"

#include <utility>

namespace holdfast::codec {

std::uint64_t WireReader::number() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint64_t bits = byte();
    // The tenth byte holds the one bit that is left.
    if (shift == 63 && bits > 1) break;
    value |= (bits & 0x7f) << shift;
    if (bits < 0x80) return failed_ ? 0 : value;
  }
  refuse(Errc::kCorrupt, "a number is longer than 64 bits");
  return 0;
}

std::string_view WireReader::name() {
  const std::size_t size = byte();
  if (size > rest_.size()) {
    refuse(Errc::kCorrupt, "ends in the middle of a name");
    return {};
  }
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

std::uint8_t WireReader::member() {
  const std::uint8_t place = byte();
  if (place == 0) return 0xff;
  if (place <= members_.size()) return members_[place - 1U];
  refuse(Errc::kCorrupt, "a member is not in the message's table of names");
  return 0xff;
}

std::uint64_t WireReader::at_most(std::uint64_t max, const char* what) {
  const std::uint64_t value = number();
  if (value <= max) return value;
  refuse(Errc::kCorrupt, std::string(what) + " is out of range: " + std::to_string(value));
  return 0;
}

void WireReader::refuse(Errc code, std::string message) {
  if (failed_) return;
  failed_ = true;
  rest_ = {};
  error_ = Error{code, std::move(message), {}};
}

void WireReader::finish() {
  if (!rest_.empty()) refuse(Errc::kCorrupt, "goes on behind its end");
}

}  // namespace holdfast::codec

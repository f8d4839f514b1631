// The two ends of the wire format's bytes: a writer that appends and a reader that never reads
// beyond what it was given.
//
// Numbers are LEB128, signed ones zigzagged first, so that small values are short and the largest
// (kNever, Duration::max) survive. Members are places in the message's own table of host names; how
// values are made of these is in wire_fields.h.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/inline_vec.h"
#include "base/result.h"
#include "core/record/types.h"

namespace holdfast::codec {

inline constexpr std::size_t kWireNameMax = 255;

constexpr std::uint64_t zigzag(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return number < 0 ? ~(bits << 1) : bits << 1;
}

constexpr std::int64_t unzigzag(std::uint64_t bits) {
  return static_cast<std::int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
}

class WireWriter {
 public:
  static constexpr bool kReads = false;

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }
  void name(std::string_view text) {
    HF_ASSERT(text.size() <= kWireNameMax);
    byte(static_cast<std::uint8_t>(text.size()));
    out_ += text;
  }
  /// A member of the cluster, or 0xff for none.
  void member(std::uint8_t index) {
    if (index == 0xff) return byte(0);
    const auto* const found = std::find(members_.begin(), members_.end(), index);
    const auto place = static_cast<std::uint8_t>(found - members_.begin());
    if (found == members_.end()) members_.push_back(index);
    byte(static_cast<std::uint8_t>(place + 1));
  }

  [[nodiscard]] const std::string& text() const { return out_; }
  /// The members named so far; their places in it are what `member` wrote.
  [[nodiscard]] const InlineVec<std::uint8_t, core::kMembersMax>& members() const {
    return members_;
  }

 private:
  std::string out_;
  InlineVec<std::uint8_t, core::kMembersMax> members_;
};

/// After the first mistake everything reads as zero, and `error` says what the mistake was.
class WireReader {
 public:
  static constexpr bool kReads = true;

  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t byte() {
    if (rest_.empty()) refuse(Errc::kCorrupt, "ends in the middle of a value");
    if (failed_) return 0;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::uint64_t number();
  std::string_view name();
  std::uint8_t member();
  /// A number of at most `max`; `what` is named when it is not.
  std::uint64_t at_most(std::uint64_t max, const char* what);

  /// The next place of the table: which member of the cluster it is.
  void add_member(std::uint8_t index) {
    if (!members_.full()) members_.push_back(index);
  }

  void refuse(Errc code, std::string message);
  /// kCorrupt unless everything was read.
  void finish();

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  std::string_view rest_;
  InlineVec<std::uint8_t, core::kMembersMax> members_;
  Error error_;
  bool failed_ = false;
};

}  // namespace holdfast::codec

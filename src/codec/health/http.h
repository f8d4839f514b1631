// HTTP/1.1 as a probe needs it (RFC 9112): one GET, and an answer read as it arrives.
//
// Bytes in, values out. Bodies by length, in chunks or to the end of the connection; what is kept
// of a body is bounded, and the rest is passed over so that the connection can be used again. No
// redirects, no compression, no pipelining.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/health/judgement.h"
#include "model/check_words.h"
#include "model/checks.h"

namespace holdfast::codec::health {

inline constexpr std::size_t kHttpHeadMax = 16U << 10;   ///< status line and headers of an answer
inline constexpr std::size_t kHttpTextKept = 5120;       ///< for `contains`
inline constexpr std::size_t kHttpJsonKept = 64U << 10;  ///< for `json`; a longer body fails
inline constexpr std::uint64_t kHttpBodyMax = 1U << 20;  ///< a longer answer is not waited for

[[nodiscard]] std::string http_request(const model::Check& check);

/// Reads one answer. May be used again after clear(), and then allocates nothing more.
class HttpReader {
 public:
  enum class State : std::uint8_t { kMore, kDone, kBroken };

  /// At most `keep` bytes of bodies are kept.
  explicit HttpReader(std::size_t keep = 0) : keep_(keep) {}

  void clear();
  /// Takes what arrived; nothing more after kDone or kBroken.
  State take(std::string_view bytes);
  /// The peer has closed.
  State end();

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& body() const { return body_; }
  /// The body is longer than what was kept.
  [[nodiscard]] bool is_cut() const { return seen_ > body_.size(); }
  /// The peer takes another request on this connection. Pre: done.
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  /// Why it is broken: a clause.
  [[nodiscard]] const char* problem() const { return problem_; }

 private:
  enum class Part : std::uint8_t {
    kHead,
    kLength,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailer,
    kToEnd
  };

  State fail(const char* problem);
  State done();
  State take_lines(std::string_view& bytes);
  State take_line(std::string_view line);
  State take_body(std::string_view& bytes);
  State status_line(std::string_view line);
  State header(std::string_view line);
  State head_ends();
  State chunk_size(std::string_view line);
  State begin_answer();

  std::size_t keep_;
  State state_ = State::kMore;
  Part part_ = Part::kHead;
  int status_ = 0;
  bool has_status_ = false;
  bool keeps_alive_ = true;
  bool has_length_ = false;
  bool chunked_ = false;
  std::uint64_t left_ = 0;  ///< bytes of the body, or of the chunk
  std::uint64_t seen_ = 0;  ///< bytes of the body so far
  std::size_t head_ = 0;    ///< bytes of lines so far
  std::string line_;
  std::string body_;
  const char* problem_ = "";
};

/// What is expected of an answer, read once.
struct HttpExpectation {
  std::vector<model::StatusRange> statuses;
  std::string contains;
  std::optional<model::JsonMatch> json;

  /// Bytes of the body that are looked at.
  [[nodiscard]] std::size_t keeps() const;
};

[[nodiscard]] HttpExpectation http_expectation(const model::Check& check);
/// Pre: the reader is done.
[[nodiscard]] Judgement judge_http(const HttpExpectation& expected, const HttpReader& answer);

}  // namespace holdfast::codec::health

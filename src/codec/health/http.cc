#include "codec/health/http.h"

#include <algorithm>
#include <charconv>

namespace holdfast::codec::health {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool whole_number(std::string_view text, int base, std::uint64_t& value) {
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, base);
  return !text.empty() && error == std::errc{} && at == end;
}

/// A word of a list divided by commas.
bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (same(trimmed(list.substr(0, comma)), word)) return true;
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return false;
}

}  // namespace

std::string http_request(const model::Check& check) {
  const std::string host = check.server_name.empty() ? check.target : check.server_name;
  return "GET " + check.path + " HTTP/1.1\r\nHost: " + host +
         "\r\nUser-Agent: holdfast-health\r\nAccept: */*\r\n\r\n";
}

void HttpReader::clear() {
  state_ = State::kMore;
  part_ = Part::kHead;
  status_ = 0;
  has_status_ = has_length_ = chunked_ = false;
  keeps_alive_ = true;
  left_ = seen_ = 0;
  head_ = 0;
  line_.clear();
  body_.clear();
  problem_ = "";
}

HttpReader::State HttpReader::fail(const char* problem) {
  problem_ = problem;
  return state_ = State::kBroken;
}

HttpReader::State HttpReader::done() { return state_ = State::kDone; }

HttpReader::State HttpReader::take(std::string_view bytes) {
  while (state_ == State::kMore && !bytes.empty()) {
    const bool body = part_ == Part::kLength || part_ == Part::kChunk || part_ == Part::kToEnd;
    body ? take_body(bytes) : take_lines(bytes);
  }
  // Bytes that nobody asked for would be taken for the next answer.
  if (state_ == State::kDone && !bytes.empty()) keeps_alive_ = false;
  return state_;
}

HttpReader::State HttpReader::end() {
  if (state_ != State::kMore) return state_;
  if (part_ == Part::kToEnd) return done();
  return fail(has_status_ ? "the answer ends in the middle"
                          : "the connection ends without an answer");
}

HttpReader::State HttpReader::take_lines(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::size_t length = end == std::string_view::npos ? bytes.size() : end + 1;
  head_ += length;
  if (head_ > kHttpHeadMax) return fail("the head of the answer is too long");
  line_.append(bytes.substr(0, length));
  bytes.remove_prefix(length);
  if (end == std::string_view::npos) return state_;
  line_.pop_back();
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  take_line(line_);
  line_.clear();
  return state_;
}

HttpReader::State HttpReader::take_line(std::string_view line) {
  switch (part_) {
    case Part::kHead:
      if (!has_status_) return status_line(line);
      return line.empty() ? head_ends() : header(line);
    case Part::kChunkSize: return chunk_size(line);
    case Part::kChunkEnd:
      part_ = Part::kChunkSize;
      return line.empty() ? state_ : fail("a chunk of the answer is longer than it says");
    case Part::kTrailer: return line.empty() ? done() : state_;
    case Part::kLength:
    case Part::kChunk:
    case Part::kToEnd: break;
  }
  return state_;
}

/// RFC 9112 4: HTTP/1.x SP 3DIGIT SP reason.
HttpReader::State HttpReader::status_line(std::string_view line) {
  const bool http = line.size() >= 12 && line.substr(0, 7) == "HTTP/1." && line[8] == ' ';
  std::uint64_t status = 0;
  if (!http || !whole_number(line.substr(9, 3), 10, status) || status < 100 || status > 599 ||
      (line.size() > 12 && line[12] != ' ')) {
    return fail("the answer is not HTTP/1.1");
  }
  status_ = static_cast<int>(status);
  has_status_ = true;
  keeps_alive_ = line[7] != '0';
  return state_;
}

HttpReader::State HttpReader::header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return fail("a header has no name");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same(name, "connection")) {
    if (lists(value, "close")) keeps_alive_ = false;
    if (lists(value, "keep-alive")) keeps_alive_ = true;
  } else if (same(name, "transfer-encoding")) {
    if (!same(value, "chunked")) return fail("the transfer encoding is unknown");
    chunked_ = true;
  } else if (same(name, "content-length")) {
    std::uint64_t length = 0;
    const bool good = whole_number(value, 10, length);
    if (!good || (has_length_ && length != left_)) return fail("the length of the body is unclear");
    has_length_ = true;
    left_ = length;
  }
  return state_;
}

/// RFC 9112 6.3: how long the body is.
HttpReader::State HttpReader::head_ends() {
  if (status_ < 200) return begin_answer();
  if (status_ == 204 || status_ == 304) return done();
  if (chunked_) {
    if (has_length_) return fail("the length of the body is unclear");
    part_ = Part::kChunkSize;
  } else if (has_length_) {
    if (left_ > kHttpBodyMax) return fail("the body is too long");
    if (left_ == 0) return done();
    part_ = Part::kLength;
  } else {
    keeps_alive_ = false;
    part_ = Part::kToEnd;
  }
  return state_;
}

/// An interim answer (1xx) is followed by the real one.
HttpReader::State HttpReader::begin_answer() {
  if (status_ == 101) return fail("the peer switches to another protocol");
  has_status_ = has_length_ = chunked_ = false;
  left_ = 0;
  return state_;
}

HttpReader::State HttpReader::chunk_size(std::string_view line) {
  head_ = 0;
  const std::string_view size = trimmed(line.substr(0, line.find(';')));
  if (!whole_number(size, 16, left_)) return fail("a chunk of the answer has no length");
  if (left_ > kHttpBodyMax - std::min(seen_, kHttpBodyMax)) return fail("the body is too long");
  part_ = left_ == 0 ? Part::kTrailer : Part::kChunk;
  return state_;
}

HttpReader::State HttpReader::take_body(std::string_view& bytes) {
  const std::uint64_t wanted = part_ == Part::kToEnd ? bytes.size() : left_;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, bytes.size()));
  body_.append(bytes.substr(0, std::min(length, keep_ - std::min(keep_, body_.size()))));
  bytes.remove_prefix(length);
  seen_ += length;
  if (seen_ > kHttpBodyMax) return fail("the body is too long");
  if (part_ == Part::kToEnd) return state_;
  left_ -= length;
  if (left_ > 0) return state_;
  if (part_ == Part::kLength) return done();
  part_ = Part::kChunkEnd;
  return state_;
}

}  // namespace holdfast::codec::health

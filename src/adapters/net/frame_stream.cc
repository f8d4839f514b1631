#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "adapters/net/frame_stream_impl.h"
#include "base/assert.h"

namespace holdfast::net {
namespace asio = boost::asio;
using Error_code = boost::system::error_code;
namespace {

constexpr std::size_t kHeader = 4;
/// Frames are written together up to this size.
constexpr std::size_t kBatch = 64U << 10;

void append_frame(std::string& out, const std::string& frame) {
  const auto size = static_cast<std::uint32_t>(frame.size());
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((size >> shift) & 0xff);
  out += frame;
}

std::size_t read_size(std::string_view header) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < kHeader; ++i) {
    size = size << 8 | static_cast<unsigned char>(header[i]);
  }
  return size;
}

}  // namespace

FrameStream::FrameStream(Loop& loop, std::shared_ptr<TlsStream> stream, Handler handler)
    : loop_(loop),
      stream_(std::move(stream)),
      handler_(std::move(handler)),
      timer_(loop, [this] { tick(); }) {}

void FrameStream::start() {
  ticked_at_ = heard_at_ = loop_.now();
  timer_.set(ticked_at_ + kPingEvery);
  queue({});
  read();
}

void FrameStream::send(std::string frame) {
  HF_ASSERT(!frame.empty() && frame.size() <= kFrameMax);
  if (!closed_) queue(std::move(frame));
}

void FrameStream::close() {
  if (closed_) return;
  closed_ = true;
  timer_.cancel();
  net::close(*stream_);
}

void FrameStream::end(const std::string& why) {
  if (closed_) return;
  close();
  handler_.closed(why);
}

void FrameStream::read() {
  stream_->async_read_some(asio::buffer(block_),
                           [self = shared_from_this()](const Error_code& error, std::size_t size) {
                             if (self->closed_) return;
                             if (error)
                               return self->end("the connection broke: " + error.message());
                             self->take(size);
                             if (!self->closed_) self->read();
                           });
}

void FrameStream::take(std::size_t size) {
  heard_at_ = loop_.now();
  in_.append(block_.data(), size);
  const std::string_view all = in_;
  std::size_t at = 0;
  while (all.size() - at >= kHeader) {
    const std::size_t length = read_size(all.substr(at));
    if (length > kFrameMax) {
      return end("a frame of " + std::to_string(length) + " bytes was announced");
    }
    if (all.size() - at - kHeader < length) break;
    deliver(all.substr(at + kHeader, length));
    if (closed_) return;
    at += kHeader + length;
  }
  in_.erase(0, at);
}

void FrameStream::deliver(std::string_view frame) {
  if (!heard_) {
    heard_ = true;
    handler_.heard();
    if (closed_) return;
  }
  if (!frame.empty()) handler_.frame(frame);
}

void FrameStream::queue(std::string frame) {
  queued_bytes_ += frame.size();
  queue_.push_back(std::move(frame));
  while (queue_.size() > kQueueFrames || queued_bytes_ > kQueueBytes) {
    queued_bytes_ -= queue_.front().size();
    queue_.pop_front();
  }
  if (!writing_) write();
}

void FrameStream::write() {
  out_.clear();
  while (!queue_.empty() && out_.size() < kBatch) {
    append_frame(out_, queue_.front());
    queued_bytes_ -= queue_.front().size();
    queue_.pop_front();
  }
  writing_ = !out_.empty();
  if (!writing_) return;
  sent_ = true;
  asio::async_write(*stream_,
                    asio::buffer(out_),
                    [self = shared_from_this()](const Error_code& error, std::size_t) {
                      if (self->closed_) return;
                      if (error) return self->end("the connection broke: " + error.message());
                      self->write();
                    });
}

void FrameStream::tick() {
  const auto self = shared_from_this();
  const MonoTime now = loop_.now();
  // After a sleep of this very process the peer's frames lie unread: nobody was silent.
  if (now - ticked_at_ > 2 * kPingEvery) heard_at_ = now;
  ticked_at_ = now;
  if (now - heard_at_ > kSilenceMax) return end("nothing was heard of it for too long");
  if (!sent_ && !writing_) queue({});
  sent_ = writing_;
  timer_.set(now + kPingEvery);
}

}  // namespace holdfast::net

#include "adapters/etcd/watch.h"

#include <algorithm>
#include <utility>

namespace holdfast::etcd {
namespace {

constexpr Duration kBeginLimit = 1s;  ///< until the member confirms the watch
constexpr Duration kReadLimit = 1s;
constexpr Duration kRetry = 50ms;
constexpr Duration kLookEvery = 200ms;  ///< whether the member that is watched is still trusted
constexpr std::size_t kLineMax = std::size_t{8} << 20;

}  // namespace

struct Watch::Impl : std::enable_shared_from_this<Watch::Impl> {
  Impl(net::Loop& the_loop, Members& the_members, std::shared_ptr<TlsSettings> the_tls)
      : loop(the_loop),
        members(the_members),
        tls(std::move(the_tls)),
        timer(the_loop, [this] { due(); }) {}

  void due() {
    if (stream == nullptr) {
      if (reading) return;
      return position == 0 ? read_all() : resume();
    }
    const bool other = members.preferred() != member;
    const bool silent = !confirmed && loop.now() >= begun + kBeginLimit;
    if (silent) members.doubt(member);
    if (silent || (other && members.doubted(member))) return restart();
    timer.set(loop.now() + kLookEvery);
  }

  void restart() {
    stream.reset();
    timer.set(loop.now() + kRetry);
  }

  void read_all() {
    reading = true;
    members.call({"/v3/kv/range", range_request(kClusters), true},
                 loop.now() + kReadLimit,
                 [weak = weak_from_this()](const Result<std::string>& body) {
                   const auto self = weak.lock();
                   if (self == nullptr) return;
                   self->reading = false;
                   self->take_all(body);
                 });
  }

  void take_all(const Result<std::string>& body) {
    const auto answer =
        body ? parse_kv_answer(*body) : Result<KvAnswer>(tl::unexpected<Error>(body.error()));
    if (!answer) return timer.set(loop.now() + kRetry);
    store = answer->store;
    position = answer->revision;
    const auto keep = shared_from_this();
    for (const KeyValue& it : answer->values) seen(it, store);
    if (!stopped) resume();
  }

  void resume() {
    member = members.preferred();
    begun = loop.now();
    confirmed = false;
    line.clear();
    HttpStream::Handler handler;
    // The handlers are void once the stream is destroyed, which is before this is.
    handler.piece = [this](std::string_view piece) { take_piece(piece); };
    handler.ended = [this](const std::string&) { ended(); };
    stream = std::make_unique<HttpStream>(loop,
                                          members.endpoint(member),
                                          tls,
                                          "/v3/watch",
                                          watch_request(kClusters, position + 1),
                                          kBeginLimit,
                                          std::move(handler));
    timer.set(loop.now() + kLookEvery);
  }

  /// The stream is still in use by who calls: it goes with the next turn of the loop.
  void leave() {
    line.clear();
    loop.post([weak = weak_from_this(), old = std::shared_ptr(std::move(stream))] {});
    timer.set(loop.now() + kRetry);
  }

  void ended() {
    if (!confirmed) members.doubt(member);
    leave();
  }

  void take_piece(std::string_view piece) {
    const auto keep = shared_from_this();
    line += piece;
    std::size_t begin = 0;
    for (std::size_t end = line.find('\n'); end != line.npos; end = line.find('\n', begin)) {
      const std::string one = line.substr(begin, end - begin);
      begin = end + 1;
      if (!take_line(one)) return;
    }
    line.erase(0, begin);
    if (line.size() > kLineMax) leave();
  }

  /// False: the stream is left.
  bool take_line(const std::string& one) {
    const Result<WatchAnswer> answer = parse_watch_answer(one);
    if (!answer) {
      leave();
      return false;
    }
    // A store that was made anew counts from the start: what it held is to be read first.
    const bool gone = answer->compacted > 0 || (answer->store != 0 && answer->store != store);
    if (gone) position = 0;
    if (gone || answer->canceled) {
      leave();
      return false;
    }
    if (answer->created) confirmed = true;
    for (const KeyValue& it : answer->events) {
      position = std::max(position, it.modified);
      seen(it, store);
      if (stopped) return false;
    }
    return true;
  }

  net::Loop& loop;
  Members& members;
  std::shared_ptr<TlsSettings> tls;
  net::Timer timer;
  std::function<void(const KeyValue&, std::uint64_t)> seen;
  std::unique_ptr<HttpStream> stream;
  std::string line;  ///< what has come of the next line
  std::uint64_t store = 0;
  std::uint64_t position = 0;  ///< everything up to this revision was shown; 0 = nothing
  std::size_t member = 0;
  MonoTime begun{};
  bool confirmed = false;
  bool reading = false;
  bool stopped = false;
};

Watch::Watch(net::Loop& loop, Members& members, std::shared_ptr<TlsSettings> tls)
    : impl_(std::make_shared<Impl>(loop, members, std::move(tls))) {}

Watch::~Watch() {
  impl_->stopped = true;
  impl_->stream.reset();
  impl_->timer.cancel();
}

void Watch::start(std::function<void(const KeyValue&, std::uint64_t)> seen) {
  impl_->seen = std::move(seen);
  impl_->timer.set(MonoTime{});
}

}  // namespace holdfast::etcd

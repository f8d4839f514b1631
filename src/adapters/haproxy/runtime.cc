#include "adapters/haproxy/runtime.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace holdfast::haproxy {

struct Question::Impl : std::enable_shared_from_this<Question::Impl> {
  Impl(net::Loop& the_loop, std::string the_socket, Done the_done)
      : loop(the_loop), socket(std::move(the_socket)), done(std::move(the_done)) {}
  ~Impl() { close(); }

  void ask(const std::string& line);
  void read();
  void finish(Result<std::string> result);
  void close();
  [[nodiscard]] tl::unexpected<Error> failed(const char* what, int error) const {
    return fail(Errc::kUnavailable,
                "HAProxy does not answer at " + socket + ": " + what + ": " + std::strerror(error));
  }

  net::Loop& loop;
  std::string socket;
  Done done;
  int descriptor = -1;
  std::string answer;
  std::unique_ptr<net::ReadWatch> watch;
  std::unique_ptr<net::Timer> limit;
};

void Question::Impl::ask(const std::string& line) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof(address.sun_path))
    return finish(fail(Errc::kInvalidInput, "the path of HAProxy's socket is too long: " + socket));
  socket.copy(address.sun_path, socket.size());
  descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return finish(failed("socket", errno));
  // Over a Unix socket both come to pass at once, or not at all.
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return finish(failed("connect", errno));
  const std::string bytes = line + "\n";
  const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) return finish(failed("send", errno));
  if (static_cast<std::size_t>(sent) != bytes.size()) return finish(failed("send", EMSGSIZE));
  // The two hold this object weakly: it ends with its question.
  const std::weak_ptr<Impl> self = weak_from_this();
  watch = std::make_unique<net::ReadWatch>(loop, descriptor, [self] {
    if (const auto it = self.lock()) it->read();
  });
  limit = std::make_unique<net::Timer>(loop, [self] {
    if (const auto it = self.lock()) it->finish(it->failed("answer", ETIMEDOUT));
  });
  limit->set(loop.now() + kAnswerLimit);
}

void Question::Impl::read() {
  std::array<char, 16384> buffer;
  // Bounded by the size of an answer.
  while (answer.size() <= kAnswerMax) {
    const ssize_t count = recv(descriptor, buffer.data(), buffer.size(), 0);
    if (count == 0) return finish(std::move(answer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0) return finish(failed("receive", errno));
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  finish(fail(Errc::kExhausted, "HAProxy's answer at " + socket + " is too long"));
}

/// Later, so that nobody is called from inside a call of theirs.
void Question::Impl::finish(Result<std::string> result) {
  close();
  loop.post([self = weak_from_this(), result = std::move(result)]() mutable {
    const auto it = self.lock();
    if (it == nullptr || !it->done) return;
    const Done call = std::exchange(it->done, nullptr);
    call(std::move(result));
  });
}

void Question::Impl::close() {
  watch.reset();
  limit.reset();
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

Question::Question(net::Loop& loop,
                   const std::string& socket,
                   const std::string& commands,
                   Done done)
    : impl_(std::make_shared<Impl>(loop, socket, std::move(done))) {
  impl_->ask(commands);
}

Question::~Question() { impl_->done = nullptr; }

}  // namespace holdfast::haproxy

// For tests: a real HAProxy between fake databases and clients, in a network of its own.
//
// Whatever a test does runs on a thread whose network and /etc/hosts nobody else sees, so that the
// generated configuration is used as it is. Needs root.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace holdfast::node::testing {

using Steady = std::chrono::steady_clock;
inline constexpr std::chrono::seconds kPatience{10};

/// A TCP connection as a client's driver sees it.
class Client {
 public:
  explicit Client(int port, const char* address = "127.0.0.1") {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, address, &to.sin_addr);
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{kPatience.count(), 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(socket_); }

  /// What the other side says to these bytes: at most 64; "closed", "reset" or "silent".
  std::string say(const std::string& bytes) {
    if (!connected_) return "refused";
    if (!bytes.empty() && send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
      return error_name();
    std::array<char, 64> buffer;
    const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
    if (count == 0) return "closed";
    return count < 0 ? error_name() : std::string(buffer.data(), static_cast<std::size_t>(count));
  }
  std::string wait_for_end() { return say(""); }

 private:
  static std::string error_name() {
    return errno == ECONNRESET || errno == EPIPE ? "reset" : "silent";
  }
  int socket_ = -1;
  bool connected_ = false;
};

/// The first bytes of any client of PostgreSQL: it asks for TLS.
inline const std::string kHello("\0\0\0\x08\x04\xd2\x16\x2f", 8);
inline const std::string kCancel("\0\0\0\x10\x04\xd2\x16\x2e\0\0\0\1\0\0\0\2", 16);

/// Answers everything it is told with its name.
class FakeDatabase {
 public:
  FakeDatabase(const std::string& address, int port, std::string name) : name_(std::move(name)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, address.c_str(), &at.sin_addr);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    good_ = bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 &&
            listen(listener_, 64) == 0;
    serving_ = std::thread([this] { serve(); });
  }
  FakeDatabase(const FakeDatabase&) = delete;
  FakeDatabase& operator=(const FakeDatabase&) = delete;
  ~FakeDatabase() {
    over_ = true;
    shutdown(listener_, SHUT_RDWR);  // wakes the thread
    serving_.join();
    for (const pollfd& it : sockets_) {
      if (it.fd >= 0) close(it.fd);
    }
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve() {
    sockets_.push_back({listener_, POLLIN, 0});
    while (!over_ && poll(sockets_.data(), sockets_.size(), -1) > 0) {
      const std::size_t known = sockets_.size();
      for (std::size_t i = 1; i < known; ++i) {
        if (sockets_[i].revents != 0) answer(sockets_[i]);
      }
      if (sockets_[0].revents == 0) continue;
      const int session = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (session < 0) continue;
      ++connections_;
      sockets_.push_back({session, POLLIN, 0});
    }
  }
  void answer(pollfd& session) const {
    std::array<char, 64> buffer;
    const bool more = recv(session.fd, buffer.data(), buffer.size(), 0) > 0;
    if (more && send(session.fd, name_.data(), name_.size(), MSG_NOSIGNAL) > 0) return;
    close(session.fd);
    session.fd = -1;  // poll leaves it out
  }

  std::string name_;
  int listener_ = -1;
  bool good_ = false;
  std::atomic<bool> over_ = false;
  std::atomic<int> connections_ = 0;
  std::vector<pollfd> sockets_;  ///< of the serving thread, until it has ended
  std::thread serving_;
};

/// One HAProxy, killed with its rig.
class Proxy {
 public:
  Proxy(const std::string& config, const std::string& log) {
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(out, 1);
    dup2(out, 2);
    execlp("haproxy", "haproxy", "-db", "-f", config.c_str(), nullptr);
    _exit(127);
  }
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;
  ~Proxy() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_ = -1;
};

/// Until it holds, or patience ends.
inline bool eventually(const std::function<bool()>& holds) {
  const auto deadline = Steady::now() + kPatience;
  while (Steady::now() < deadline) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return holds();
}

/// Gives this thread, and those it starts, a loopback of their own and these names.
inline bool enter_own_network(const std::string& hosts_file) {
  if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0) return false;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  if (mount(hosts_file.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) != 0) return false;
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq request{};
  std::string("lo").copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = ioctl(any, SIOCSIFFLAGS, &request) == 0;
  close(any);
  return up;
}

/// A folder that goes with the test.
struct TestFolder {
  std::string path;
  TestFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "holdfast-router-XXXXXX";
    path = mkdtemp(pattern.data());
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name, std::ios::binary) << text;
  }
};

}  // namespace holdfast::node::testing

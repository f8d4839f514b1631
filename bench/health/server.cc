#include "health/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace holdfast::bench {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nUP";
constexpr int kBacklog = 4096;
constexpr int kTlsThreads = 4;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(3);
}

int listen_anywhere(std::uint16_t& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  socklen_t size = sizeof address;
  const bool good = listener >= 0 &&
                    bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    listen(listener, kBacklog) == 0;
  if (!good) give_up("health bench: no listening socket");
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

/// Every request, whatever it is, gets the same answer.
void answer(int connection) {
  std::array<char, 2048> bytes{};
  const ssize_t n = recv(connection, bytes.data(), bytes.size(), 0);
  const bool gone = n == 0 || (n < 0 && errno != EAGAIN);
  if (n > 0) send(connection, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  if (gone) close(connection);
}

void accept_all(int epoll, int listener) {
  for (;;) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0) return;
    const int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{EPOLLIN, {.fd = connection}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connection, &event);
  }
}

[[noreturn]] void serve(const std::vector<int>& listeners) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int last = listeners.back();
  for (const int listener : listeners) {
    epoll_event event{EPOLLIN, {.fd = listener}};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  }
  std::array<epoll_event, 512> events{};
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      descriptor <= last ? accept_all(epoll, descriptor) : answer(descriptor);
    }
  }
}

[[noreturn]] void serve_tls(int listener, SSL_CTX* context) {
  fcntl(listener, F_SETFL, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kTlsThreads; ++i) {
    threads.emplace_back([=] {
      for (;;) {
        const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        const timeval limit{2, 0};
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        SSL* session = SSL_new(context);
        SSL_set_fd(session, connection);
        char byte = 0;
        if (SSL_accept(session) == 1) SSL_read(session, &byte, 1);
        SSL_free(session);
        close(connection);
      }
    });
  }
  for (;;) pause();
}

SSL_CTX* tls_context(const std::string& certificate, const std::string& key) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  BIO* pem = BIO_new_mem_buf(certificate.data(), -1);
  SSL_CTX_use_certificate(context, PEM_read_bio_X509(pem, nullptr, nullptr, nullptr));
  BIO* key_pem = BIO_new_mem_buf(key.data(), -1);
  SSL_CTX_use_PrivateKey(context, PEM_read_bio_PrivateKey(key_pem, nullptr, nullptr, nullptr));
  return context;
}

}  // namespace

HealthServer::HealthServer(int ports, const std::string& certificate, const std::string& key) {
  std::vector<int> listeners;
  ports_.resize(static_cast<std::size_t>(ports));
  for (std::uint16_t& port : ports_) listeners.push_back(listen_anywhere(port));
  pid_ = fork();
  if (pid_ < 0) give_up("health bench: no process");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    pin_to_core(1);
    if (certificate.empty()) serve(listeners);
    serve_tls(listeners[0], tls_context(certificate, key));
  }
  for (const int listener : listeners) close(listener);
}

HealthServer::~HealthServer() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void pin_to_core(unsigned core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

}  // namespace holdfast::bench

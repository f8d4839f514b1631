// The servers behind server_for_test.h.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "workload/login.h"
#include "workload/server_for_test.h"

namespace holdfast::workload {
namespace {

/// A listening socket on a port of the system's choice.
int listen_anywhere(model::Port& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (listener < 0 || bind(listener, generic, size) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  port = ntohs(address.sin_port);
  return listener;
}

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "re");
  if (pipe == nullptr) return text;
  std::array<char, 4096> block{};
  while (std::fgets(block.data(), static_cast<int>(block.size()), pipe) != nullptr) {
    text += block.data();
  }
  pclose(pipe);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

bool read_exactly(int from, std::size_t size, std::string& into) {
  into.resize(size);
  for (std::size_t have = 0; have < size;) {
    const ssize_t got = recv(from, into.data() + have, size - have, 0);
    if (got <= 0) return false;
    have += static_cast<std::size_t>(got);
  }
  return true;
}

std::size_t big_endian(const std::string& text) {
  std::size_t value = 0;
  for (const char c : text) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

void say(int to, const std::string& text) { send(to, text.data(), text.size(), MSG_NOSIGNAL); }

}  // namespace

model::Port free_port() {
  model::Port port = 0;
  close(listen_anywhere(port));
  return port;
}

PostgresServer::PostgresServer() : port_(free_port()) {
  std::string folder = (std::filesystem::temp_directory_path() / "holdfast_pg_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = folder;
  std::filesystem::permissions(folder_, std::filesystem::perms(0755));
  if (output_of("ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null").empty()) {
    missing_ = "PostgreSQL's server programs are not installed";
    return;
  }
  const std::string chown = "chown postgres " + folder_ + " 2>/dev/null";
  if (getuid() == 0 && std::system(chown.c_str()) != 0) {
    missing_ = "there is no user postgres to run PostgreSQL as";
    return;
  }
  std::ofstream(secret_file()) << "not much of a secret\n";
  const std::string password = application_password(secret_file()).value();
  if (!run("$PG/initdb -D " + folder_ + "/data -A trust -U postgres --no-sync")) {
    throw std::runtime_error("initdb failed in " + folder_);
  }
  // Logins by the network need the password: a wrong one must not pass.
  std::ofstream(folder_ + "/data/pg_hba.conf")
      << "local all all trust\nhost all all all scram-sha-256\n";
  start();
  ask("CREATE ROLE ris LOGIN PASSWORD '" + password + "'");
  output_of("psql -X -h " + folder_ + " -p " + std::to_string(port_) +
            " -U postgres -d postgres -c 'CREATE DATABASE ris OWNER ris' 2>&1");
}

PostgresServer::~PostgresServer() {
  if (running_) crash();
  std::filesystem::remove_all(folder_);
}

bool PostgresServer::run(const std::string& command) const {
  // PostgreSQL refuses to run as root.
  const std::string user = getuid() == 0 ? "runuser -u postgres -- " : "";
  return std::system((user + "sh -c 'PG=$(ls -d /usr/lib/postgresql/*/bin | tail -1); cd / && " +
                      command + " >>" + folder_ + "/output 2>&1 </dev/null'")
                         .c_str()) == 0;
}

void PostgresServer::start() {
  const std::string options =
      "-p " + std::to_string(port_) +
      " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder_ +
      " -c shared_buffers=16MB -c restart_after_crash=off";
  running_ = run("$PG/pg_ctl -D " + folder_ + "/data -l " + folder_ + "/log -w -o \"" + options +
                 "\" start");
  if (!running_) throw std::runtime_error("PostgreSQL does not start: see " + folder_);
}

void PostgresServer::crash() {
  running_ = !run("$PG/pg_ctl -D " + folder_ + "/data -m immediate -w stop");
}

std::string PostgresServer::ask(const std::string& statement) const {
  const std::string database = statement.rfind("CREATE ROLE", 0) == 0 ? "postgres" : "ris";
  // The superuser may write also where others may not.
  return output_of("PGOPTIONS='-c default_transaction_read_only=off' psql -X -q -A -t -h " +
                   folder_ + " -p " + std::to_string(port_) + " -U postgres -d " + database +
                   " -c \"" + statement + "\" 2>&1");
}

std::string message(char type, const std::string& body) {
  const std::size_t size = body.size() + 4;
  std::string text(1, type);
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift & 0xff);
  return text + body;
}

Impostor::Impostor(Manner manner, std::string answer)
    : manner_(manner), answer_(std::move(answer)) {
  listener_ = listen_anywhere(port_);
  thread_ = std::thread([this] {
    for (;;) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      serve(connection);
      close(connection);
    }
  });
}

Impostor::~Impostor() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void Impostor::serve(int connection) const {
  std::string size, body;
  if (!read_exactly(connection, 4, size)) return;
  if (!read_exactly(connection, big_endian(size) - 4, body)) return;
  if (manner_ == Manner::kSaysNothing) {
    read_exactly(connection, 1, body);
    return;
  }
  const std::string ready = message('Z', "I");
  say(connection, message('R', std::string(4, '\0')) + ready);
  for (;;) {
    std::string type;
    if (!read_exactly(connection, 1, type) || !read_exactly(connection, 4, size)) return;
    if (!read_exactly(connection, big_endian(size) - 4, body)) return;
    // A statement comes as several messages; Sync is the last.
    if (type != "S") continue;
    say(connection, answer_);
    if (manner_ == Manner::kHangsUp) return;
  }
}

}  // namespace holdfast::workload

#include "lab/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <utility>

#include "base/json_writer.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"
#include "lab/supervisor.h"

namespace holdfast::lab {
namespace {

constexpr int kEndPatienceMs = 15'000;

Errc code_of(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Errc::kInternal); ++i) {
    const Errc code = static_cast<Errc>(i);
    if (name == errc_name(code)) return code;
  }
  return Errc::kInternal;
}

Result<codec::Json> judge(const std::optional<std::string>& line) {
  if (!line) return fail(Errc::kUnavailable, "the lab has ended, or does not answer");
  Result<codec::Json> answer = codec::parse_json(*line);
  if (answer && answer->at("ok").text != "true") {
    return fail(code_of(answer->at("code").text), answer->at("message").text);
  }
  return answer;
}

}  // namespace

Result<Client> Client::connect(const std::string& directory) {
  const std::string path = control_path(directory);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.open()) return system_error("open a socket");
  if (path.size() < sizeof address.sun_path) path.copy(address.sun_path, path.size());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == EACCES) return system_error("reach the lab in " + directory);
    return fail(Errc::kNotFound, "no lab is up in " + directory + "; start one: holdfast lab up");
  }
  return Client(Channel(std::move(socket)));
}

Result<codec::Json> Client::ask(const std::string& request, Duration limit) {
  if (!channel_.send(request)) return judge(std::nullopt);
  return judge(channel_.wait(limit));
}

Result<std::string> Client::status_text() {
  const bool sent = channel_.send(R"({"do":"status"})");
  const std::optional<std::string> line = sent ? channel_.wait(60s) : std::nullopt;
  const Result<codec::Json> answer = judge(line);
  if (!answer) return tl::unexpected(answer.error());
  return *line;
}

Result<Client::Inflicted> Client::fault(const FaultRequest& request) {
  JsonWriter json;
  json.begin_object().field("do", "fault").key("fault");
  write_fault(json, request);
  const Result<codec::Json> answer = ask(json.end_object().text());
  if (!answer) return tl::unexpected(answer.error());
  return Inflicted{static_cast<int>(answer->at("fault").integer()),
                   answer->at("at_us").integer(),
                   answer->at("undo").text};
}

Result<std::vector<std::string>> Client::heal(int fault) {
  JsonWriter json;
  json.begin_object().field("do", "heal").field("fault", fault);
  const Result<codec::Json> answer = ask(json.end_object().text());
  if (!answer) return tl::unexpected(answer.error());
  std::vector<std::string> healed;
  for (const codec::Json& one : answer->at("healed").items) healed.push_back(one.text);
  return healed;
}

Result<void> Client::down(bool keep_data) {
  JsonWriter json;
  json.begin_object().field("do", "down").field("keep", keep_data);
  // The lab's process ends after everything in its namespace.
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(channel_.fd(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return system_error("find the lab's process");
  }
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, peer.pid, 0)));
  const Result<codec::Json> answer = ask(json.end_object().text());
  if (!answer) return tl::unexpected(answer.error());
  pollfd end{process.get(), POLLIN, 0};
  if (process.open() && ::poll(&end, 1, kEndPatienceMs) == 0) {
    return fail(Errc::kTimeout, "the lab's process " + std::to_string(peer.pid) + " does not end");
  }
  return {};
}

Result<int> Client::execute(const std::string& host,
                            const std::vector<std::string>& argv,
                            const std::array<int, 3>& files,
                            int stop_fd) {
  JsonWriter json;
  json.begin_object().field("do", "exec").field("host", host).field("fds", 3).key("argv");
  json.begin_array();
  for (const std::string& word : argv) json.value(word);
  json.end_array();
  if (!channel_.send(json.end_object().text(), {files[0], files[1], files[2]})) {
    return fail(Errc::kUnavailable, "the lab has ended");
  }
  for (bool alive = true; alive;) {
    if (const std::optional<std::string> line = channel_.next()) {
      const Result<codec::Json> answer = judge(line);
      if (!answer) return tl::unexpected(answer.error());
      return static_cast<int>(answer->at("exit").integer());
    }
    pollfd both[2] = {{channel_.fd(), POLLIN, 0}, {stop_fd, POLLIN, 0}};
    ::poll(both, 2, -1);
    unsigned char number = 0;
    if ((both[1].revents & POLLIN) != 0 && ::read(stop_fd, &number, 1) == 1) {
      channel_.send(R"({"do":"signal","signal":)" + std::to_string(number) + "}");
    }
    if (both[0].revents != 0) alive = channel_.receive();
  }
  return fail(Errc::kUnavailable, "the lab has ended, or the host has lost its power");
}

}  // namespace holdfast::lab

#include "lab/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <list>
#include <utility>

#include "base/json_writer.h"
#include "lab/host_directory.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

constexpr Duration kCommandGrace = 2s;   ///< for a command whose caller has gone
constexpr const char* kMarker = "/lab";  ///< tells a lab's directory from any other

struct Connection {
  Channel channel;
  std::int64_t command = 0;  ///< the one that runs for it; 0: none
  std::string host;
};

std::string failure_text(const Error& error) {
  JsonWriter json;
  json.begin_object().field("ok", false).field("code", errc_name(error.code));
  return json.field("message", error.message).end_object().text();
}

class Server {
 public:
  Server(const LabPlan& plan, Fd folder);
  Result<void> start(Channel& progress);
  void run();

 private:
  using Connections = std::list<Connection>;

  Result<void> listen();
  void accept();
  void serve(Connections::iterator connection);
  void answer(Connections::iterator connection, const codec::Json& request);
  std::string status();
  std::string fault(const codec::Json& request);
  std::string heal(const codec::Json& request);
  void execute(Connections::iterator connection, const codec::Json& request);
  void command_ended(std::int64_t id, int code);
  void hang_up(Connections::iterator connection);
  void signalled();
  void down(bool keep);

  LabPlan plan_;
  Fd folder_;  ///< kHostDirectory, held
  Poller poller_;
  Twin twin_;
  Fd signals_;
  Fd socket_;
  Connections connections_;
  std::int64_t next_command_ = 1;
};

Fd end_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGCHLD}) ::sigaddset(&set, number);
  ::sigprocmask(SIG_SETMASK, &set, nullptr);
  return Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Server::Server(const LabPlan& plan, Fd folder)
    : plan_(plan),
      folder_(std::move(folder)),
      twin_(plan.twin, poller_, [this](std::int64_t id, int code) { command_ended(id, code); }),
      signals_(end_signals()) {}

Result<void> Server::start(Channel& progress) {
  poller_.watch(signals_.get(), [this] { signalled(); });
  if (Result<void> ready = listen(); !ready) return ready;
  return twin_.start([&progress](const std::string& text) {
    JsonWriter json;
    json.begin_object().field("event", "progress").field("text", text);
    progress.send(json.end_object().text());
  });
}

Result<void> Server::listen() {
  const std::string path = control_path(plan_.directory);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(Errc::kInvalidInput, path + " is too long for a socket; choose a shorter --dir");
  }
  path.copy(address.sun_path, path.size());
  socket_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ::unlink(path.c_str());  // of a lab that was killed
  const ::mode_t before = ::umask(0177);
  const int bound =
      ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(socket_.get(), 64) != 0) return system_error("listen on " + path);
  poller_.watch(socket_.get(), [this] { accept(); });
  return {};
}

void Server::run() { poller_.run(); }

void Server::accept() {
  Fd peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer.open()) return;
  connections_.push_front({Channel(std::move(peer)), 0, ""});
  const auto connection = connections_.begin();
  poller_.watch(connection->channel.fd(), [this, connection] { serve(connection); });
}

void Server::serve(Connections::iterator connection) {
  const bool alive = connection->channel.receive();
  while (const std::optional<std::string> line = connection->channel.next()) {
    const Result<codec::Json> request = codec::parse_json(*line);
    if (request) {
      answer(connection, *request);
    } else {
      connection->channel.send(failure_text(request.error()));
    }
  }
  if (!alive) hang_up(connection);
}

void Server::answer(Connections::iterator connection, const codec::Json& request) {
  const std::string& what = request.at("do").text;
  Channel& channel = connection->channel;
  if (what == "status") {
    channel.send(status());
  } else if (what == "fault") {
    channel.send(fault(request));
  } else if (what == "heal") {
    channel.send(heal(request));
  } else if (what == "exec") {
    execute(connection, request);
  } else if (what == "signal") {
    HostHandle* host = twin_.host(connection->host);
    const int number = static_cast<int>(request.at("signal").integer());
    if (host != nullptr) host->signal(connection->command, number);
  } else if (what == "down") {
    down(request.at("keep").text == "true");
    channel.send(R"({"ok":true})");
  } else {
    channel.send(failure_text({Errc::kInvalidInput, "the lab does not know how to " + what, {}}));
  }
}

std::string Server::status() {
  JsonWriter json;
  json.begin_object().field("ok", true).field("directory", plan_.directory);
  json.field("application", plan_.twin.site.application);
  twin_.write_status(json);
  return json.end_object().text();
}

std::string Server::fault(const codec::Json& request) {
  const FaultRequest fault = read_fault(request.at("fault"));
  const Result<Twin::Done> done = twin_.inflict(fault);
  if (!done) return failure_text(done.error());
  JsonWriter json;
  json.begin_object().field("ok", true).field("at_us", done->at_us);
  json.field("done_us", boot_ns() / 1000).field("fault", done->fault);
  return json.field("undo", done->undo).field("text", fault_text(fault)).end_object().text();
}

std::string Server::heal(const codec::Json& request) {
  const int fault = static_cast<int>(request.at("fault").integer());
  const Result<std::vector<std::string>> healed = twin_.heal(fault);
  if (!healed) return failure_text(healed.error());
  JsonWriter json;
  json.begin_object().field("ok", true).field("at_us", boot_ns() / 1000).key("healed");
  json.begin_array();
  for (const std::string& text : *healed) json.value(text);
  return json.end_array().end_object().text();
}

void Server::execute(Connections::iterator connection, const codec::Json& request) {
  const std::vector<Fd> files = connection->channel.take(3);
  HostHandle* host = twin_.host(request.at("host").text);
  Error problem{Errc::kNotFound, "there is no host \"" + request.at("host").text + "\"", {}};
  if (host != nullptr && !host->on()) {
    problem = {Errc::kConflict, host->plan().name + " has no power", {}};
  } else if (host != nullptr && (files.size() != 3 || connection->command != 0)) {
    problem = {Errc::kInvalidInput, "a command needs three files and a connection of its own", {}};
  } else if (host != nullptr) {
    connection->command = next_command_++;
    connection->host = host->plan().name;
    const std::vector<int> numbers = {files[0].get(), files[1].get(), files[2].get()};
    if (host->execute(connection->command, request.at("argv"), numbers)) return;
    problem = {Errc::kUnavailable, host->plan().name + " does not answer", {}};
  }
  connection->channel.send(failure_text(problem));
}

void Server::command_ended(std::int64_t id, int code) {
  for (Connection& connection : connections_) {
    if (connection.command != id) continue;
    connection.command = 0;
    JsonWriter json;
    json.begin_object().field("ok", true).field("exit", code);
    connection.channel.send(json.end_object().text());
  }
}

void Server::hang_up(Connections::iterator connection) {
  if (connection->command != 0) {
    const std::int64_t command = connection->command;
    const std::string name = connection->host;
    if (HostHandle* host = twin_.host(name)) host->signal(command, SIGTERM);
    poller_.at(boot_now() + kCommandGrace, [this, command, name] {
      if (HostHandle* host = twin_.host(name)) host->signal(command, SIGKILL);
    });
  }
  poller_.unwatch(connection->channel.fd());
  connections_.erase(connection);
}

void Server::signalled() {
  signalfd_siginfo info;
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    // Hosts are waited for where they are ended; the rest are orphans of this namespace.
    if (info.ssi_signo != SIGCHLD) down(false);
  }
}

void Server::down(bool keep) {
  twin_.end();
  folder_.reset();
  if (!keep) remove_leftovers(plan_.directory);
  poller_.stop();
}

}  // namespace

std::string control_path(const std::string& directory) { return directory + "/control.sock"; }
std::string lock_path(const std::string& directory) { return directory + kMarker; }
std::string pid_path(const std::string& directory) { return directory + "/lab.pid"; }

void remove_leftovers(const std::string& directory) {
  if (!exists(directory + kMarker)) return;
  if (exists(directory + kMadeMarker)) remove_host_directory();
  // The marker goes last: a directory that could not be emptied is still known as a lab's.
  for (const char* part :
       {"/control.sock", "/lab.pid", "/hosts", "/disks", "/identities", "/logs", kMadeMarker}) {
    if (Result<void> removed = remove_tree(directory + part); !removed) return;
  }
  ::unlink((directory + kMarker).c_str());
  ::rmdir(directory.c_str());
}

void run_supervisor(const LabPlan& plan, Channel progress) {
  ::prctl(PR_SET_NAME, "hf-lab", 0, 0, 0);
  const auto fail_with = [&progress](const std::string& problem) {
    JsonWriter json;
    json.begin_object().field("event", "failed").field("problem", problem);
    progress.send(json.end_object().text());
  };
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    fail_with("cannot make mounts private");
    return;
  }
  Result<HostDirectory> folder = hold_host_directory();
  if (!folder) {
    fail_with(folder.error().message);
    return;
  }
  char outer[32] = {};
  if (::readlink("/proc/self", outer, sizeof outer - 1) <= 0 ||
      !write_file(pid_path(plan.directory), std::string(outer) + "\n", 0644)) {
    fail_with("cannot write " + pid_path(plan.directory));
    return;
  }
  Server server(plan, std::move(folder->held));
  if (Result<void> started = server.start(progress); !started) {
    fail_with(started.error().message);
    return;
  }
  progress.send(R"({"event":"ready"})");
  progress.close();
  server.run();
}

}  // namespace holdfast::lab

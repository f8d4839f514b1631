#include "lab/host/supervise.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/json_writer.h"
#include "codec/json_reader.h"
#include "lab/host/postgres.h"
#include "lab/host/rooms.h"
#include "lab/host/spawn.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"
#include "lab/os/poller.h"

namespace holdfast::lab {
namespace {

constexpr Duration kRestartDelay = 1s;
constexpr Duration kStopPatience = 3s;  ///< then a process that was asked to stop is killed
constexpr Duration kEndPatience = 6s;   ///< for everything in the host, PostgreSQL included
constexpr Duration kEndPoll = 20ms;

struct Process {
  ProcessSpec spec;
  pid_t pid = 0;
  bool frozen = false;
  bool held = false;     ///< stays down until it is started
  bool at_once = false;  ///< starts again without delay
  int restarts = 0;
  int last_status = 0;  ///< of wait()
  MonoTime since{};
};

struct Command {
  std::int64_t id;
  pid_t pid;
};

class Supervisor {
 public:
  Supervisor(const HostPlan& plan, Channel control, Fd logs);
  void run();

 private:
  using Problem = std::optional<std::string>;

  bool obey();
  void obey_one(const codec::Json& request);
  Problem act(const std::string& name, const std::string& what);
  Problem act_on_postgres(const std::string& cluster, bool whole, const std::string& what);
  Problem act_on(Process& process, const std::string& what);
  void stop(Process& process);
  void execute(const codec::Json& request);
  void signal_command(std::int64_t id, int number);
  void start(std::size_t index);
  void start_later(std::size_t index);
  void reap();
  void ended(std::size_t index, int status);
  void report(const Process& process);
  void end();
  void end_when_quiet(MonoTime deadline);

  Poller poller_;
  Channel control_;
  Fd logs_;
  Fd children_;
  std::vector<Process> processes_;
  std::vector<Command> commands_;
  bool ending_ = false;
};

Fd child_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int shell_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Supervisor::Supervisor(const HostPlan& plan, Channel control, Fd logs)
    : control_(std::move(control)), logs_(std::move(logs)), children_(child_signals()) {
  for (const ProcessSpec& spec : plan.processes) {
    Process process;
    process.spec = spec;
    processes_.push_back(std::move(process));
  }
}

void Supervisor::run() {
  poller_.watch(children_.get(), [this] { reap(); });
  poller_.watch(control_.fd(), [this] {
    if (!obey()) poller_.stop();
  });
  // What came together with the first message is not announced again.
  while (const std::optional<std::string> line = control_.next()) {
    if (const Result<codec::Json> request = codec::parse_json(*line)) obey_one(*request);
  }
  poller_.run();
}

bool Supervisor::obey() {
  const bool alive = control_.receive();
  while (const std::optional<std::string> line = control_.next()) {
    if (const Result<codec::Json> request = codec::parse_json(*line)) obey_one(*request);
  }
  return alive;
}

void Supervisor::obey_one(const codec::Json& request) {
  const std::string& what = request.at("do").text;
  const std::int64_t id = request.at("id").integer();
  if (what == "begin") {
    for (std::size_t i = 0; i < processes_.size(); ++i) start(i);
  } else if (what == "process") {
    const Problem problem = act(request.at("name").text, request.at("act").text);
    JsonWriter json;
    json.begin_object().field("event", "answer").field("id", id);
    json.field("problem", problem.value_or("")).field("at_us", boot_ns() / 1000);
    control_.send(json.end_object().text());
  } else if (what == "exec") {
    execute(request);
  } else if (what == "signal") {
    signal_command(id, static_cast<int>(request.at("signal").integer()));
  } else if (what == "end") {
    end();
  }
}

Supervisor::Problem Supervisor::act(const std::string& name, const std::string& what) {
  const std::size_t colon = name.find(':');
  const std::string kind = name.substr(0, colon);
  if (colon != std::string::npos && (kind == "postgres" || kind == "postmaster")) {
    return act_on_postgres(name.substr(colon + 1), kind == "postgres", what);
  }
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    Process& process = processes_[i];
    if (process.spec.name != name) continue;
    if (what == "start") {
      process.held = false;
      if (process.pid == 0) start(i);
      return std::nullopt;
    }
    if (what == "restart" && process.pid == 0) {
      start(i);
      return std::nullopt;
    }
    return act_on(process, what);
  }
  std::string known;
  for (const Process& process : processes_) known += " " + process.spec.name;
  return "no process \"" + name + "\" on this host; there are:" + known;
}

Supervisor::Problem Supervisor::act_on(Process& process, const std::string& what) {
  if (what == "stop") process.held = true;
  if (process.pid == 0 && what == "stop") return std::nullopt;
  if (process.pid == 0) return process.spec.name + " is not running";
  if (what == "kill" || what == "stop") {
    ::kill(process.pid, SIGKILL);
  } else if (what == "freeze" || what == "thaw") {
    process.frozen = what == "freeze";
    ::kill(process.pid, process.frozen ? SIGSTOP : SIGCONT);
    report(process);
  } else if (what == "restart") {
    process.at_once = true;
    stop(process);
  } else {
    return "\"" + what + "\" is nothing that can be done to a process";
  }
  return std::nullopt;
}

Supervisor::Problem Supervisor::act_on_postgres(const std::string& cluster,
                                                bool whole,
                                                const std::string& what) {
  const PostgresProcesses found = find_postgres(cluster);
  if (found.postmaster == 0) return "no PostgreSQL of cluster \"" + cluster + "\" runs here";
  if (what == "restart") {
    // A fast stop; whoever looks after the server starts it again.
    ::kill(found.postmaster, SIGINT);
    return std::nullopt;
  }
  int number = 0;
  if (what == "kill") number = SIGKILL;
  if (what == "freeze") number = SIGSTOP;
  if (what == "thaw") number = SIGCONT;
  if (number == 0) return "PostgreSQL is not started or stopped by the lab; use kill or restart";
  // The postmaster first: it must not see its children go, nor start others.
  ::kill(found.postmaster, number);
  if (!whole) return std::nullopt;
  for (const pid_t pid : find_postgres(cluster).all) ::kill(pid, number);
  return std::nullopt;
}

void Supervisor::stop(Process& process) {
  const pid_t pid = process.pid;
  ::kill(pid, SIGTERM);
  ::kill(pid, SIGCONT);
  process.frozen = false;
  const std::string name = process.spec.name;
  poller_.at(boot_now() + kStopPatience, [this, pid, name] {
    for (const Process& one : processes_) {
      if (one.spec.name == name && one.pid == pid) ::kill(pid, SIGKILL);
    }
  });
}

void Supervisor::execute(const codec::Json& request) {
  const std::int64_t id = request.at("id").integer();
  const std::vector<Fd> files = control_.take(3);
  ProcessSpec spec;
  spec.name = "command";
  for (const codec::Json& word : request.at("argv").items) spec.argv.push_back(word.text);
  if (files.size() == 3) {
    const Result<pid_t> pid = spawn(spec, {files[0].get(), files[1].get(), files[2].get()});
    if (pid) {
      commands_.push_back({id, *pid});
      return;
    }
  }
  JsonWriter json;
  json.begin_object().field("event", "exit").field("id", id).field("code", 126);
  control_.send(json.end_object().text());
}

void Supervisor::signal_command(std::int64_t id, int number) {
  for (const Command& command : commands_) {
    if (command.id == id) ::kill(-command.pid, number);
  }
}

void Supervisor::start(std::size_t index) {
  Process& process = processes_[index];
  if (process.pid != 0 || process.held || ending_) return;
  const std::string name = process.spec.name + ".log";
  const Fd log(
      ::openat(logs_.get(), name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Result<pid_t> pid = spawn(process.spec, {nothing.get(), log.get(), log.get()});
  process.at_once = false;
  process.frozen = false;
  process.since = boot_now();
  if (pid) {
    process.pid = *pid;
  } else {
    const std::string line = pid.error().message + "\n";
    if (::write(log.get(), line.data(), line.size()) < 0) return;
    start_later(index);
  }
  report(process);
}

void Supervisor::start_later(std::size_t index) {
  poller_.at(boot_now() + kRestartDelay, [this, index] {
    if (processes_[index].pid == 0) ++processes_[index].restarts;
    start(index);
  });
}

void Supervisor::reap() {
  signalfd_siginfo info;
  while (::read(children_.get(), &info, sizeof info) > 0) {
  }
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    for (std::size_t i = 0; i < processes_.size(); ++i) {
      if (processes_[i].pid == pid) ended(i, status);
    }
    const auto command = std::find_if(
        commands_.begin(), commands_.end(), [pid](const Command& one) { return one.pid == pid; });
    if (command == commands_.end()) continue;
    JsonWriter json;
    json.begin_object().field("event", "exit").field("id", command->id);
    json.field("code", shell_code(status));
    control_.send(json.end_object().text());
    commands_.erase(command);
  }
}

void Supervisor::ended(std::size_t index, int status) {
  Process& process = processes_[index];
  process.pid = 0;
  process.frozen = false;
  process.last_status = status;
  process.since = boot_now();
  report(process);
  if (process.held || ending_) return;
  if (process.at_once) {
    ++process.restarts;
    start(index);
  } else if (process.spec.restart) {
    start_later(index);
  }
}

void Supervisor::report(const Process& process) {
  const char* state = process.frozen ? "frozen" : "running";
  if (process.pid == 0) state = process.held ? "stopped" : "ended";
  JsonWriter json;
  json.begin_object().field("event", "process").field("name", process.spec.name);
  json.field("state", state).field("pid", static_cast<std::int64_t>(process.pid));
  json.field("restarts", process.restarts).field("exit", shell_code(process.last_status));
  json.field("since_us", process.since.time_since_epoch().count());
  control_.send(json.end_object().text());
}

void Supervisor::end() {
  if (ending_) return;
  ending_ = true;
  for (Process& process : processes_) {
    if (process.pid != 0) stop(process);
  }
  for (const Command& command : commands_) ::kill(-command.pid, SIGTERM);
  for (const pid_t pid : find_postmasters()) {
    ::kill(pid, SIGINT);
    ::kill(pid, SIGCONT);
  }
  end_when_quiet(boot_now() + kEndPatience);
}

void Supervisor::end_when_quiet(MonoTime deadline) {
  const bool quiet = find_postmasters().empty() && commands_.empty() &&
                     std::all_of(processes_.begin(), processes_.end(), [](const Process& one) {
                       return one.pid == 0;
                     });
  if (quiet || boot_now() >= deadline) {
    poller_.stop();
    return;
  }
  poller_.at(boot_now() + kEndPoll, [this, deadline] { end_when_quiet(deadline); });
}

void tell_failure(Channel& control, const std::string& message) {
  JsonWriter json;
  json.begin_object().field("event", "failed").field("problem", message);
  control.send(json.end_object().text());
}

}  // namespace

void supervise_host(const HostPlan& plan, Channel control) {
  ::prctl(PR_SET_NAME, "hf-host", 0, 0, 0);
  // Opened before the host's own folders hide the machine's.
  Fd logs(::open(plan.log_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!logs.open()) {
    tell_failure(control, system_error("open " + plan.log_folder).value().message);
    return;
  }
  {
    const Result<HostParts> parts = furnish_host(plan);
    if (!parts) {
      tell_failure(control, parts.error().message);
      return;
    }
    // The lab and the fabric hold them from here on.
    control.send(R"({"event":"up","fds":2})", {parts->tun.get(), parts->disk.get()});
  }
  Supervisor supervisor(plan, std::move(control), std::move(logs));
  supervisor.run();
}

}  // namespace holdfast::lab

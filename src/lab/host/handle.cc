#include "lab/host/handle.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "base/json_writer.h"
#include "lab/host/supervise.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"
#include "lab/os/loop_device.h"

namespace holdfast::lab {
namespace {

constexpr Duration kUpPatience = 20s;
constexpr Duration kAnswerPatience = 5s;
constexpr Duration kGonePatience = 15s;
constexpr useconds_t kGonePollUs = 1000;

constexpr int kOwnNamespaces =
    CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID;

/// The child keeps its standard files and one more.
void keep_only(int fd, int as) {
  if (fd != as) ::dup3(fd, as, O_CLOEXEC);
  ::close_range(static_cast<unsigned>(as) + 1, ~0U, 0);
}

void write_words(JsonWriter& json, const codec::Json& words) {
  json.begin_array();
  for (const codec::Json& word : words.items) json.value(word.text);
  json.end_array();
}

}  // namespace

Result<void> HostHandle::launch() {
  Result<std::pair<Channel, Channel>> ends = Channel::pair();
  if (!ends) return tl::unexpected(ends.error());
  if (Result<void> free = wait_released(plan_.image); !free) return free;
  // A fork into new namespaces; this process has one thread, so that the child may go on in C++.
  const long pid = ::syscall(SYS_clone, kOwnNamespaces | SIGCHLD, 0, 0, 0, 0);
  if (pid < 0) return system_error("make the namespaces of " + plan_.name);
  if (pid == 0) {
    constexpr int kChannel = 3;
    keep_only(ends->second.fd(), kChannel);
    supervise_host(plan_, Channel(Fd(kChannel)));
    ::_exit(0);
  }
  pid_ = static_cast<pid_t>(pid);
  channel_ = std::move(ends->first);
  processes_.clear();
  answers_.clear();
  return {};
}

Result<Fd> HostHandle::wait_up() {
  const std::optional<std::string> line = channel_.wait(kUpPatience);
  const Result<codec::Json> event =
      line ? codec::parse_json(*line) : fail(Errc::kTimeout, "it does not come up");
  if (event && event->at("event").text == "up") {
    std::vector<Fd> files = channel_.take(2);
    if (files.size() == 2) {
      plan_.fresh = false;
      disk_ = std::move(files[1]);
      return std::move(files[0]);
    }
  }
  const std::string why = event ? event->at("problem").text : event.error().message;
  kill_all();
  if (Result<void> gone = wait_gone(); !gone) return tl::unexpected(gone.error());
  return fail(Errc::kInternal, "host " + plan_.name + ": " + why);
}

Result<void> HostHandle::begin() {
  channel_.send(R"({"do":"begin"})");
  const MonoTime deadline = boot_now() + kAnswerPatience;
  while (processes_.size() < plan_.processes.size()) {
    const std::optional<std::string> line = channel_.wait(deadline - boot_now());
    if (!line) return fail(Errc::kTimeout, plan_.name + " does not start its processes");
    if (const Result<codec::Json> event = codec::parse_json(*line)) note(*event);
  }
  note_received();
  return {};
}

void HostHandle::kill_all() {
  if (pid_ != 0) ::kill(pid_, SIGKILL);
}

Result<void> HostHandle::cut_power() { return cut_disk(disk_.get()); }

Result<void> HostHandle::wait_gone() {
  const MonoTime deadline = boot_now() + kGonePatience;
  while (pid_ != 0) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) break;
    if (boot_now() > deadline) {
      return fail(Errc::kTimeout, "the processes of " + plan_.name + " do not end");
    }
    ::usleep(kGonePollUs);
  }
  pid_ = 0;
  channel_.close();
  disk_.reset();
  processes_.clear();
  return {};
}

Result<std::int64_t> HostHandle::act(const std::string& process, const std::string& what) {
  const std::int64_t id = next_request_++;
  JsonWriter json;
  json.begin_object().field("do", "process").field("id", id);
  json.field("name", process).field("act", what);
  channel_.send(json.end_object().text());
  const MonoTime deadline = boot_now() + kAnswerPatience;
  while (boot_now() < deadline) {
    const std::optional<std::string> line = channel_.wait(deadline - boot_now());
    if (!line) break;
    const Result<codec::Json> event = codec::parse_json(*line);
    if (!event) continue;
    note(*event);
    const auto found = answers_.find(id);
    if (found == answers_.end()) continue;
    const codec::Json answer = std::move(found->second);
    answers_.erase(found);
    note_received();
    const std::string& problem = answer.at("problem").text;
    if (!problem.empty()) return fail(Errc::kNotFound, plan_.name + ": " + problem);
    return answer.at("at_us").integer();
  }
  return fail(Errc::kTimeout, plan_.name + " does not answer");
}

bool HostHandle::execute(std::int64_t id, const codec::Json& argv, const std::vector<int>& files) {
  JsonWriter json;
  json.begin_object().field("do", "exec").field("id", id).field("fds", 3).key("argv");
  write_words(json, argv);
  return on() && channel_.send(json.end_object().text(), files);
}

void HostHandle::signal(std::int64_t id, int number) {
  JsonWriter json;
  json.begin_object().field("do", "signal").field("id", id).field("signal", number);
  if (on()) channel_.send(json.end_object().text());
}

bool HostHandle::listen() {
  const bool alive = channel_.receive();
  note_received();
  return alive;
}

void HostHandle::note_received() {
  while (const std::optional<std::string> line = channel_.next()) {
    if (const Result<codec::Json> event = codec::parse_json(*line)) note(*event);
  }
}

void HostHandle::note(const codec::Json& event) {
  const std::string& what = event.at("event").text;
  if (what == "process") processes_[event.at("name").text] = event;
  if (what == "answer") answers_[event.at("id").integer()] = event;
  if (what == "exit") {
    exit_(event.at("id").integer(), static_cast<int>(event.at("code").integer()));
  }
}

}  // namespace holdfast::lab

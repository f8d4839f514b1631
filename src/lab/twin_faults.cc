// The faults of a twin, and how each is undone.
#include <errno.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "lab/host/supervise.h"
#include "lab/os/clock.h"
#include "lab/os/files.h"
#include "lab/twin.h"

namespace holdfast::lab {
namespace {

constexpr const char* kFillFile = ".lab-fill";

/// Takes all room but `leave` bytes. Blocks are taken in ever smaller steps, because one large step
/// fails as a whole.
Result<void> fill_disk(int folder, std::int64_t leave) {
  const Fd file(::openat(folder, kFillFile, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.open()) return system_error("make a file on the disk");
  struct statvfs disk {};
  if (::fstatvfs(file.get(), &disk) != 0) return system_error("measure the disk");
  std::int64_t want = static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize) - leave;
  std::int64_t have = 0;
  for (std::int64_t step = want; step >= 4096 && want > 0; step /= 2) {
    while (want >= step && ::fallocate(file.get(), 0, have, step) == 0) {
      have += step;
      want -= step;
    }
  }
  return {};
}

}  // namespace

Result<Twin::Done> Twin::inflict(const FaultRequest& request) {
  const std::string& what = request.what;
  if (what == "power-off") return power_off(request);
  if (what == "power-on") return restore_power(request);
  if (what == "cut" || what == "degrade") return worsen(request);
  if (what == "fill") return fill(request);
  const bool known = std::any_of(std::begin(kProcessActs),
                                 std::end(kProcessActs),
                                 [&what](const char* act) { return what == act; });
  if (known) return act(request);
  if (what == "clock") {
    return fail(Errc::kUnsupported,
                "a host's clock cannot be moved in the lab: all hosts share the machine's "
                "CLOCK_REALTIME, and time namespaces move only the clocks since boot");
  }
  return fail(Errc::kInvalidInput, "there is no fault \"" + what + "\"");
}

Twin::Done Twin::keep(Active fault) {
  const int id = next_fault_++;
  Done done{id, fault.at_us, "holdfast lab heal " + std::to_string(id)};
  faults_.emplace(id, std::move(fault));
  return done;
}

void Twin::forget(const std::string& what, const std::string& host, const std::string& process) {
  std::erase_if(faults_, [&](const auto& one) {
    const FaultRequest& request = one.second.request;
    return request.what == what && request.a == host && (process.empty() || request.b == process);
  });
}

Result<Twin::Done> Twin::power_off(const FaultRequest& request) {
  Result<std::vector<std::size_t>> chosen = select_hosts(plan_.site, request.a);
  if (!chosen) return tl::unexpected(chosen.error());
  std::erase_if(*chosen, [this](std::size_t i) { return !hosts_[i]->on(); });
  if (chosen->empty()) return fail(Errc::kConflict, request.a + ": no power is on there");
  // The network first: not one packet may tell others what the hosts did while they died.
  const std::int64_t at_us = boot_ns() / 1000;
  for (const std::size_t i : *chosen) {
    poller_.unwatch(hosts_[i]->channel());
    JsonWriter json;
    json.begin_object().field("do", "detach").field("host", static_cast<std::uint64_t>(i));
    const Result<std::int64_t> done = tell_fabric(json.end_object().text());
    if (!done) return tl::unexpected(done.error());
  }
  for (const std::size_t i : *chosen) hosts_[i]->kill_all();
  for (const std::size_t i : *chosen) {
    if (Result<void> cut = hosts_[i]->cut_power(); !cut) return tl::unexpected(cut.error());
  }
  for (const std::size_t i : *chosen) {
    if (Result<void> gone = hosts_[i]->wait_gone(); !gone) return tl::unexpected(gone.error());
    // What was done to a host's processes ends with them.
    forget("freeze", hosts_[i]->plan().name, "");
    forget("stop", hosts_[i]->plan().name, "");
  }
  return keep({request, *chosen, {}, at_us});
}

Result<Twin::Done> Twin::restore_power(const FaultRequest& request) {
  Result<std::vector<std::size_t>> chosen = select_hosts(plan_.site, request.a);
  if (!chosen) return tl::unexpected(chosen.error());
  std::erase_if(*chosen, [this](std::size_t i) { return hosts_[i]->on(); });
  if (chosen->empty()) return fail(Errc::kConflict, request.a + ": no power is off there");
  const std::int64_t at_us = boot_ns() / 1000;
  if (Result<void> on = power_on(*chosen); !on) return tl::unexpected(on.error());
  std::erase_if(faults_, [this](const auto& one) {
    const std::vector<std::size_t>& off = one.second.hosts;
    return !off.empty() &&
           std::all_of(off.begin(), off.end(), [this](std::size_t i) { return hosts_[i]->on(); });
  });
  return Done{0, at_us, ""};
}

Result<Twin::Done> Twin::worsen(const FaultRequest& request) {
  const Result<std::vector<std::size_t>> from = select_hosts(plan_.site, request.a);
  if (!from) return tl::unexpected(from.error());
  const Result<std::vector<std::size_t>> to = select_hosts(plan_.site, request.b);
  if (!to) return tl::unexpected(to.error());
  Active fault{request, {}, {*from, *to, request.one_way, request.worse}, 0};
  fault.link.worse.cut = request.what == "cut";
  if (fault.link.worse == LinkSpec{}) {
    return fail(Errc::kInvalidInput,
                "degrade by what? give --latency, --jitter, --loss or --bandwidth");
  }
  const Done done = keep(std::move(fault));
  const Result<std::int64_t> at_us = set_links();
  if (!at_us) return tl::unexpected(at_us.error());
  faults_[done.fault].at_us = *at_us;
  return Done{done.fault, *at_us, done.undo};
}

Result<Twin::Done> Twin::act(const FaultRequest& request) {
  HostHandle* where = host(request.a);
  if (where == nullptr) return fail(Errc::kNotFound, "there is no host \"" + request.a + "\"");
  if (!where->on()) return fail(Errc::kConflict, request.a + " has no power");
  const Result<std::int64_t> at_us = where->act(request.b, request.what);
  if (!at_us) return tl::unexpected(at_us.error());
  if (request.what == "thaw" || request.what == "kill" || request.what == "restart") {
    forget("freeze", request.a, request.b);
  }
  if (request.what == "start") forget("stop", request.a, request.b);
  if (request.what == "freeze" || request.what == "stop") {
    return keep({request, {}, {}, *at_us});
  }
  return Done{0, *at_us, request.what == "kill" ? "it starts again by itself" : ""};
}

Result<Twin::Done> Twin::fill(const FaultRequest& request) {
  HostHandle* where = host(request.a);
  if (where == nullptr) return fail(Errc::kNotFound, "there is no host \"" + request.a + "\"");
  if (!where->on()) return fail(Errc::kConflict, request.a + " has no power");
  if (Result<void> full = fill_disk(where->disk(), request.leave_bytes); !full) {
    return tl::unexpected(full.error());
  }
  forget("fill", request.a, "");
  return keep({request, {}, {}, boot_ns() / 1000});
}

Result<void> Twin::undo(const Active& fault) {
  const FaultRequest& request = fault.request;
  if (request.what == "cut" || request.what == "degrade") return {};  // all links were set anew
  if (request.what == "power-off") {
    std::vector<std::size_t> off = fault.hosts;
    std::erase_if(off, [this](std::size_t i) { return hosts_[i]->on(); });
    return power_on(off);
  }
  HostHandle* where = host(request.a);
  if (where == nullptr || !where->on()) return {};
  if (request.what == "fill") {
    // A power cut may have taken the file.
    if (::unlinkat(where->disk(), kFillFile, 0) != 0 && errno != ENOENT) {
      return system_error("empty the disk");
    }
    return {};
  }
  const Result<std::int64_t> done =
      where->act(request.b, request.what == "freeze" ? "thaw" : "start");
  // A process that has ended meanwhile is no longer frozen.
  if (!done && done.error().code != Errc::kNotFound) return tl::unexpected(done.error());
  return {};
}

Result<std::vector<std::string>> Twin::heal(int fault) {
  std::map<int, Active> healed;
  if (fault == 0) {
    healed.swap(faults_);
  } else {
    const auto found = faults_.find(fault);
    if (found == faults_.end()) {
      return fail(Errc::kNotFound, "there is no fault " + std::to_string(fault));
    }
    healed.insert(faults_.extract(found));
  }
  const Result<std::int64_t> linked = set_links();
  if (!linked) return tl::unexpected(linked.error());
  // Power first: the others can be undone only where there is some. What cannot be undone now
  // stays in force, to be tried again.
  std::vector<std::string> texts;
  std::optional<Error> problem;
  for (const bool power : {true, false}) {
    for (const auto& [id, one] : healed) {
      if ((one.request.what == "power-off") != power) continue;
      const Result<void> undone = undo(one);
      if (undone) {
        texts.push_back(fault_text(one.request));
      } else {
        problem = undone.error();
        faults_.emplace(id, one);
      }
    }
  }
  if (problem) return tl::unexpected(*problem);
  return texts;
}

}  // namespace holdfast::lab

#include "lab/requirements.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <set>

#include "lab/host/plan.h"
#include "lab/os/fd.h"
#include "lab/os/files.h"

namespace holdfast::lab {
namespace {

void need_device(const char* path, const char* advice, std::vector<std::string>& missing) {
  const Fd device(::open(path, O_RDWR | O_CLOEXEC));
  if (device.open()) return;
  missing.push_back(system_error("open " + std::string(path)).value().message + "; " + advice);
}

std::string package_of(const std::string& program) {
  if (program == "etcd") return "etcd-server";
  if (program == "mkfs.ext4") return "e2fsprogs";
  return program;
}

}  // namespace

std::vector<std::string> missing_requirements(const ProcessTable& processes) {
  std::vector<std::string> missing;
  if (::geteuid() != 0) {
    missing.emplace_back(
        "root: the lab makes namespaces, disks and network devices; run it with sudo");
  }
  need_device("/dev/net/tun", "load the module with `modprobe tun`", missing);
  need_device("/dev/loop-control", "load the module with `modprobe loop`", missing);
  for (const char* name : {"mnt", "uts", "ipc", "net", "pid"}) {
    if (!exists("/proc/self/ns/" + std::string(name))) {
      missing.push_back("this kernel has no " + std::string(name) + " namespaces");
    }
  }
  const Result<std::string> kinds = read_file("/proc/filesystems");
  if (!kinds || kinds->find("\text4\n") == std::string::npos) {
    missing.emplace_back("this kernel has no ext4; load the module with `modprobe ext4`");
  }
  if (!exists("/etc/hosts")) missing.emplace_back("/etc/hosts: make an empty one");
  std::set<std::string> programs = {"mkfs.ext4"};
  std::set<std::string> users;
  for (const std::vector<ProcessSpec>& host : processes) {
    for (const ProcessSpec& process : host) {
      if (!process.argv.empty()) programs.insert(process.argv[0]);
      if (!process.user.empty()) users.insert(process.user);
    }
  }
  programs.erase("holdfast");  // brought along
  for (const std::string& program : programs) {
    if (find_program(program, program_path()).empty()) {
      missing.push_back("the program " + program + ": on Debian, apt install " +
                        package_of(program));
    }
  }
  for (const std::string& user : users) {
    if (::getpwnam(user.c_str()) == nullptr) missing.push_back("the user " + user);
  }
  return missing;
}

}  // namespace holdfast::lab

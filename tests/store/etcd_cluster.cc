#include "etcd_cluster.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::store_test {

EtcdCluster::EtcdCluster(int members, std::optional<net::TlsFiles> tls) : tls_(std::move(tls)) {
  for (int i = 0; i < members; ++i) {
    etcd::EtcdMember it;
    it.name = "m" + std::to_string(i);
    it.host = it.listen = "127.0.0.1";
    it.data_dir = folder_.path() / it.name;
    it.client_port = free_port();
    it.peer_port = free_port();
    members_.push_back(it);
    processes_.push_back(-1);
  }
  for (int i = 0; i < members; ++i) start(i);
}

EtcdCluster::~EtcdCluster() {
  for (int i = 0; i < members(); ++i) kill(i);
}

etcd::Endpoint EtcdCluster::endpoint(int member) const {
  const etcd::EtcdMember& it = members_[static_cast<std::size_t>(member)];
  return {it.host, it.client_port};
}

std::vector<etcd::Endpoint> EtcdCluster::endpoints(int member) const {
  std::vector<etcd::Endpoint> all{endpoint(member)};
  for (int i = 0; i < members(); ++i) {
    if (i != member) all.push_back(endpoint(i));
  }
  return all;
}

std::string EtcdCluster::name(int member) const {
  return members_[static_cast<std::size_t>(member)].name;
}

void EtcdCluster::start(int member) {
  const auto at = static_cast<std::size_t>(member);
  ASSERT_EQ(processes_[at], -1);
  const auto arguments = etcd::etcd_arguments(members_[at], members_, "test", tls_);
  std::vector<char*> argv;
  for (const std::string& it : arguments) argv.push_back(const_cast<char*>(it.c_str()));
  argv.push_back(nullptr);
  const std::string log = folder_.path() / (members_[at].name + ".log");
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int fd = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(fd, STDOUT_FILENO);
    ::dup2(fd, STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  processes_[at] = pid;
}

void EtcdCluster::kill(int member) {
  const auto at = static_cast<std::size_t>(member);
  if (processes_[at] < 0) return;
  ::kill(processes_[at], SIGKILL);
  ::waitpid(processes_[at], nullptr, 0);
  processes_[at] = -1;
}

void EtcdCluster::signal(int member, int number) {
  const auto at = static_cast<std::size_t>(member);
  if (processes_[at] > 0) ::kill(processes_[at], number);
}

}  // namespace holdfast::store_test

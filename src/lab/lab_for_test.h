// A small lab for tests: three hosts in two regions, stand-ins for processes. Needs root.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "lab/client.h"
#include "lab/os/files.h"

namespace holdfast::lab {

/// Hosts `one` and `two` in zones of region `near`, `three` in region `far`.
inline model::Site three_hosts() {
  model::Site site;
  site.application = "test";
  site.regions = {{"near", false}, {"far", false}};
  site.zones = {{"near-a", 0}, {"near-b", 0}, {"far-a", 1}};
  for (const auto& [name, zone] : {std::pair{"one", 0U}, {"two", 1U}, {"three", 2U}}) {
    model::Host host;
    host.name = name;
    host.zone = zone;
    site.hosts.push_back(host);
  }
  return site;
}

struct Said {
  int code = -1;
  std::string text;
};

class LabSlow : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, for namespaces, disks and devices";
    char folder[] = "/tmp/holdfast-lab-test-XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    options_.directory = folder;
    options_.site = three_hosts();
    options_.identities = false;
    options_.database_disk_bytes = 64 << 20;
    const ProcessSpec idle{"idle", {"sleep", "100000"}, "", true, 0, {}, {}};
    options_.processes = ProcessTable(3, {idle});
  }
  void TearDown() override {
    if (Result<Client> client = Client::connect(options_.directory)) {
      const Result<void> down = client->down();
      EXPECT_TRUE(down) << down.error().message;
      EXPECT_FALSE(exists(options_.directory));
    }
    EXPECT_TRUE(remove_tree(options_.directory));
  }

  void bring_up() {
    const Result<void> started = up(options_, [](const std::string&) {});
    ASSERT_TRUE(started) << started.error().message;
  }
  Client client() {
    Result<Client> client = Client::connect(options_.directory);
    HF_ASSERT(client.has_value());
    return std::move(*client);
  }
  /// A shell command in a host: how it ended and what it printed.
  Said run(const std::string& host, const std::string& script) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const Result<int> code = client().execute(host, {"bash", "-c", script}, {0, ends[1], ends[1]});
    ::close(ends[1]);
    Said said;
    char part[4096];
    for (ssize_t count = 0; (count = ::read(ends[0], part, sizeof part)) > 0;) {
      said.text.append(part, static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    EXPECT_TRUE(code) << code.error().message;
    if (code) said.code = *code;
    return said;
  }
  /// Whether packets go there and back: a port that nobody listens on refuses at once.
  bool reaches(const std::string& from, const std::string& to) {
    return run(from, "timeout 1 bash -c 'echo > /dev/tcp/" + to + "/9' 2>/dev/null").code == 1;
  }
  Client::Inflicted inflict(const FaultRequest& request) {
    const Result<Client::Inflicted> done = client().fault(request);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : Client::Inflicted{};
  }
  std::string state(std::size_t host) {
    const Result<codec::Json> status = client().status();
    if (!status) return status.error().message;
    const codec::Json& processes = status->at("hosts").items[host].at("processes");
    return processes.items.empty() ? "none" : processes.items[0].at("state").text;
  }
  /// Asks until it is so, for at most ten seconds.
  bool comes_true(const auto& condition) {
    for (int i = 0; i < 500; ++i) {
      if (condition()) return true;
      ::usleep(20'000);
    }
    return false;
  }

  UpOptions options_;
};

inline FaultRequest fault(const std::string& what,
                          const std::string& a,
                          const std::string& b = "") {
  FaultRequest request;
  request.what = what;
  request.a = a;
  request.b = b;
  return request;
}

}  // namespace holdfast::lab

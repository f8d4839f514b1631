// A whole site in the lab: created, switched over, robbed of its primary, healed.
//
// It runs the very binary that is built beside this test. It needs root and real engines; without
// them it says what is missing and skips.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "codec/json_reader.h"

namespace holdfast::apps {
namespace {

using codec::Json;

struct Outcome {
  int code = -1;
  std::string output;
};

Outcome run(const std::string& command) {
  Outcome outcome;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) outcome.output += buffer.data();
  outcome.code = WEXITSTATUS(pclose(pipe));
  return outcome;
}

std::string program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "holdfast";
}

class SiteSlow : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "the lab needs root";
    if (!std::filesystem::exists(program())) GTEST_SKIP() << program() << " is not built";
    char name[] = "/tmp/holdfast-site-XXXXXX";
    folder_ = mkdtemp(name);
    const Outcome up = lab("up examples/ris-two-regions.yaml --dir " + folder_);
    ASSERT_EQ(up.code, 0) << up.output;
  }

  void TearDown() override {
    if (folder_.empty()) return;
    if (HasFailure()) std::printf("%s\n", ask("status").output.c_str());
    const Outcome down = lab("down --dir " + folder_);
    EXPECT_EQ(down.code, 0) << down.output;
    std::filesystem::remove_all(folder_);
  }

  static Outcome lab(const std::string& words) { return run(program() + " lab " + words); }
  [[nodiscard]] Outcome fault(const std::string& words) const {
    return lab("fault " + words + " --dir " + folder_);
  }
  /// An operator's command, on a host that no test breaks.
  [[nodiscard]] Outcome ask(const std::string& words) const {
    return lab("exec --dir " + folder_ + " svc-west-a -- holdfast " + words);
  }
  [[nodiscard]] Json cluster(const std::string& name) const {
    const Result<Json> status = codec::parse_json(ask("status --json").output);
    if (!status) return {};
    for (const Json& it : status->at("clusters").items) {
      if (it.at("name").text == name) return it;
    }
    return {};
  }
  Json wait_for(const std::string& name, const std::function<bool(const Json&)>& wanted) const {
    constexpr timespec kLook{0, 300'000'000};
    Json seen;
    for (int looks = 0; looks < 400; ++looks) {
      seen = cluster(name);
      if (wanted(seen)) return seen;
      nanosleep(&kLook, nullptr);
    }
    ADD_FAILURE() << name << " does not get there within two minutes";
    return seen;
  }

  std::string folder_;
};

bool serves(const Json& it) {
  return it.at("phase").text == "steady" && it.at("open").text == "true";
}

/// In the set that the site file asks for, and everybody follows.
bool is_whole(const Json& it, std::size_t set) {
  if (!serves(it) || it.at("set").items.size() != set || it.at("sets_recorded").text != "1")
    return false;
  if (it.at("protection").at("reached").text != "true") return false;
  for (const Json& member : it.at("members").items) {
    const bool follows = member.at("following_epoch").text == it.at("epoch").text;
    if (member.at("state").text != "primary" && !follows) return false;
  }
  return true;
}

TEST_F(SiteSlow, is_created_moved_broken_and_heals_by_itself) {
  const Outcome created = ask("bootstrap");
  ASSERT_EQ(created.code, 0) << created.output;
  Json registry = wait_for("registry", [](const Json& it) { return is_whole(it, 3); });
  wait_for("orders", [](const Json& it) { return is_whole(it, 2); });
  EXPECT_EQ(registry.at("quorum").text, "2");
  EXPECT_NE(ask("bootstrap --cluster registry").code, 0) << "it exists already";

  const Outcome moved = ask("switchover registry --to db-east-b");
  EXPECT_EQ(moved.code, 0) << moved.output;
  registry = wait_for("registry", [](const Json& it) { return is_whole(it, 3); });
  EXPECT_EQ(registry.at("primary").text, "db-east-b");

  ASSERT_EQ(fault("power-off host=db-east-b").code, 0);
  const std::int64_t epoch = registry.at("epoch").integer();
  registry = wait_for(
      "registry", [&](const Json& it) { return serves(it) && it.at("epoch").integer() > epoch; });
  EXPECT_NE(registry.at("primary").text, "db-east-b");
  ASSERT_EQ(lab("heal --dir " + folder_).code, 0);
  wait_for("registry", [](const Json& it) { return is_whole(it, 3); });

  const Outcome audit = lab("exec --dir " + folder_ + " svc-west-a -- holdfast audit verify");
  EXPECT_EQ(audit.code, 0) << audit.output;
}

}  // namespace
}  // namespace holdfast::apps

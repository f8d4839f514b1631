// The generated configurations: tests/golden/haproxy/*.cfg. Any change of a line shows here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "codec/haproxy_config.h"
#include "core/testing/sites.h"

namespace holdfast::codec {
namespace {

std::string expected_text(const std::string& name, const std::string& actual) {
  const char* moved = std::getenv("HF_SOURCE_DIR");
  const auto here = std::filesystem::absolute(__FILE__).parent_path().parent_path().parent_path();
  const std::filesystem::path path =
      (moved == nullptr ? here : std::filesystem::path(moved)) / "tests/golden/haproxy" / name;
  const char* update = std::getenv("HF_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(HaproxyConfigGolden, nobody_is_known_to_be_the_writer) {
  const std::string actual =
      haproxy_config(core::testing::ris_site(), {"/var/lib/holdfast/haproxy.sock", true, {}, {}});
  EXPECT_EQ(actual, expected_text("no-writer.cfg", actual));
}

TEST(HaproxyConfigGolden, last_writers_are_ready_from_the_start) {
  const std::string actual = haproxy_config(core::testing::ris_site(),
                                            {"/var/lib/holdfast/haproxy.sock", false, {1, -1}, {}});
  EXPECT_EQ(actual, expected_text("known-writer-ipv4.cfg", actual));
}

TEST(HaproxyConfigGolden, own_instance_comes_first_and_others_of_the_region_stand_by) {
  model::Site site = core::testing::ris_site();
  using model::HostRole;
  site.hosts.push_back({"svc-east-a", 0, HostRole::kService});
  site.hosts.push_back({"svc-east-b", 1, HostRole::kService});
  site.hosts.push_back({"svc-west-a", 3, HostRole::kService});
  ProxyConfig config{"/var/lib/holdfast/haproxy.sock", true, {}, site.find_host("svc-east-b")};
  ASSERT_TRUE(config.application_at.has_value());
  const std::string actual = haproxy_config(site, config);
  EXPECT_EQ(actual, expected_text("application.cfg", actual));
}

}  // namespace
}  // namespace holdfast::codec

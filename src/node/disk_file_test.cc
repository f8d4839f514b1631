#include "node/disk_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "node/boot_mark.h"

namespace holdfast::node {
namespace {

class DiskFileTest : public testing::Test {
 protected:
  DiskFileTest() {
    char name[] = "/tmp/holdfast-disk-XXXXXX";
    folder_ = mkdtemp(name);
  }
  ~DiskFileTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + '/' + name; }

  std::string folder_;
};

TEST_F(DiskFileTest, what_was_written_is_there_when_it_says_so) {
  net::Loop loop;
  DiskFile file(loop, path("agent.json"), nullptr);
  std::string seen;
  file.write("first", [&] {
    seen = **DiskFile::read(path("agent.json"));
    file.write("second", [&] { loop.stop(); });
  });
  loop.run();
  EXPECT_EQ(seen, "first");
  EXPECT_EQ(**DiskFile::read(path("agent.json")), "second");
  EXPECT_FALSE(std::filesystem::exists(path("agent.json.tmp")));
}

TEST_F(DiskFileTest, no_file_is_no_error) {
  const auto text = DiskFile::read(path("none"));
  ASSERT_TRUE(text.has_value());
  EXPECT_FALSE(text->has_value());
}

TEST_F(DiskFileTest, a_write_that_fails_is_told_and_tried_again_until_it_succeeds) {
  net::Loop loop;
  const std::string place = path("later/agent.json");
  std::vector<std::string> told;
  DiskFile file(loop, place, [&](const std::string& text) {
    told.push_back(text);
    // What was missing appears after the first failure.
    std::filesystem::create_directories(path("later"));
  });
  bool done = false;
  file.write("text", [&] {
    done = true;
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  EXPECT_TRUE(done);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_NE(told[0].find("Cannot create"), std::string::npos);
  EXPECT_EQ(told[1], "");
  EXPECT_EQ(**DiskFile::read(place), "text");
}

TEST_F(DiskFileTest, a_boot_is_the_kernels_unless_a_file_names_another) {
  const Result<BootMark> kernel = read_boot_mark(folder_);
  ASSERT_TRUE(kernel.has_value());
  EXPECT_TRUE(kernel->id.is_set());
  EXPECT_EQ(kernel->at, MonoTime{});
  EXPECT_EQ(read_boot_mark(folder_)->id, kernel->id);

  ASSERT_TRUE(DiskFile::write_now(path("boot-id"), "abc 5000000\n").has_value());
  const Result<BootMark> pretended = read_boot_mark(folder_);
  ASSERT_TRUE(pretended.has_value());
  EXPECT_NE(pretended->id, kernel->id);
  EXPECT_EQ(pretended->at, MonoTime{5s});

  ASSERT_TRUE(DiskFile::write_now(path("boot-id"), "abd\n").has_value());
  EXPECT_NE(read_boot_mark(folder_)->id, pretended->id);
  ASSERT_TRUE(DiskFile::write_now(path("boot-id"), "abd soon\n").has_value());
  EXPECT_FALSE(read_boot_mark(folder_).has_value());
}

TEST_F(DiskFileTest, lives_are_random_and_never_none) {
  const std::uint32_t one = random_life();
  EXPECT_NE(one, 0U);
  EXPECT_NE(one, random_life());
}

}  // namespace
}  // namespace holdfast::node

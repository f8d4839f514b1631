#include "node/audit_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace holdfast::node {
namespace {

class AuditLogTest : public testing::Test {
 protected:
  AuditLogTest() {
    char name[] = "/tmp/holdfast-audit-XXXXXX";
    folder_ = mkdtemp(name);
    path_ = folder_ + "/audit.log";
  }
  ~AuditLogTest() override { std::filesystem::remove_all(folder_); }

  /// Opens, adds, closes; returns what the log found wrong in itself.
  std::string add(int entries) {
    std::string found;
    Result<std::unique_ptr<AuditLog>> log = AuditLog::open(path_, found);
    EXPECT_TRUE(log.has_value());
    for (int i = 0; i < entries; ++i) (*log)->add({WallTime{1s}, "anna", "orders", "switchover"});
    return found;
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path_, std::ios::binary).rdbuf();
    return all.str();
  }
  void replace(const std::string& text) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
  }

  std::string folder_;
  std::string path_;
};

TEST_F(AuditLogTest, goes_on_where_it_ended) {
  EXPECT_EQ(add(3), "");
  EXPECT_EQ(add(2), "");
  const Result<codec::AuditHead> head = verify_audit_file(path_, "");
  ASSERT_TRUE(head.has_value()) << head.error().message;
  EXPECT_EQ(head->number, 5U);
}

TEST_F(AuditLogTest, a_change_is_found_by_verify_and_at_the_next_start) {
  add(3);
  std::string changed = text();
  changed.replace(changed.find("anna"), 4, "otto");
  replace(changed);
  EXPECT_FALSE(verify_audit_file(path_, "").has_value());
  EXPECT_NE(add(1).find("Line 1"), std::string::npos);
  EXPECT_FALSE(verify_audit_file(path_, "").has_value());
}

TEST_F(AuditLogTest, a_cut_end_is_found_by_a_digest_that_was_noted) {
  add(3);
  const std::string noted = verify_audit_file(path_, "")->digest;
  EXPECT_TRUE(verify_audit_file(path_, noted).has_value());
  const std::string whole = text();
  replace(whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1));
  EXPECT_TRUE(verify_audit_file(path_, "").has_value());
  EXPECT_FALSE(verify_audit_file(path_, noted).has_value());
}

TEST_F(AuditLogTest, a_line_that_a_crash_cut_short_is_mended_and_said) {
  add(2);
  const std::string whole = text();
  replace(whole.substr(0, whole.size() - 10));
  EXPECT_FALSE(verify_audit_file(path_, "").has_value());
  add(1);
  const Result<codec::AuditHead> head = verify_audit_file(path_, "");
  ASSERT_TRUE(head.has_value()) << head.error().message;
  EXPECT_EQ(head->number, 3U);
  EXPECT_NE(text().find("cut short"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::node

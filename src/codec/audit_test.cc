#include "codec/audit.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/hash.h"

namespace holdfast::codec {
namespace {

std::string link(std::string_view previous, std::string_view text) {
  Hasher hash;
  hash.add(previous);
  hash.add(text);
  return std::to_string(hash.value());
}

std::vector<std::string> log_of(int lines) {
  std::vector<std::string> log;
  AuditHead head;
  for (int i = 1; i <= lines; ++i) {
    std::string line = audit_line(link, head, "{\"what\":" + std::to_string(i) + '}');
    EXPECT_EQ(line.back(), '\n');
    line.pop_back();
    log.push_back(line);
  }
  return log;
}

/// How many lines fit before one does not.
std::size_t good_lines(const std::vector<std::string>& log) {
  AuditHead head;
  for (std::size_t i = 0; i < log.size(); ++i) {
    if (!check_audit_line(link, head, log[i])) return i;
  }
  return log.size();
}

TEST(Audit, a_log_as_it_was_written_fits) { EXPECT_EQ(good_lines(log_of(20)), 20U); }

TEST(Audit, a_changed_line_is_found) {
  std::vector<std::string> log = log_of(5);
  log[2][log[2].size() - 2] = '9';
  EXPECT_EQ(good_lines(log), 2U);
}

TEST(Audit, a_missing_added_or_moved_line_is_found) {
  std::vector<std::string> log = log_of(5);
  log.erase(log.begin() + 1);
  EXPECT_EQ(good_lines(log), 1U);
  log = log_of(5);
  log.insert(log.begin() + 3, log[2]);
  EXPECT_EQ(good_lines(log), 3U);
  log = log_of(5);
  std::swap(log[1], log[2]);
  EXPECT_EQ(good_lines(log), 1U);
}

TEST(Audit, a_line_linked_to_another_past_is_found) {
  std::vector<std::string> log = log_of(3);
  AuditHead other{3, "another"};
  std::string line = audit_line(link, other, "{}");
  line.pop_back();
  log.push_back(line);
  EXPECT_EQ(good_lines(log), 3U);
}

TEST(Audit, any_text_is_an_error_not_a_crash) {
  AuditHead head;
  for (const char* text : {"", " ", "1", "1 ", "x y z", "1  {}", "18446744073709551616 a b"})
    EXPECT_FALSE(check_audit_line(link, head, text)) << text;
}

}  // namespace
}  // namespace holdfast::codec

#include "codec/diagnostic.h"

#include <gtest/gtest.h>

namespace holdfast::codec {
namespace {

TEST(DiagnosticText, parts_that_are_empty_leave_no_trace) {
  Diagnostic diagnostic{.place = {3, 7}, .id = "x.y", .what = "wrong"};
  EXPECT_EQ(diagnostic_text(diagnostic, "a.yaml"), "a.yaml:3:7: error: wrong [x.y]");
  diagnostic.severity = Severity::kWarning;
  diagnostic.why = "because";
  diagnostic.allowed = "right";
  EXPECT_EQ(diagnostic_text(diagnostic, "a.yaml"),
            "a.yaml:3:7: warning: wrong; because; allowed: right [x.y]");
}

TEST(SortByPlace, errors_come_before_warnings_of_one_place) {
  std::vector<Diagnostic> diagnostics = {
      {.place = {2, 1}, .severity = Severity::kWarning, .id = "c"},
      {.place = {2, 1}, .severity = Severity::kError, .id = "b"},
      {.place = {1, 9}, .severity = Severity::kWarning, .id = "a"}};
  sort_by_place(diagnostics);
  EXPECT_EQ(diagnostics[0].id + diagnostics[1].id + diagnostics[2].id, "abc");
}

TEST(Quote, control_and_broken_bytes_are_escaped) {
  EXPECT_EQ(quote("plain"), "'plain'");
  EXPECT_EQ(quote("Größe"), "'Größe'");
  EXPECT_EQ(quote("a\nb"), "'a\\x0ab'");
  EXPECT_EQ(quote("\xff"), "'\\xff'");
  EXPECT_EQ(quote("\xc3"), "'\\xc3'");
}

TEST(Quote, long_text_is_cut_between_characters) {
  const std::string quoted = quote(std::string(47, 'x') + "üü");
  EXPECT_EQ(quoted, "'" + std::string(47, 'x') + "ü…'");
}

}  // namespace
}  // namespace holdfast::codec

// What is not a query, byte by byte.
#include "codec/dns/query.h"

#include <gtest/gtest.h>

#include "codec/dns/message_for_test.h"

namespace holdfast::codec::dns {
namespace {

using Bytes = std::vector<std::uint8_t>;

QueryProblem problem_of(const Bytes& bytes) {
  Query query;
  read_query(bytes, query);
  return query.problem;
}

Bytes plain() { return testing::make_query({.name = "WWW.ris.example", .edns = true}); }

TEST(ReadQuery, name_is_in_lower_case_with_its_labels) {
  Query query;
  read_query(plain(), query);
  ASSERT_EQ(query.problem, QueryProblem::kNone);
  EXPECT_EQ(query.suffix(0), std::string_view("\3www\3ris\7example\0", 17));
  EXPECT_EQ(query.suffix(1), std::string_view("\3ris\7example\0", 13));
  EXPECT_EQ(query.suffix(3), std::string_view("\0", 1));
  EXPECT_EQ(query.labels, 3);
  EXPECT_TRUE(query.edns);
}

TEST(ReadQuery, every_cut_is_malformed_or_no_query) {
  const Bytes whole = plain();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(problem_of(cut),
              size < kHeaderSize ? QueryProblem::kNoQuery : QueryProblem::kMalformed)
        << size;
  }
}

TEST(ReadQuery, what_is_too_much_is_malformed) {
  Bytes longer = plain();
  longer.push_back(0);
  EXPECT_EQ(problem_of(longer), QueryProblem::kMalformed);
  Bytes two = plain();
  two[5] = 2;
  EXPECT_EQ(problem_of(two), QueryProblem::kMalformed);
  Bytes none = plain();
  none[5] = 0;
  EXPECT_EQ(problem_of(none), QueryProblem::kMalformed);
}

TEST(ReadQuery, responses_and_other_opcodes_are_told_apart) {
  Bytes response = plain();
  response[2] |= 0x80;
  EXPECT_EQ(problem_of(response), QueryProblem::kNoQuery);
  Bytes notify = plain();
  notify[2] = 4 << 3;
  EXPECT_EQ(problem_of(notify), QueryProblem::kOpcode);
}

TEST(ReadQuery, compressed_and_reserved_labels_are_malformed) {
  for (const int first : {0xc0, 0x40, 0x80, 64}) {
    Bytes bytes = plain();
    bytes[kHeaderSize] = static_cast<std::uint8_t>(first);
    EXPECT_EQ(problem_of(bytes), QueryProblem::kMalformed) << first;
  }
}

TEST(ReadQuery, names_may_be_as_long_as_the_standard_allows) {
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
  EXPECT_EQ(problem_of(testing::make_query({.name = longest})), QueryProblem::kNone);
  EXPECT_EQ(problem_of(testing::make_query({.name = longest + 'a'})), QueryProblem::kMalformed);
  std::string many = "a";
  for (int i = 1; i < 127; ++i) many += ".a";
  EXPECT_EQ(problem_of(testing::make_query({.name = many})), QueryProblem::kNone);
  EXPECT_EQ(problem_of(testing::make_query({.name = many + ".a"})), QueryProblem::kMalformed);
}

TEST(ReadQuery, options_are_ignored_but_have_to_be_options) {
  EXPECT_EQ(problem_of(testing::make_query(
                {.name = "a", .edns = true, .options = std::string("\0\12\0\2xy", 6)})),
            QueryProblem::kNone);
  EXPECT_EQ(problem_of(testing::make_query(
                {.name = "a", .edns = true, .options = std::string("\0\12\0\3xy", 6)})),
            QueryProblem::kMalformed);
  EXPECT_EQ(problem_of(testing::make_query({.name = "a", .edns = true, .options = "xyz"})),
            QueryProblem::kMalformed);
}

TEST(ReadQuery, opt_stands_once_in_the_additional_section_at_the_root) {
  const Bytes one = plain();
  const Bytes opt(one.end() - static_cast<std::ptrdiff_t>(kOptSize), one.end());
  Bytes twice = one;
  twice.insert(twice.end(), opt.begin(), opt.end());
  twice[11] = 2;
  EXPECT_EQ(problem_of(twice), QueryProblem::kMalformed);
  Bytes answer = one;
  answer[7] = 1;
  answer[11] = 0;
  EXPECT_EQ(problem_of(answer), QueryProblem::kMalformed);
  Bytes named = one;
  named[named.size() - kOptSize] = 1;
  named.insert(named.end() - static_cast<std::ptrdiff_t>(kOptSize) + 1, {'x', 0});
  EXPECT_EQ(problem_of(named), QueryProblem::kMalformed);
}

TEST(ReadQuery, other_records_are_skipped_unread) {
  Bytes bytes = plain();
  const Bytes tsig{0xc0, 12, 0, 250, 0, 255, 0, 0, 0, 0, 0, 3, 1, 2, 3};
  bytes.insert(bytes.end(), tsig.begin(), tsig.end());
  bytes[11] = 2;
  EXPECT_EQ(problem_of(bytes), QueryProblem::kNone);
}

}  // namespace
}  // namespace holdfast::codec::dns

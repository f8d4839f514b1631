#include "codec/errand.h"

#include <gtest/gtest.h>

#include "model/sites_for_test.h"

namespace holdfast::codec {
namespace {

template <class Kind>
Kind there_and_back(const Kind& errand) {
  const model::Site site = model::two_regions();
  const Result<Errand> read = decode_errand(site, encode_errand(site, errand));
  EXPECT_TRUE(read.has_value());
  const Kind* kind = read ? std::get_if<Kind>(&*read) : nullptr;
  EXPECT_NE(kind, nullptr);
  return kind == nullptr ? Kind{} : *kind;
}

TEST(Errand, every_kind_reads_back) {
  EXPECT_EQ(there_and_back(CreateCluster{1}).cluster, 1);
  const Created created = there_and_back(Created{1, 4'000'000'001U, ""});
  EXPECT_EQ(created.life, 4'000'000'001U);
  EXPECT_EQ(created.problem, "");
  const Trouble trouble = there_and_back(Trouble{0, 2, "the disk is full"});
  EXPECT_EQ(trouble.member, 2);
  EXPECT_EQ(trouble.text, "the disk is full");
  const Told told = there_and_back(Told{1, 3, "A390", Epoch{12}, -5us});
  EXPECT_EQ(told.cluster, 1);
  EXPECT_EQ(told.member, 3);
  EXPECT_EQ(told.rule, "A390");
  EXPECT_EQ(told.epoch, Epoch{12});
  EXPECT_EQ(told.amount, -5us);
}

TEST(Errand, text_from_outside_cannot_add_fields_or_lines) {
  EXPECT_EQ(there_and_back(Created{0, 0, "no\tspace\nleft"}).problem, "no space left");
}

TEST(Errand, is_told_apart_from_other_messages_by_its_first_byte) {
  const model::Site site = model::two_regions();
  EXPECT_TRUE(is_errand(encode_errand(site, CreateCluster{0})));
  EXPECT_FALSE(is_errand(""));
  EXPECT_FALSE(is_errand("\x01"));
}

TEST(Errand, anything_else_is_an_error_that_says_what) {
  const model::Site site = model::two_regions();
  for (const char* text : {"",
                           "!",
                           "!create",
                           "!create\tregistry\tx",
                           "!created\tregistry\tx\t",
                           "!created\tregistry\t99999999999\t",
                           "!told\torders\tdb-west-a\tA1\t1\t",
                           "!what\tregistry",
                           "create\tregistry"}) {
    const Result<Errand> read = decode_errand(site, text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, Errc::kCorrupt) << text;
  }
  for (const char* text : {"!create\tother", "!trouble\torders\tdb-west-b\tx"}) {
    const Result<Errand> read = decode_errand(site, text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, Errc::kNotFound) << text;
  }
}

}  // namespace
}  // namespace holdfast::codec

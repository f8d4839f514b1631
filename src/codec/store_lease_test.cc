#include "codec/store_lease.h"

#include <gtest/gtest.h>

#include "model/sites_for_test.h"

namespace holdfast::codec {
namespace {

constexpr MonoTime kStart = MonoTime{} + 100s;

TEST(LeaseSighting, What_was_never_looked_at_may_run) {
  EXPECT_FALSE(LeaseSighting().ended(kNever));
}

TEST(LeaseSighting, No_lease_is_an_ended_one) {
  LeaseSighting it;
  it.observe_none(1, 5);
  EXPECT_TRUE(it.ended(kStart));
}

TEST(LeaseSighting, Lease_ends_one_length_after_it_was_first_seen) {
  LeaseSighting it;
  it.observe(1, 7, 2s, kStart);
  it.observe(1, 7, 2s, kStart + 1s);
  EXPECT_FALSE(it.ended(kStart + 2s - 1us));
  EXPECT_TRUE(it.ended(kStart + 2s));
}

TEST(LeaseSighting, Renewal_begins_a_new_length) {
  LeaseSighting it;
  it.observe(1, 7, 2s, kStart);
  it.observe(1, 8, 2s, kStart + 1900ms);
  EXPECT_FALSE(it.ended(kStart + 3s));
  EXPECT_TRUE(it.ended(kStart + 3900ms));
}

TEST(LeaseSighting, Answers_out_of_order_change_nothing) {
  LeaseSighting it;
  it.observe(1, 8, 2s, kStart);
  it.observe(1, 7, 9s, kStart + 1s);
  it.observe_none(1, 6);
  EXPECT_EQ(it.version(), 8U);
  EXPECT_FALSE(it.ended(kStart + 1s));
  EXPECT_TRUE(it.ended(kStart + 2s));
}

TEST(LeaseSighting, Another_store_begins_anew) {
  LeaseSighting it;
  it.observe(1, 8, 2s, kStart);
  it.observe(2, 3, 2s, kStart + 2s);
  EXPECT_EQ(it.version(), 3U);
  EXPECT_FALSE(it.ended(kStart + 3s));
}

TEST(StoreLease, Length_reads_back_and_people_see_the_holder) {
  const model::Site site = model::two_regions();
  const std::string text = lease_to_json(site, site.clusters[1], {{0, 5}, Epoch{3}, 2004ms});
  EXPECT_EQ(text,
            R"({"format":1,"holder":{"member":"db-east-a","life":5},"epoch":3,)"
            R"("length_us":2004000})");
  EXPECT_EQ(*lease_length_from_json(text), 2004ms);
  const std::string unknown = lease_to_json(site, site.clusters[1], {{}, Epoch{3}, 2s});
  EXPECT_EQ(*lease_length_from_json(unknown), 2s);
}

TEST(StoreLease, What_is_none_says_why) {
  EXPECT_EQ(lease_length_from_json("x").error().code, Errc::kCorrupt);
  EXPECT_EQ(lease_length_from_json(R"({"format":2})").error().code, Errc::kUnsupported);
  EXPECT_EQ(lease_length_from_json(R"({"format":1})").error().code, Errc::kCorrupt);
  EXPECT_EQ(lease_length_from_json(R"({"format":1,"length_us":-1})").error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace holdfast::codec

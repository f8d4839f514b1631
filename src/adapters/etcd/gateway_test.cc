#include "adapters/etcd/gateway.h"

#include <gtest/gtest.h>

#include "adapters/etcd/base64.h"
#include "base/prng.h"
#include "codec/json_reader.h"

namespace holdfast::etcd {
namespace {

TEST(Base64, Known_texts) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, Every_byte_reads_back) {
  Prng prng(3);
  for (std::size_t size = 0; size < 100; ++size) {
    std::string bytes;
    while (bytes.size() < size) bytes += static_cast<char>(prng.below(256));
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  }
}

TEST(Base64, What_is_none_is_refused) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=Zg=", "Z===", "Zm 9", "Zg==Zg=="}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

TEST(Gateway, Keys_name_their_part_and_cluster) {
  EXPECT_EQ(key_of("orders", Part::kRecord), "/holdfast/v1/clusters/orders/record");
  for (const Part part : {Part::kRecord, Part::kKey, Part::kLease}) {
    const auto name = part_of_key(key_of("orders", part));
    ASSERT_TRUE(name);
    EXPECT_EQ(name->cluster, "orders");
    EXPECT_EQ(name->part, part);
  }
  for (const char* other : {"",
                            "/holdfast/v1/clusters/",
                            "/holdfast/v1/clusters/orders",
                            "/holdfast/v1/clusters/orders/other",
                            "/holdfast/v2/clusters/a/key"}) {
    EXPECT_FALSE(part_of_key(other)) << other;
  }
}

TEST(Gateway, Range_covers_the_prefix_and_nothing_else) {
  const auto json = codec::parse_json(range_request("/a/"));
  ASSERT_TRUE(json);
  EXPECT_EQ(base64_decode(json->at("key").text), "/a/");
  EXPECT_EQ(base64_decode(json->at("range_end").text), "/a0");
  EXPECT_EQ(json->fields.size(), 2U) << "a field more could make it serializable";
}

TEST(Gateway, Transaction_has_its_conditions_puts_and_reads_both_ways) {
  TxnRequest txn;
  txn.if_value("k", "v").if_absent("a").if_modified_at("m", 7).put("p", "q");
  const auto json = codec::parse_json(txn.text("/a/"));
  ASSERT_TRUE(json);
  const auto& compare = json->at("compare").items;
  ASSERT_EQ(compare.size(), 3U);
  for (const auto& it : compare) EXPECT_EQ(it.at("result").text, "EQUAL");
  EXPECT_EQ(base64_decode(compare[0].at("value").text), "v");
  EXPECT_EQ(compare[1].at("create_revision").text, "0");
  EXPECT_EQ(compare[2].at("mod_revision").text, "7");
  ASSERT_EQ(json->at("success").items.size(), 2U);
  ASSERT_EQ(json->at("failure").items.size(), 1U);
  EXPECT_EQ(base64_decode(json->at("success").items[0].at("request_put").at("value").text), "q");
}

TEST(Gateway, Answers_of_range_and_transaction_are_read) {
  const auto range = parse_kv_answer(
      R"({"header":{"cluster_id":"7","revision":"41"},"kvs":[{"key":"L2E=","create_revision":"2",)"
      R"("mod_revision":"18446744073709551615","version":"20","value":"eA=="}],"count":"1"})");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->store, 7U);
  EXPECT_EQ(range->revision, 41U);
  ASSERT_EQ(range->values.size(), 1U);
  EXPECT_EQ(range->values[0].key, "/a");
  EXPECT_EQ(range->values[0].value, "x");
  EXPECT_EQ(range->values[0].modified, 18446744073709551615U);
  const auto txn = parse_kv_answer(
      R"({"header":{"cluster_id":"7","revision":"42"},"succeeded":true,"responses":[)"
      R"({"response_put":{"header":{}}},{"response_range":{"kvs":[)"
      R"({"key":"L2E=","value":"eA=="}]}}]})");
  ASSERT_TRUE(txn);
  EXPECT_TRUE(txn->succeeded);
  EXPECT_EQ(txn->values.size(), 1U);
  const auto failed = parse_kv_answer(R"({"header":{"cluster_id":"7"},"responses":[{}]})");
  ASSERT_TRUE(failed);
  EXPECT_FALSE(failed->succeeded);
}

TEST(Gateway, What_is_no_answer_is_refused) {
  EXPECT_FALSE(parse_kv_answer(""));
  EXPECT_FALSE(parse_kv_answer("[]"));
  EXPECT_FALSE(parse_kv_answer("{}")) << "an answer of nobody";
  EXPECT_FALSE(parse_watch_answer(R"({"error":{"message":"no leader"}})"));
}

TEST(Gateway, Watch_answers_are_read) {
  const auto event =
      parse_watch_answer(R"({"result":{"header":{"cluster_id":"7","revision":"9"},"events":[)"
                         R"({"kv":{"key":"L2E=","mod_revision":"9","value":"eA=="}},)"
                         R"({"type":"DELETE","kv":{"key":"L2I=","mod_revision":"9"}}]}})");
  ASSERT_TRUE(event);
  ASSERT_EQ(event->events.size(), 2U);
  EXPECT_FALSE(event->events[0].deleted);
  EXPECT_TRUE(event->events[1].deleted);
  const auto gone = parse_watch_answer(
      R"({"result":{"header":{"cluster_id":"7"},"canceled":true,"compact_revision":"5"}})");
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->canceled);
  EXPECT_EQ(gone->compacted, 5U);
}

}  // namespace
}  // namespace holdfast::etcd

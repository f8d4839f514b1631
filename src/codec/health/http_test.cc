// HTTP answers, whole and in pieces, right and wrong.
#include "codec/health/http.h"

#include <gtest/gtest.h>

namespace holdfast::codec::health {
namespace {

using State = HttpReader::State;

/// All at once, and byte by byte: both have to come to the same.
HttpReader read(const std::string& text, bool ends = false, std::size_t keep = kHttpJsonKept) {
  HttpReader whole(keep);
  whole.take(text);
  if (ends) whole.end();
  HttpReader pieces(keep);
  for (const char c : text) {
    if (pieces.take({&c, 1}) != State::kMore) break;
  }
  if (ends) pieces.end();
  EXPECT_EQ(whole.status(), pieces.status());
  EXPECT_EQ(whole.body(), pieces.body());
  EXPECT_STREQ(whole.problem(), pieces.problem());
  return whole;
}

State state_of(HttpReader reader) { return reader.take({}); }

TEST(Http, request_names_the_host_asked_for) {
  model::Check check;
  check.target = "10.0.0.1:8080";
  check.path = "/health?deep=1";
  EXPECT_EQ(http_request(check).substr(0, 58),
            "GET /health?deep=1 HTTP/1.1\r\nHost: 10.0.0.1:8080\r\nUser-Age");
  check.server_name = "ris.example";
  EXPECT_NE(http_request(check).find("Host: ris.example\r\n"), std::string::npos);
}

TEST(Http, body_by_length) {
  const HttpReader it = read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nUP");
  EXPECT_EQ(state_of(it), State::kDone);
  EXPECT_EQ(it.status(), 200);
  EXPECT_EQ(it.body(), "UP");
  EXPECT_TRUE(it.keeps_alive());
}

TEST(Http, body_in_chunks_with_trailer) {
  const HttpReader it = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: "
      "1\r\n\r\n");
  EXPECT_EQ(state_of(it), State::kDone);
  EXPECT_EQ(it.body(), "abcde");
  EXPECT_TRUE(it.keeps_alive());
}

TEST(Http, body_to_the_end_of_the_connection) {
  const HttpReader it = read("HTTP/1.0 200 OK\n\nUP", true);
  EXPECT_EQ(state_of(it), State::kDone);
  EXPECT_EQ(it.body(), "UP");
  EXPECT_FALSE(it.keeps_alive());
}

TEST(Http, no_body_where_none_can_be) {
  EXPECT_EQ(state_of(read("HTTP/1.1 204 No Content\r\n\r\n")), State::kDone);
  EXPECT_EQ(state_of(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n")), State::kDone);
}

TEST(Http, interim_answers_are_passed_over) {
  const HttpReader it =
      read("HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(it.status(), 503);
}

TEST(Http, connection_is_not_kept_when_it_must_not_be) {
  EXPECT_FALSE(
      read("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n").keeps_alive());
  HttpReader more;
  more.take("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK");
  EXPECT_FALSE(more.keeps_alive());
}

TEST(Http, what_is_kept_of_a_body_is_bounded) {
  const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x');
  const HttpReader it = read(text, false, 10);
  EXPECT_EQ(it.body().size(), 10U);
  EXPECT_TRUE(it.is_cut());
}

TEST(Http, garbage_is_named) {
  const std::pair<const char*, const char*> cases[] = {
      {"SSH-2.0-OpenSSH\r\n", "the answer is not HTTP/1.1"},
      {"HTTP/2 200\r\n", "the answer is not HTTP/1.1"},
      {"HTTP/1.1 abc OK\r\n", "the answer is not HTTP/1.1"},
      {"HTTP/1.1 2000\r\n", "the answer is not HTTP/1.1"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n", "a header has no name"},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n", "the length of the body is unclear"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
       "the length of the body is unclear"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "the length of the body is unclear"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", "the body is too long"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n", "the transfer encoding is unknown"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       "a chunk of the answer has no length"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
       "a chunk of the answer is longer than it says"},
      {"HTTP/1.1 101 Switching\r\n\r\n", "the peer switches to another protocol"},
  };
  for (const auto& [text, problem] : cases) EXPECT_STREQ(read(text).problem(), problem) << text;
  EXPECT_STREQ(read("HTTP/1.1 200 OK\r\nA: " + std::string(kHttpHeadMax, 'a')).problem(),
               "the head of the answer is too long");
}

TEST(Http, an_early_end_is_named) {
  EXPECT_STREQ(read("", true).problem(), "the connection ends without an answer");
  EXPECT_STREQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nU", true).problem(),
               "the answer ends in the middle");
}

TEST(Http, a_reader_can_be_used_again) {
  HttpReader it(100);
  it.take("garbage\n");
  it.clear();
  EXPECT_EQ(it.take("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nUP"), State::kDone);
  EXPECT_EQ(it.body(), "UP");
}

model::Check expecting(const std::string& contains, const std::string& json) {
  model::Check check;
  check.contains = contains;
  check.json = json;
  return check;
}

std::string judge(const model::Check& check, const std::string& status, const std::string& body) {
  const HttpExpectation expected = http_expectation(check);
  HttpReader reader(expected.keeps());
  reader.take("HTTP/1.1 " + status + " x\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  return judge_http(expected, reader).why;
}

TEST(HttpJudge, status_must_be_wanted) {
  EXPECT_EQ(judge({}, "200", ""), "");
  EXPECT_EQ(judge({}, "302", ""), "");
  EXPECT_EQ(judge({}, "503", ""), "the status is 503");
  model::Check check;
  check.status = "401, 503";
  EXPECT_EQ(judge(check, "503", ""), "");
  EXPECT_EQ(judge(check, "200", ""), "the status is 200");
}

TEST(HttpJudge, text_must_lie_whole_in_the_first_5120_bytes) {
  const model::Check check = expecting("READY", "");
  EXPECT_EQ(judge(check, "200", std::string(5115, '.') + "READY"), "");
  EXPECT_NE(judge(check, "200", std::string(5116, '.') + "READY"), "");
  EXPECT_NE(judge(check, "200", "ready"), "");
}

TEST(HttpJudge, json_must_say_so) {
  const std::string body = R"({"db": {"up": true, "n": 1.50, "who": ["a", "b"], "no": null}})";
  for (const char* match : {"$.db.up",
                            "$.db.up == true",
                            "$.db.n == 1.5",
                            "$.db.who[1] == \"b\"",
                            "$['db'].no == null",
                            "$.db.n != 2",
                            "$.db.who"}) {
    EXPECT_EQ(judge(expecting("", match), "200", body), "") << match;
  }
  for (const char* match : {"$.db.up == false",
                            "$.db.n == \"1.5\"",
                            "$.db.who[2]",
                            "$.db.no",
                            "$.x",
                            "$[0]",
                            "$.db.up != true"}) {
    EXPECT_NE(judge(expecting("", match), "200", body), "") << match;
  }
  EXPECT_EQ(judge(expecting("", "$.a"), "200", "<html>"), "the body is not JSON");
}

}  // namespace
}  // namespace holdfast::codec::health

// Probes over TCP against servers that behave well, badly, or not at all.
#include "adapters/health/stream_talk.h"

#include "adapters/health/servers_for_test.h"

namespace holdfast::health {
namespace {

using model::Check;
using model::CheckKind;

/// A port of loopback on which nothing listens.
std::string closed_port() {
  const TinyServer gone([](int) {});
  return gone.target();
}

std::string http(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

TEST(TcpProbe, an_accepted_connection_passes) {
  TinyServer server(wait_for_end);
  const Outcome it = probe(check_of(CheckKind::kTcp, server.target()))[0];
  EXPECT_TRUE(it.passed) << it.why;
  EXPECT_GT(it.connect, 0us);
}

TEST(TcpProbe, a_closed_port_is_refused) {
  const Outcome it = probe(check_of(CheckKind::kTcp, closed_port()))[0];
  EXPECT_EQ(it.why, "the connection is refused: nothing listens there");
}

TEST(TcpProbe, ends_with_a_reset_so_that_no_port_is_held) {
  std::atomic<int> reset = 0;
  TinyServer server([&](int connection) {
    char byte = 0;
    if (recv(connection, &byte, 1, 0) < 0 && errno == ECONNRESET) ++reset;
  });
  probe(check_of(CheckKind::kTcp, server.target()), 3);
  // The server's thread sees the last one when it does.
  for (int i = 0; i < 1000 && reset < 3; ++i) poll(nullptr, 0, 5);
  EXPECT_EQ(reset, 3);
}

TEST(HttpProbe, a_wanted_answer_passes_on_one_kept_connection) {
  TinyServer server([](int connection) {
    while (!read_some(connection).empty()) write_all(connection, http("200 OK", "READY"));
  });
  Check check = check_of(CheckKind::kHttp, server.target());
  check.contains = "READY";
  for (const Outcome& it : probe(check, 50)) EXPECT_TRUE(it.passed) << it.why;
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpProbe, asks_for_the_path_and_host_declared) {
  std::string asked;
  TinyServer server([&](int connection) {
    asked = read_some(connection);
    write_all(connection, http("204 No Content", ""));
  });
  Check check = check_of(CheckKind::kHttp, server.target());
  check.path = "/health?deep";
  check.server_name = "ris.example";
  EXPECT_TRUE(probe(check)[0].passed);
  EXPECT_TRUE(asked.starts_with("GET /health?deep HTTP/1.1\r\nHost: ris.example\r\n")) << asked;
}

TEST(HttpProbe, a_kept_connection_that_the_server_has_ended_is_no_failure) {
  TinyServer server([](int connection) {
    read_some(connection);
    write_all(connection, http("200 OK", ""));  // and ends it without saying so
  });
  for (const Outcome& it : probe(check_of(CheckKind::kHttp, server.target()), 20)) {
    EXPECT_TRUE(it.passed) << it.why;
  }
  EXPECT_EQ(server.connections(), 20);
}

TEST(HttpProbe, a_server_that_never_answers_is_given_up_in_time) {
  TinyServer server(wait_for_end);
  Check check = check_of(CheckKind::kHttp, server.target());
  check.timeout = 2s;
  check.answer_timeout = 50ms;
  const Outcome it = probe(check)[0];
  EXPECT_EQ(it.why, "no whole answer within 50ms");
  EXPECT_GE(it.answer, 50ms);
}

TEST(HttpProbe, a_slow_drip_is_given_up_at_the_whole_timeout) {
  TinyServer server([](int connection) {
    for (int i = 0; i < 200; ++i) {
      if (send(connection, "H", 1, MSG_NOSIGNAL) < 0) return;
      poll(nullptr, 0, 5);
    }
  });
  Check check = check_of(CheckKind::kHttp, server.target());
  check.timeout = 60ms;
  const Outcome it = probe(check)[0];
  EXPECT_FALSE(it.passed);
}

TEST(HttpProbe, garbage_resets_and_early_ends_are_told_apart) {
  TinyServer garbage([](int connection) {
    write_all(connection, "SSH-2.0-OpenSSH_9.2\r\n");
    wait_for_end(connection);
  });
  EXPECT_EQ(probe(check_of(CheckKind::kHttp, garbage.target()))[0].why,
            "the answer is not HTTP/1.1");
  TinyServer resets([](int connection) {
    read_some(connection);
    const linger now{1, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  EXPECT_EQ(probe(check_of(CheckKind::kHttp, resets.target()))[0].why,
            "the connection is reset by the other side");
  TinyServer ends([](int connection) { read_some(connection); });
  EXPECT_EQ(probe(check_of(CheckKind::kHttp, ends.target()))[0].why,
            "the connection ends without an answer");
  TinyServer cut([](int connection) {
    read_some(connection);
    write_all(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nREA");
  });
  EXPECT_EQ(probe(check_of(CheckKind::kHttp, cut.target()))[0].why,
            "the answer ends in the middle");
  TinyServer away([](int connection) {
    read_some(connection);
    write_all(connection, http("503 Away", ""));
  });
  EXPECT_EQ(probe(check_of(CheckKind::kHttp, away.target()))[0].why, "the status is 503");
}

TEST(Hl7Probe, only_an_acknowledgement_of_the_message_passes) {
  const auto acknowledge = [](const char* code, bool own_id) {
    return [code, own_id](int connection) {
      const std::string message = read_some(connection);
      std::size_t at = 0;
      for (int i = 0; i < 9; ++i) at = message.find('|', at) + 1;
      const std::string id = own_id ? message.substr(at, message.find('|', at) - at) : "OTHER";
      write_all(connection,
                "\x0BMSH|^~\\&|RIS||||20260102030405||ACK|1|P|2.5\rMSA|" + std::string(code) + '|' +
                    id + "\r\x1C\x0D");
      wait_for_end(connection);
    };
  };
  TinyServer good(acknowledge("AA", true));
  const std::vector<Outcome> twice = probe(check_of(CheckKind::kHl7, good.target()), 2);
  EXPECT_TRUE(twice[0].passed) << twice[0].why;
  EXPECT_TRUE(twice[1].passed) << twice[1].why;
  TinyServer refuses(acknowledge("AE", true));
  EXPECT_EQ(probe(check_of(CheckKind::kHl7, refuses.target()))[0].why,
            "the message is refused with AE");
  TinyServer other(acknowledge("AA", false));
  EXPECT_EQ(probe(check_of(CheckKind::kHl7, other.target()))[0].why,
            "the answer acknowledges another message");
  TinyServer silent([](int connection) { read_some(connection); });
  EXPECT_EQ(probe(check_of(CheckKind::kHl7, silent.target()))[0].why,
            "the connection ends without an answer");
}

TEST(Prober, never_has_more_under_way_than_its_bound) {
  std::atomic<int> open = 0;
  std::atomic<int> most = 0;
  TinyServer server([&](int connection) {
    most = std::max<int>(most, ++open);
    wait_for_end(connection);
    --open;
  });
  process::Interrupt done;
  int reports = 0;
  Prober prober(
      [&](const ProbeReport& report) {
        EXPECT_TRUE(report.outcome.passed);
        if (++reports == 200) done.raise();
        return report.ended;
      },
      {.in_flight = 2});
  for (int i = 0; i < 20; ++i) {
    prober.add(std::move(*make_talk(check_of(CheckKind::kTcp, server.target()))),
               process::boot_now());
  }
  ASSERT_TRUE(prober.run(process::boot_now() + 20s, &done).has_value());
  EXPECT_GE(reports, 200);
  EXPECT_LE(most, 2);
}

}  // namespace
}  // namespace holdfast::health

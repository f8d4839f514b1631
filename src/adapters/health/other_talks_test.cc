// Probes of DNS, of programs, and of PostgreSQL where nobody or somebody else listens.
#include "adapters/health/servers_for_test.h"

namespace holdfast::health {
namespace {

using model::Check;
using model::CheckKind;

/// Answers the question that arrives with one A record, or with an error.
TinyServer::Serve dns_server(int rcode, bool strangers_first) {
  return [=](int descriptor) {
    char bytes[512];
    sockaddr_in peer{};
    for (;;) {
      socklen_t size = sizeof peer;
      const ssize_t n =
          recvfrom(descriptor, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&peer), &size);
      if (n < 12) return;
      std::string answer(bytes, static_cast<std::size_t>(n));
      answer[2] = '\x84';
      answer[3] = static_cast<char>(rcode);
      if (rcode == 0) {
        answer[7] = 1;
        answer += std::string("\xc0\x0c\0\1\0\1\0\0\0\5\0\4\x0a\1\0\x14", 16);
      }
      const auto reply = [&](const std::string& text) {
        sendto(descriptor, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
      };
      std::string stranger = answer;
      stranger[0] = static_cast<char>(stranger[0] + 1);
      if (strangers_first) reply(stranger);
      if (strangers_first) reply("x");
      reply(answer);
    }
  };
}

Check dns_check(const std::string& target) {
  Check check = check_of(CheckKind::kDns, target);
  check.query = "ris.hospital.example A";
  return check;
}

TEST(DnsProbe, an_answer_to_the_question_passes) {
  TinyServer server(dns_server(0, true), SOCK_DGRAM);
  Check check = dns_check(server.target());
  EXPECT_TRUE(probe(check)[0].passed);
  check.answer = "10.1.0.20";
  EXPECT_TRUE(probe(check, 3)[2].passed);
  check.answer = "10.1.0.21";
  EXPECT_EQ(probe(check)[0].why, "the address is not among the answers");
}

TEST(DnsProbe, errors_silence_and_closed_ports_are_told_apart) {
  TinyServer refuses(dns_server(5, false), SOCK_DGRAM);
  EXPECT_EQ(probe(dns_check(refuses.target()))[0].why, "the server refuses to answer (REFUSED)");
  TinyServer silent(
      [](int descriptor) {
        while (read_some(descriptor).size() >= 12) {
        }
      },
      SOCK_DGRAM);
  Check check = dns_check(silent.target());
  check.timeout = 30ms;
  EXPECT_EQ(probe(check)[0].why, "no answer within 30ms");
  std::string closed;
  {
    const TinyServer gone([](int descriptor) { read_some(descriptor); }, SOCK_DGRAM);
    closed = gone.target();
  }
  EXPECT_EQ(probe(dns_check(closed))[0].why, "the connection is refused: nothing listens there");
}

Check command_check(const std::string& command) {
  Check check = check_of(CheckKind::kCommand, "");
  check.command = command;
  return check;
}

TEST(CommandProbe, the_exit_code_decides) {
  EXPECT_TRUE(probe(command_check("/bin/true"), 3)[2].passed);
  EXPECT_EQ(probe(command_check("/bin/false"))[0].why, "the program ended with 1");
  EXPECT_EQ(probe(command_check("/bin/ls /nowhere/at/all"))[0].why.substr(0, 26),
            "the program ended with 2: ");
  EXPECT_NE(probe(command_check("/nowhere/check"))[0].why.find("cannot start /nowhere/check"),
            std::string::npos);
}

TEST(CommandProbe, a_program_that_does_not_end_is_killed_in_time) {
  Check check = command_check("/bin/sleep 60");
  check.timeout = 50ms;
  const std::vector<Outcome> twice = probe(check, 2);
  EXPECT_EQ(twice[0].why, "the program did not end within 50ms and was killed");
  EXPECT_EQ(twice[1].why, twice[0].why);
}

TEST(PostgresProbe, nobody_and_somebody_else_are_told_apart) {
  std::string closed;
  {
    const TinyServer gone([](int) {});
    closed = gone.target();
  }
  const std::string why = probe(check_of(CheckKind::kPostgres, closed))[0].why;
  EXPECT_NE(why.find("Connection refused"), std::string::npos) << why;
  TinyServer garbage([](int connection) {
    read_some(connection);
    write_all(connection, "HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  EXPECT_FALSE(probe(check_of(CheckKind::kPostgres, garbage.target()))[0].passed);
  TinyServer silent(wait_for_end);
  Check check = check_of(CheckKind::kPostgres, silent.target());
  check.connect_timeout = 50ms;
  EXPECT_EQ(probe(check)[0].why, "no session within 50ms");
}

}  // namespace
}  // namespace holdfast::health

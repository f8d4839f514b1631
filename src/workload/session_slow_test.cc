// What a session makes of everything that a server, or the loss of one, can do to a statement.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <ostream>

#include "workload/dialer.h"
#include "workload/machine.h"
#include "workload/server_for_test.h"
#include "workload/session.h"

namespace holdfast::workload {
namespace {

using testing::HasSubstr;

const Login kPlain{.password = "x", .tls = "disable"};

Target at(model::Port port) { return {"127.0.0.1", "127.0.0.1", port}; }

/// Polls until it is in this phase or has an answer; a stuck session fails the test.
bool drive(Session& session, Session::Phase until) {
  for (int round = 0; round < 1000 && session.phase() != until; ++round) {
    if (session.phase() == Session::Phase::kBroken) return false;
    pollfd waiting{session.descriptor(), session.events(), 0};
    if (poll(&waiting, 1, 10'000) <= 0) return false;
    session.advance();
  }
  return session.phase() == until;
}

std::string failure(const std::string& severity, const std::string& text) {
  const std::string zero(1, '\0');
  return "S" + severity + zero + "V" + severity + zero + "C57014" + zero + "M" + text + zero + zero;
}

const std::string kParsed = message('1', "") + message('2', "") + message('n', "");
const std::string kDone = message('C', std::string("INSERT 0 1") + '\0');
const std::string kReady = message('Z', "I");
const std::string kError = message('E', failure("ERROR", "no room"));
const std::string kFatal = message('E', failure("FATAL", "going down"));
const std::string kWarning = message('N', failure("WARNING", "canceling wait"));
const std::string kNotice = message('N', failure("NOTICE", "by the way"));

using Manner = Impostor::Manner;

struct Case {
  const char* name;
  std::string answer;
  Manner manner;
  Outcome outcome;
  const char* why = "";
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class SlowSession : public testing::TestWithParam<Case> {};

TEST_P(SlowSession, Calls_it_what_it_is) {
  const Impostor server(GetParam().manner, GetParam().answer);
  Session session(at(server.port()), kPlain);
  ASSERT_TRUE(drive(session, Session::Phase::kReady)) << session.trouble();
  session.send("INSERT", {"1"});
  while (session.phase() == Session::Phase::kBusy) {
    pollfd waiting{session.descriptor(), session.events(), 0};
    ASSERT_EQ(poll(&waiting, 1, 10'000), 1);
    session.advance();
  }
  const std::optional<Answer> answer = session.take_answer();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->outcome, GetParam().outcome) << answer->why;
  EXPECT_THAT(answer->why, HasSubstr(GetParam().why));
  EXPECT_FALSE(session.take_answer().has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Answers,
    SlowSession,
    testing::Values(
        Case{"Committed", kParsed + kDone + kReady, Manner::kGoesOn, Outcome::kAcknowledged},
        Case{"NoticeIsNoMatter",
             kParsed + kNotice + kDone + kReady,
             Manner::kGoesOn,
             Outcome::kAcknowledged},
        // The commit comes after the word that the command is complete.
        Case{"LostBeforeTheCommit", kParsed + kDone, Manner::kHangsUp, Outcome::kUnknown, "closed"},
        Case{"FailedAtTheCommit",
             kParsed + kDone + kError + kReady,
             Manner::kGoesOn,
             Outcome::kRefused,
             "no room"},
        Case{"LostBeforeAnyAnswer", "", Manner::kHangsUp, Outcome::kUnknown, "closed"},
        Case{"LostInTheMiddleOfAMessage",
             kParsed + kDone.substr(0, 3),
             Manner::kHangsUp,
             Outcome::kUnknown},
        Case{
            "RolledBack", kParsed + kError + kReady, Manner::kGoesOn, Outcome::kRefused, "no room"},
        Case{"ErrorAndLost", kParsed + kError, Manner::kHangsUp, Outcome::kUnknown, "no room"},
        Case{"GoingDown", kFatal, Manner::kHangsUp, Outcome::kUnknown, "going down"},
        Case{"GoingDownAfterTheCommand",
             kParsed + kDone + kFatal,
             Manner::kHangsUp,
             Outcome::kUnknown,
             "going down"},
        Case{"StoppedWaitingForReplication",
             kParsed + kWarning + kDone + kReady,
             Manner::kGoesOn,
             Outcome::kUnknown,
             "warning: canceling wait"}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

/// The port that a dialer with these ways in ends up with.
model::Port dialled(const std::vector<Target>& targets, DialTimes times) {
  Dialer dialer(targets, kPlain, times, 0);
  const MonoTime limit = boot_now() + 20s;
  for (MonoTime now = boot_now(); now < limit; now = boot_now()) {
    dialer.step(now);
    if (auto session = dialer.take()) return session->target().port;
    std::vector<pollfd> polls;
    dialer.add_polls(polls);
    const Duration left = std::max(Duration(0), dialer.next_deadline(now) - now);
    poll(polls.data(), polls.size(), static_cast<int>(left / 1ms) + 1);
    dialer.polled(polls.data());
  }
  return 0;
}

TEST(SlowDialer, Leaves_a_refusing_proxy_at_once) {
  const Impostor server(Manner::kGoesOn, "");
  // Neither waiting for silence nor for a timeout could get it there.
  const DialTimes times{.timeout = 1h, .second_after = 1h, .pause = 10ms};
  EXPECT_EQ(dialled({at(free_port()), at(server.port())}, times), server.port());
}

TEST(SlowDialer, Tries_a_second_beside_a_silent_one) {
  const Impostor silent(Manner::kSaysNothing, "");
  const Impostor server(Manner::kGoesOn, "");
  const DialTimes times{.timeout = 1h, .second_after = 50ms, .pause = 10ms};
  EXPECT_EQ(dialled({at(silent.port()), at(server.port())}, times), server.port());
}

TEST(SlowDialer, Gives_up_silent_ones_to_reach_the_third) {
  const Impostor silent(Manner::kSaysNothing, "");
  const Impostor mute(Manner::kSaysNothing, "");
  const Impostor server(Manner::kGoesOn, "");
  const DialTimes times{.timeout = 200ms, .second_after = 50ms, .pause = 10ms};
  EXPECT_EQ(dialled({at(silent.port()), at(mute.port()), at(server.port())}, times), server.port());
}

}  // namespace
}  // namespace holdfast::workload

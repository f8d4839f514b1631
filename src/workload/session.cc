#include "workload/session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/assert.h"

namespace holdfast::workload {
namespace {

constexpr std::size_t kWordsMax = 160;

/// On one line and short, in plain ASCII: it goes into the history.
std::string clean(const char* text) {
  std::string result;
  for (const char c : std::string_view(text == nullptr ? "" : text)) {
    if (result.size() == kWordsMax) break;
    if (c == '\n' || c == '\t') {
      if (!result.empty() && result.back() != ' ') result += ' ';
    } else {
      result += c >= ' ' && c <= '~' ? c : '?';
    }
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::string field(const PGresult* result, int code) {
  return clean(PQresultErrorField(result, code));
}

bool says_on(const PGconn* connection, const char* name) {
  const char* value = PQparameterStatus(connection, name);
  return value != nullptr && std::string_view(value) == "on";
}

PGconn* start(const Target& target, const Login& login) {
  const std::string port = std::to_string(target.port);
  const std::array<const char*, 10> names{"host",
                                          "hostaddr",
                                          "port",
                                          "user",
                                          "dbname",
                                          "password",
                                          "sslmode",
                                          "gssencmode",
                                          "application_name",
                                          nullptr};
  const std::array<const char*, 10> values{target.host.c_str(),
                                           target.address.c_str(),
                                           port.c_str(),
                                           login.user.c_str(),
                                           login.database.c_str(),
                                           login.password.c_str(),
                                           login.tls.c_str(),
                                           "disable",
                                           "holdfast workload",
                                           nullptr};
  return PQconnectStartParams(names.data(), values.data(), 0);
}

}  // namespace

/// What was heard of a statement so far.
struct Session::Hearing {
  bool completed = false;
  bool failed = false;
  bool error_only = true;  ///< every failure was an ERROR of the server, which ends one statement
  std::string warning;
  Answer answer;
};

Session::Session(const Target& target, const Login& login)
    : target_(target), connection_(start(target, login)) {
  events_ = POLLOUT;
  if (connection_ == nullptr) {
    break_off("no memory for a connection");
  } else if (PQstatus(connection_) == CONNECTION_BAD) {
    break_off(clean(PQerrorMessage(connection_)));
  } else {
    PQsetNoticeReceiver(
        connection_, [](void* self, const PGresult* result) { on_notice(self, result); }, this);
  }
}

Session::~Session() { PQfinish(connection_); }

int Session::descriptor() const { return connection_ == nullptr ? -1 : PQsocket(connection_); }

short Session::events() const { return events_; }

void Session::break_off(std::string why) {
  phase_ = Phase::kBroken;
  trouble_ = std::move(why);
  events_ = 0;
}

void Session::on_notice(void* self, const void* result) {
  Session& session = *static_cast<Session*>(self);
  const auto* notice = static_cast<const PGresult*>(result);
  if (!session.hearing_) return;
  const std::string severity = field(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity != "WARNING") return;
  session.hearing_->warning = field(notice, PG_DIAG_MESSAGE_PRIMARY);
}

void Session::advance() {
  switch (phase_) {
    case Phase::kConnecting: advance_connecting(); break;
    case Phase::kBusy: advance_busy(); break;
    case Phase::kReady:
      // Nothing is expected: it is the end of the connection, or a parameter's new value.
      if (PQconsumeInput(connection_) == 0) {
        break_off(clean(PQerrorMessage(connection_)));
      } else if (PQisBusy(connection_) == 0 && PQstatus(connection_) == CONNECTION_BAD) {
        break_off("the server closed the connection");
      }
      break;
    case Phase::kBroken: break;
  }
}

void Session::advance_connecting() {
  switch (PQconnectPoll(connection_)) {
    case PGRES_POLLING_READING: events_ = POLLIN; return;
    case PGRES_POLLING_WRITING: events_ = POLLOUT; return;
    case PGRES_POLLING_OK: break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default: break_off(clean(PQerrorMessage(connection_))); return;
  }
  if (says_on(connection_, "in_hot_standby")) return break_off("the server is a standby");
  if (says_on(connection_, "default_transaction_read_only")) {
    return break_off("the server is read-only");
  }
  if (PQsetnonblocking(connection_, 1) != 0) return break_off("cannot become non-blocking");
  phase_ = Phase::kReady;
  events_ = POLLIN;
}

void Session::send(const std::string& statement, const std::vector<std::string>& parameters) {
  HF_ASSERT(phase_ == Phase::kReady);
  hearing_ = std::make_unique<Hearing>();
  std::vector<const char*> values;
  for (const std::string& each : parameters) values.push_back(each.c_str());
  phase_ = Phase::kBusy;
  if (PQsendQueryParams(connection_,
                        statement.c_str(),
                        static_cast<int>(values.size()),
                        nullptr,
                        values.data(),
                        nullptr,
                        nullptr,
                        0) == 0) {
    // Some of it may have been sent.
    hearing_->answer.why = clean(PQerrorMessage(connection_));
    hearing_->failed = true;
    hearing_->error_only = false;
    conclude();
    return;
  }
  advance_busy();
}

void Session::advance_busy() {
  const int flushed = PQflush(connection_);
  events_ = static_cast<short>(flushed == 1 ? POLLIN | POLLOUT : POLLIN);
  // When reading fails, what came before the failure is still to be heard.
  PQconsumeInput(connection_);
  while (PQisBusy(connection_) == 0) {
    PGresult* result = PQgetResult(connection_);
    if (result == nullptr) return conclude();
    note_result(result);
    PQclear(result);
  }
}

void Session::note_result(void* raw) {
  auto* result = static_cast<PGresult*>(raw);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
    hearing_->completed = true;
    for (int row = 0; row < PQntuples(result); ++row) {
      Row& values = hearing_->answer.rows.emplace_back();
      for (int column = 0; column < PQnfields(result); ++column) {
        if (PQgetisnull(result, row, column) != 0) {
          values.emplace_back();
        } else {
          values.emplace_back(PQgetvalue(result, row, column));
        }
      }
    }
    return;
  }
  hearing_->failed = true;
  // What the server said first tells more than that the connection then ended.
  if (hearing_->answer.why.empty()) {
    hearing_->answer.sqlstate = field(result, PG_DIAG_SQLSTATE);
    hearing_->answer.why = clean(PQresultErrorMessage(result));
  }
  const bool is_error = field(result, PG_DIAG_SEVERITY_NONLOCALIZED) == "ERROR";
  hearing_->error_only = hearing_->error_only && is_error;
}

void Session::conclude() {
  const bool alive = PQstatus(connection_) == CONNECTION_OK;
  const PGTransactionStatusType transaction = PQtransactionStatus(connection_);
  const bool ready = alive && transaction != PQTRANS_ACTIVE && transaction != PQTRANS_UNKNOWN;
  Hearing& heard = *hearing_;
  Answer& answer = heard.answer;
  if (ready && heard.failed && heard.error_only) {
    answer.outcome = Outcome::kRefused;
  } else if (ready && heard.completed && !heard.failed && heard.warning.empty()) {
    answer.outcome = Outcome::kAcknowledged;
  } else {
    answer.outcome = Outcome::kUnknown;
    if (!heard.warning.empty()) answer.why = "warning: " + heard.warning;
    if (answer.why.empty()) answer.why = "the connection was lost";
  }
  if (!alive) {
    break_off(answer.why);
  } else {
    phase_ = Phase::kReady;
    events_ = POLLIN;
  }
  answer_ = std::move(answer);
  hearing_.reset();
}

std::optional<Answer> Session::take_answer() { return std::exchange(answer_, std::nullopt); }

}  // namespace holdfast::workload

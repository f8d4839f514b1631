#include "adapters/health/postgres_talk.h"

#include <libpq-fe.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>

#include "codec/health/postgres.h"
#include "model/words.h"

namespace holdfast::health {

using codec::health::refuse;

namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

/// A file that is not there, so that nobody's own pass file is read.
constexpr const char* kNoPassFile = "/nonexistent";

/// libpq's last words of its own account, without hints and without what was declared anyway.
std::string words_of(const PGconn* connection) {
  std::string_view rest = PQerrorMessage(connection);
  std::string_view words;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (!line.empty() && line[0] != '\t') words = line;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  constexpr std::string_view kFailed = " failed: ";
  const std::size_t failed = words.find(kFailed);
  if (failed != std::string_view::npos) words.remove_prefix(failed + kFailed.size());
  return "PostgreSQL: " + std::string(words);
}

std::vector<std::string> first_row(const PGresult* result) {
  std::vector<std::string> row;
  if (PQntuples(result) == 0) return row;
  for (int i = 0; i < PQnfields(result); ++i) row.emplace_back(PQgetvalue(result, 0, i));
  return row;
}

}  // namespace

struct PostgresTalk::Session {
  std::unique_ptr<PGconn, Finish> connection;
};

PostgresTalk::PostgresTalk(const model::Check& check) : check_(check) {}

PostgresTalk::~PostgresTalk() = default;

void PostgresTalk::begin(MonoTime now) {
  over_ = false;
  outcome_ = {};
  started_ = now;
  asked_ = kLongAgo;
  deadline_ = now + std::min(check_.timeout, check_.connect_timeout);
  const std::size_t colon = check_.target.rfind(':');
  std::string host = check_.target.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const std::string port = check_.target.substr(colon + 1);
  const std::string passfile = check_.password_file.empty() ? kNoPassFile : check_.password_file;
  const std::array keys = {
      "hostaddr", "port", "dbname", "user", "passfile", "application_name", "gssencmode", ""};
  std::array<const char*, keys.size()> names{};
  std::copy(keys.begin(), keys.end() - 1, names.begin());
  const std::array<const char*, keys.size()> values = {host.c_str(),
                                                       port.c_str(),
                                                       check_.database.c_str(),
                                                       check_.user.c_str(),
                                                       passfile.c_str(),
                                                       "holdfast-health",
                                                       "disable",
                                                       nullptr};
  session_ = std::make_unique<Session>();
  session_->connection.reset(PQconnectStartParams(names.data(), values.data(), 0));
  PGconn* connection = session_->connection.get();
  if (connection == nullptr) return finish(refuse("no memory for a session"), now);
  if (PQstatus(connection) == CONNECTION_BAD) return finish(refuse(words_of(connection)), now);
  wait_for(EPOLLOUT);
}

/// Level-triggered: libpq does not always read everything there is.
void PostgresTalk::wait_for(std::uint32_t events) {
  const int now_open = PQsocket(session_->connection.get());
  if (now_open != descriptor_) ++opened_;
  descriptor_ = now_open;
  events_ = events;
}

void PostgresTalk::ready(MonoTime now) { asked_ == kLongAgo ? connect(now) : receive(now); }

void PostgresTalk::connect(MonoTime now) {
  PGconn* connection = session_->connection.get();
  switch (PQconnectPoll(connection)) {
    case PGRES_POLLING_READING: return wait_for(EPOLLIN);
    case PGRES_POLLING_WRITING: return wait_for(EPOLLOUT);
    case PGRES_POLLING_OK: return ask(now);
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE: break;
  }
  finish(refuse(words_of(connection)), now);
}

void PostgresTalk::ask(MonoTime now) {
  PGconn* connection = session_->connection.get();
  outcome_.connect = now - started_;
  asked_ = now;
  deadline_ = std::min(started_ + check_.timeout, now + check_.answer_timeout);
  PQsetnonblocking(connection, 1);
  const std::string query(codec::health::kPostgresQuery);
  if (PQsendQuery(connection, query.c_str()) == 0) return finish(refuse(words_of(connection)), now);
  wait_for(PQflush(connection) > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void PostgresTalk::receive(MonoTime now) {
  PGconn* connection = session_->connection.get();
  if (PQconsumeInput(connection) == 0) return finish(refuse(words_of(connection)), now);
  wait_for(PQflush(connection) > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
  if (PQisBusy(connection) != 0) return;
  const std::unique_ptr<PGresult, Clear> result(PQgetResult(connection));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
    return finish(refuse(words_of(connection)), now);
  finish(codec::health::judge_postgres(check_, first_row(result.get())), now);
}

void PostgresTalk::expire(MonoTime now) {
  const bool connected = asked_ != kLongAgo;
  const Duration limit = deadline_ - (connected ? asked_ : started_);
  finish(refuse(std::string(connected ? "no answer to a statement" : "no session") + " within " +
                model::duration_text(limit)),
         now);
}

void PostgresTalk::finish(codec::health::Judgement judgement, MonoTime now) {
  if (asked_ == kLongAgo) {
    outcome_.connect = now - started_;
  } else {
    outcome_.answer = now - asked_;
  }
  deadline_ = kNever;
  descriptor_ = -1;
  session_.reset();
  end(std::move(judgement));
}

}  // namespace holdfast::health

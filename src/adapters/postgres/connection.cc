#include "adapters/postgres/connection.h"

#include <libpq-fe.h>

#include "adapters/process/clock.h"

namespace holdfast::postgres {

using process::boot_now;
using process::Interrupt;
using process::wait_for;
using process::Waited;

struct Connection::Impl {
  PGconn* conn = nullptr;
  bool broken = false;

  explicit Impl(PGconn* it) : conn(it) {}
  ~Impl() { PQfinish(conn); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::string message() const {
    std::string text = conn != nullptr ? PQerrorMessage(conn) : "out of memory";
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
};

namespace {

tl::unexpected<Error> waited_in_vain(Waited waited, const std::string& what) {
  if (waited == Waited::kInterrupted) return fail(Errc::kUnavailable, what + " was interrupted");
  return fail(Errc::kTimeout, what + " took too long");
}

void keep_notice(void* target, const PGresult* result) {
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == nullptr || std::string_view(severity) != "WARNING") return;
  *static_cast<std::string*>(target) += PQresultErrorMessage(result);
}

Table table_of(const PGresult* result) {
  Table table;
  for (int row = 0; row < PQntuples(result); ++row) {
    std::vector<std::string>& cells = table.emplace_back();
    for (int column = 0; column < PQnfields(result); ++column) {
      cells.emplace_back(PQgetvalue(result, row, column),
                         static_cast<std::size_t>(PQgetlength(result, row, column)));
    }
  }
  return table;
}

}  // namespace

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  PQsetNoticeReceiver(impl_->conn, keep_notice, &warnings_);
}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const std::string& conninfo,
                                                     Patience patience) {
  const MonoTime deadline = boot_now() + patience.limit;
  auto impl = std::make_unique<Impl>(PQconnectStart(conninfo.c_str()));
  if (impl->conn == nullptr) return fail(Errc::kExhausted, "no memory for a connection");
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (PQstatus(impl->conn) != CONNECTION_BAD) {
    if (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
      const Waited waited = wait_for(
          PQsocket(impl->conn), next == PGRES_POLLING_WRITING, deadline, patience.interrupt);
      if (waited != Waited::kReady) return waited_in_vain(waited, "connecting to PostgreSQL");
    }
    next = PQconnectPoll(impl->conn);
    if (next == PGRES_POLLING_OK) {
      PQsetnonblocking(impl->conn, 1);
      return std::unique_ptr<Connection>(new Connection(std::move(impl)));
    }
    if (next == PGRES_POLLING_FAILED) break;
  }
  return fail(Errc::kUnavailable, impl->message());
}

bool Connection::good() const { return !impl_->broken && PQstatus(impl_->conn) == CONNECTION_OK; }

int Connection::backend_pid() const { return PQbackendPID(impl_->conn); }

Result<std::vector<Table>> Connection::query(const std::string& sql, Patience patience) {
  const MonoTime deadline = boot_now() + patience.limit;
  PGconn* conn = impl_->conn;
  warnings_.clear();
  if (!good() || PQsendQuery(conn, sql.c_str()) == 0) {
    impl_->broken = true;
    return fail(Errc::kUnavailable, "the session with PostgreSQL is gone: " + impl_->message());
  }
  std::vector<Table> tables;
  std::string error;
  for (;;) {
    const int left = PQflush(conn);
    while (left == 0 && PQisBusy(conn) == 0) {
      PGresult* result = PQgetResult(conn);
      if (result == nullptr) {
        if (!error.empty()) {
          return fail(good() ? Errc::kInternal : Errc::kUnavailable, error);
        }
        return tables;
      }
      const ExecStatusType status = PQresultStatus(result);
      if (status == PGRES_TUPLES_OK) tables.push_back(table_of(result));
      if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
        error = PQresultErrorMessage(result);
        while (!error.empty() && error.back() == '\n') error.pop_back();
      }
      PQclear(result);
    }
    const Waited waited = wait_for(PQsocket(conn), left > 0, deadline, patience.interrupt);
    if (waited != Waited::kReady) {
      impl_->broken = true;
      return waited_in_vain(waited, "a statement of PostgreSQL");
    }
    if (left == 0 && PQconsumeInput(conn) == 0) {
      impl_->broken = true;
      return fail(Errc::kUnavailable, "the session with PostgreSQL broke: " + impl_->message());
    }
  }
}

std::string literal(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += c;
    result += c;
  }
  return result + "'";
}

}  // namespace holdfast::postgres

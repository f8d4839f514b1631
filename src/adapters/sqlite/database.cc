#include "adapters/sqlite/database.h"

#include <sqlite3.h>

namespace holdfast::sqlite {
namespace {

tl::unexpected<Error> trouble(sqlite3* database, const std::string& doing) {
  const int code = sqlite3_errcode(database);
  const Errc kind = code == SQLITE_BUSY || code == SQLITE_LOCKED      ? Errc::kUnavailable
                    : code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? Errc::kCorrupt
                    : code == SQLITE_FULL                             ? Errc::kExhausted
                                                                      : Errc::kInternal;
  return fail(kind, doing + ": " + sqlite3_errmsg(database));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(sqlite3* database, sqlite3_stmt* statement)
    : database_(database), statement_(statement) {}

Statement& Statement::bind(int place, std::string_view text) {
  const int code = sqlite3_bind_text64(
      statement_.get(), place, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (bound_ == SQLITE_OK) bound_ = code;
  return *this;
}

Statement& Statement::bind(int place, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), place, number);
  if (bound_ == SQLITE_OK) bound_ = code;
  return *this;
}

Result<bool> Statement::step() {
  if (bound_ != SQLITE_OK) return fail(Errc::kInternal, "a value could not be bound");
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return trouble(database_, "the store's database");
}

std::string Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Result<Database> Database::open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (raw == nullptr) return fail(Errc::kExhausted, "no memory to open " + path);
  if (code != SQLITE_OK) return trouble(raw, "cannot open " + path);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int size = static_cast<int>(sql.size());
  if (sqlite3_prepare_v2(database_.get(), sql.data(), size, &statement, nullptr) != SQLITE_OK) {
    return trouble(database_.get(), "the store's database");
  }
  return Statement(database_.get(), statement);
}

Result<bool> Database::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  return trouble(database_.get(), "the store's database");
}

}  // namespace holdfast::sqlite

// SQLite with results instead of codes: a connection and statements, closed by their destructors.
//
// One thread at a time. Texts are bound and read whole; nothing else is needed here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace holdfast::sqlite {

class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement);

  Statement& bind(int place, std::string_view text);
  Statement& bind(int place, std::int64_t number);
  /// True: there is a row to read. False: it is done.
  [[nodiscard]] Result<bool> step();
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;  ///< the first code of a bind that failed
};

class Database {
 public:
  static Result<Database> open(const std::string& path);

  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// Statements without parameters or rows of interest.
  [[nodiscard]] Result<bool> execute(const char* sql);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace holdfast::sqlite

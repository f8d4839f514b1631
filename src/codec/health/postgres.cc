#include "codec/health/postgres.h"

#include <charconv>

#include "model/words.h"

namespace holdfast::codec::health {
namespace {

Judgement judge_role(model::PostgresRole role, bool standby, bool read_only) {
  if (role == model::PostgresRole::kWriter) {
    if (standby) return refuse("the server is a standby, not the writer");
    if (read_only) return refuse("the server takes no writes by default");
  }
  if (role == model::PostgresRole::kStandby && !standby)
    return refuse("the server is a primary, not a standby");
  return pass();
}

Judgement judge_lag(Duration limit, std::string_view text) {
  if (limit == Duration{}) return pass();
  std::int64_t lag = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, lag);
  if (text.empty() || error != std::errc{} || at != end)
    return refuse("how far the standby lags is not known");
  if (Duration(lag) < limit) return pass();
  const Duration shown = std::chrono::floor<std::chrono::milliseconds>(Duration(lag));
  return refuse("the standby lags by " + model::duration_text(shown));
}

}  // namespace

Judgement judge_postgres(const model::Check& check, const std::vector<std::string>& row) {
  const bool readable = row.size() == 3 && (row[0] == "t" || row[0] == "f");
  if (!readable) return refuse("the server's answer cannot be understood");
  const Judgement role = judge_role(check.role, row[0] == "t", row[1] == "on");
  return role.passed ? judge_lag(check.lag_below, row[2]) : role;
}

}  // namespace holdfast::codec::health

// `holdfast verify`: what clients were told, against what the databases hold.
#include "workload/verify.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdio>

#include "apps/workload.h"
#include "codec/units.h"
#include "workload/report.h"

namespace holdfast::apps {
namespace {

constexpr int kNoVerdict = 3;

/// Whose fault it is that there is no verdict: 2 for what the caller named, 3 for databases.
int no_verdict_code(Errc code) {
  return code == Errc::kInvalidInput || code == Errc::kNotFound ? 2 : kNoVerdict;
}

Result<Duration> duration_option(const char* name, const std::string& text) {
  const codec::Quantity<Duration> quantity = codec::parse_duration(text);
  if (quantity.ok() && quantity.value >= Duration(0)) return quantity.value;
  return fail(Errc::kInvalidInput,
              std::string(name) + " " + text + " is no duration such as 500ms or 2s.");
}

Result<workload::VerifyPlan> plan_of(const VerifyOptions& options) {
  workload::VerifyPlan plan;
  plan.histories = options.histories;
  plan.proxies = options.proxies;
  plan.state_file = options.state;
  plan.save_state = options.save_state;
  plan.secret_file = options.directory + "/secrets/replication";
  plan.tls = options.tls;
  plan.judging.strict = options.strict;
  if (options.takeovers >= 0) plan.judging.takeovers = static_cast<std::size_t>(options.takeovers);
  const Result<Duration> stale = duration_option("--stale-reads", options.stale_reads);
  if (!stale) return tl::unexpected(stale.error());
  plan.judging.stale_reads = *stale;
  const Result<Duration> patience = duration_option("--patience", options.patience);
  if (!patience) return tl::unexpected(patience.error());
  plan.patience = *patience;
  return plan;
}

}  // namespace

int command_verify(const VerifyOptions& options) {
  auto report = [](const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return no_verdict_code(error.code);
  };
  const Result<workload::VerifyPlan> plan = plan_of(options);
  if (!plan) return report(plan.error());
  unsetenv("PGOPTIONS");
  const Result<std::vector<workload::ClusterVerdict>> verdicts = workload::verify(*plan);
  if (!verdicts) return report(verdicts.error());
  const std::string text =
      options.json ? workload::verdict_json(*verdicts) : workload::verdict_table(*verdicts);
  std::fputs(text.c_str(), stdout);
  const bool fine =
      std::all_of(verdicts->begin(), verdicts->end(), [](const auto& each) { return each.fine(); });
  return fine ? 0 : 1;
}

}  // namespace holdfast::apps

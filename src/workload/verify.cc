#include "workload/verify.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "workload/history_file.h"
#include "workload/machine.h"
#include "workload/state.h"

namespace holdfast::workload {
namespace {

Result<ClusterState> ask_databases(const VerifyPlan& plan,
                                   const std::vector<std::string>& proxies,
                                   const RecordedCluster& cluster,
                                   const Login& login) {
  std::vector<Target> targets;
  for (const std::string& proxy : proxies) {
    Result<Target> target = resolve_proxy(proxy, cluster.place);
    if (!target) return tl::unexpected(std::move(target).error());
    targets.push_back(std::move(*target));
  }
  return fetch_state(cluster.name, targets, login, boot_now() + plan.patience);
}

Result<std::vector<ClusterState>> states_by_asking(const VerifyPlan& plan,
                                                   const std::vector<std::string>& recorded,
                                                   const std::vector<ClusterHistory>& pieces) {
  const std::vector<std::string>& proxies = plan.proxies.empty() ? recorded : plan.proxies;
  if (proxies.empty()) {
    return fail(Errc::kInvalidInput, "No proxy is known: name some with --proxies.");
  }
  Result<std::string> password = application_password(plan.secret_file);
  if (!password) return tl::unexpected(std::move(password).error());
  const Login login{.password = std::move(*password), .tls = plan.tls};
  std::vector<ClusterState> states;
  for (const ClusterHistory& piece : pieces) {
    Result<ClusterState> state = ask_databases(plan, proxies, piece.cluster, login);
    if (!state) return tl::unexpected(std::move(state).error());
    states.push_back(std::move(*state));
  }
  return states;
}

Result<std::vector<ClusterState>> states_from_file(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  return parse_state(*text, path);
}

Result<void> save(const std::vector<ClusterState>& states, const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) return fail(Errc::kInvalidInput, "Cannot write the state to " + path + ".");
  const std::string text = state_text(states);
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !written) {
    return fail(Errc::kUnavailable, "Cannot write the state to " + path + ": is the disk full?");
  }
  return {};
}

}  // namespace

Result<std::vector<ClusterVerdict>> verify(const VerifyPlan& plan) {
  std::vector<History> histories;
  for (const std::string& path : plan.histories) {
    Result<History> history = read_history(path);
    if (!history) return tl::unexpected(std::move(history).error());
    histories.push_back(std::move(*history));
  }
  const std::vector<std::string> recorded =
      histories.empty() ? std::vector<std::string>() : histories[0].header.proxies;
  Result<std::vector<ClusterHistory>> pieces = join_histories(histories);
  if (!pieces) return tl::unexpected(std::move(pieces).error());
  histories.clear();
  Result<std::vector<ClusterState>> states = plan.state_file.empty()
                                                 ? states_by_asking(plan, recorded, *pieces)
                                                 : states_from_file(plan.state_file);
  if (!states) return tl::unexpected(std::move(states).error());
  if (!plan.save_state.empty()) {
    if (Result<void> saved = save(*states, plan.save_state); !saved) {
      return tl::unexpected(std::move(saved).error());
    }
  }
  std::vector<ClusterVerdict> verdicts;
  for (const ClusterHistory& piece : *pieces) {
    const auto state = std::find_if(states->begin(), states->end(), [&](const ClusterState& each) {
      return each.cluster == piece.cluster.name;
    });
    if (state == states->end()) {
      return fail(Errc::kInvalidInput,
                  plan.state_file + " says nothing about cluster " + piece.cluster.name + ".");
    }
    verdicts.push_back(judge(piece, *state, plan.judging));
  }
  return verdicts;
}

}  // namespace holdfast::workload

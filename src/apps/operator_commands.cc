#include "apps/operator_commands.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "base/json_writer.h"

namespace holdfast::apps {
namespace {

using codec::Json;

constexpr Duration kTakeLimit = 3s;
constexpr Duration kCreateLimit = 90s;
constexpr Duration kLook = 50ms;
/// Controllers that record a decision take no command for that moment.
constexpr Duration kBusy = 100ms;
constexpr int kTries = 50;

int report(const Error& error) {
  std::fprintf(stderr, "holdfast: %s\n", error.message.c_str());
  return exit_code(error.code);
}

void pause(Duration length) {
  timespec rest{};
  rest.tv_sec = static_cast<time_t>(length / 1s);
  rest.tv_nsec = static_cast<long>((length % 1s).count() * 1000);
  nanosleep(&rest, nullptr);
}

Json cluster_of(const Json& status, const std::string& name) {
  for (const Json& it : status.at("clusters").items) {
    if (it.at("name").text == name) return it;
  }
  return {};
}

bool serves(const Json& cluster) {
  return cluster.at("phase").text == "steady" && cluster.at("open").text == "true";
}

/// Looks until the cluster is as wanted or the time is over.
int wait_until(SiteClient& client,
               const OperateOptions& options,
               const std::function<bool(const Json&)>& wanted) {
  const int looks = static_cast<int>(std::chrono::seconds(options.wait_s) / kLook);
  for (int i = 0; i <= looks; ++i) {
    const Result<Json> status = client.get("/v1/status");
    const Json cluster = status ? cluster_of(*status, options.cluster) : Json{};
    if (wanted(cluster)) {
      std::printf("%s leads %s in epoch %s and serves.\n",
                  cluster.at("primary").text.c_str(),
                  options.cluster.c_str(),
                  cluster.at("epoch").text.c_str());
      return 0;
    }
    pause(kLook);
  }
  std::fprintf(stderr,
               "holdfast: It was begun and is not done after %d s; see `holdfast status`.\n",
               options.wait_s);
  return 1;
}

std::string path_of(const OperateOptions& options, const char* verb) {
  return "/v1/clusters/" + options.cluster + '/' + verb;
}

/// For what any one controller can do for all.
int ask_one(const OperateOptions& options,
            const char* verb,
            const std::string& body,
            const std::function<bool(const Json& before, const Json& now)>& done) {
  Result<std::unique_ptr<SiteClient>> client = SiteClient::open(options.site);
  if (!client) return report(client.error());
  const Result<Json> status = (*client)->get("/v1/status");
  if (!status) return report(status.error());
  const Json before = cluster_of(*status, options.cluster);
  Result<Json> taken = (*client)->post(path_of(options, verb), body, kTakeLimit);
  for (int i = 0; i < kTries && !taken && taken.error().code == Errc::kUnavailable; ++i) {
    pause(kBusy);
    taken = (*client)->post(path_of(options, verb), body, kTakeLimit);
  }
  if (!taken) return report(taken.error());
  return wait_until(**client, options, [&](const Json& now) { return done(before, now); });
}

/// For what each controller has to know by itself.
int ask_all(const OperateOptions& options, const char* verb, const std::string& body) {
  Result<std::unique_ptr<SiteClient>> client = SiteClient::open(options.site);
  if (!client) return report(client.error());
  std::string last = "no controller was reached";
  const int taken = (*client)->post_to_all(path_of(options, verb), body, last);
  if (taken == 0) return report({Errc::kUnavailable, "No controller took it: " + last, {}});
  std::printf("Taken by %d of %zu controllers.\n", taken, (*client)->controllers().size());
  return 0;
}

}  // namespace

namespace {

using EachCluster = std::function<int(SiteClient&, const model::Cluster&)>;

/// For the cluster that is named, or for every one of the site; the worst exit code.
int for_clusters(const SiteOptions& site, const std::string& name, const EachCluster& act) {
  Result<std::unique_ptr<SiteClient>> client = SiteClient::open(site);
  if (!client) return report(client.error());
  int code = 0;
  bool found = false;
  for (const model::Cluster& cluster : (*client)->site().clusters) {
    if (!name.empty() && cluster.name != name) continue;
    found = true;
    code = std::max(code, act(**client, cluster));
  }
  if (found) return code;
  return report({Errc::kNotFound, "This site has no cluster '" + name + "'.", {}});
}

int create(SiteClient& client, const model::Cluster& cluster, int wait_s) {
  const std::string target = "/v1/clusters/" + cluster.name + "/create";
  Result<Json> done = client.post(target, "", kCreateLimit);
  // Processes that have just been started need a moment to find each other.
  for (int i = 0; i < wait_s && !done && done.error().code == Errc::kUnavailable; ++i) {
    pause(1s);
    done = client.post(target, "", kCreateLimit);
  }
  if (!done) return report(done.error());
  std::printf("%s: %s\n", cluster.name.c_str(), done->at("done").text.c_str());
  return 0;
}

/// Who of the cluster's members, in the order of the site file, leads or could lead at once.
std::string best_ready(const model::Site& site, const model::Cluster& cluster, const Json& now) {
  for (const model::Member& member : cluster.members) {
    const std::string& host = site.hosts[member.host].name;
    if (host == now.at("primary").text) return host;
    for (const Json& it : now.at("members").items) {
      const bool follows = it.at("heard").text == "true" && it.at("state").text == "standby" &&
                           it.at("following_epoch").text == now.at("epoch").text;
      const bool well = it.at("sick").text == "false" && it.at("regressed").text == "false";
      if (it.at("host").text == host && follows && well) return host;
    }
  }
  return now.at("primary").text;
}

}  // namespace

int command_bootstrap(const BootstrapOptions& options) {
  return for_clusters(
      options.site, options.cluster, [&](SiteClient& client, const model::Cluster& cluster) {
        return create(client, cluster, options.wait_s);
      });
}

int command_failback(const OperateOptions& options) {
  return for_clusters(
      options.site, options.cluster, [&](SiteClient& client, const model::Cluster& cluster) {
        const Result<Json> status = client.get("/v1/status");
        if (!status) return report(status.error());
        const Json now = cluster_of(*status, cluster.name);
        OperateOptions move = options;
        move.cluster = cluster.name;
        move.to = best_ready(client.site(), cluster, now);
        if (move.to != now.at("primary").text) return command_switchover(move);
        std::printf("%s leads %s already: nobody whom the site file prefers is ready.\n",
                    move.to.c_str(),
                    cluster.name.c_str());
        return 0;
      });
}

int command_switchover(const OperateOptions& options) {
  JsonWriter body;
  body.begin_object().field("to", std::string_view(options.to)).end_object();
  return ask_one(options, "switchover", body.text(), [&](const Json& before, const Json& now) {
    return serves(now) && now.at("primary").text == options.to &&
           now.at("epoch").integer() > before.at("epoch").integer();
  });
}

int command_failover(const OperateOptions& options) {
  return ask_one(options, "failover", "", [](const Json& before, const Json& now) {
    return serves(now) && now.at("epoch").integer() > before.at("epoch").integer();
  });
}

int command_resume(const OperateOptions& options) {
  return ask_one(options, "resume", "", [](const Json&, const Json& now) {
    return now.at("halted").text == "false";
  });
}

int command_approve(const OperateOptions& options) { return ask_all(options, "approve", ""); }

int command_accept_loss(const OperateOptions& options) {
  if (!options.powered_off) {
    return report({Errc::kInvalidInput,
                   "State with --powered-off that the old primary is switched off and stays off: "
                   "otherwise it could go on acknowledging writes.",
                   {}});
  }
  return ask_all(options, "accept-loss", "{\"powered_off\":true}");
}

}  // namespace holdfast::apps

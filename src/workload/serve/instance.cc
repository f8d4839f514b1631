#include "workload/serve/instance.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "workload/json_fields.h"
#include "workload/machine.h"
#include "workload/statements.h"

namespace holdfast::workload {
namespace {

constexpr Duration kCanaryPace = 250ms;
constexpr Duration kFreshFor = 1s;
constexpr int kRetryAfterSeconds = 1;
constexpr std::int64_t kKeyMax = 1'000'000;

using Reply = std::function<void(net::HttpResponse)>;

net::HttpResponse problem(int status, const std::string& why) {
  JsonWriter json;
  json.begin_object();
  json.field("error", std::string_view(why));
  json.end_object();
  return {status, json.text() + "\n"};
}

/// The value of `name` in a target such as /v1/registers?cluster=orders&key=3.
std::string query_value(std::string_view target, std::string_view name) {
  std::size_t at = target.find('?');
  while (at != std::string_view::npos) {
    const std::size_t end = target.find('&', at + 1);
    const std::string_view pair = target.substr(at + 1, end == target.npos ? end : end - at - 1);
    if (pair.substr(0, name.size()) == name && pair.substr(name.size(), 1) == "=")
      return std::string(pair.substr(name.size() + 1));
    at = end;
  }
  return {};
}

int status_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAcknowledged: return 200;
    case Outcome::kRefused: return 503;
    case Outcome::kUnknown: return 504;
  }
  return 500;
}

}  // namespace

struct Instance::Impl : std::enable_shared_from_this<Instance::Impl> {
  struct Cluster {
    std::string name;
    MonoTime answered = kLongAgo;
    bool asking = false;
    std::string trouble = "it has not answered yet";
    std::unique_ptr<Pool> pool;
  };

  Impl(net::Loop& on, const ServePlan& with)
      : loop(on),
        instance(with.instance),
        deadline(with.deadline),
        canary(on, [this] { ask_all(); }) {
    for (const ServedCluster& each : with.clusters) {
      clusters.push_back({each.name, kLongAgo, false, "it has not answered yet", nullptr});
      clusters.back().pool = std::make_unique<Pool>(each.targets, with.login, with.connections);
    }
  }

  void handle(const net::HttpRequest& request, const Reply& reply);
  void write(const net::HttpRequest& request, const Reply& reply);
  void read(const net::HttpRequest& request, const Reply& reply);
  void submit(Cluster& cluster,
              const char* statement,
              std::vector<std::string> parameters,
              const Reply& reply);
  [[nodiscard]] net::HttpResponse answer_of(const Answer& answer) const;
  [[nodiscard]] net::HttpResponse health() const;
  void ask_all();
  Cluster* find(const std::string& name);

  net::Loop& loop;
  std::string instance;
  Duration deadline;
  std::vector<Cluster> clusters;
  net::Timer canary;
  std::unique_ptr<net::HttpServer> server;
};

Instance::Impl::Cluster* Instance::Impl::find(const std::string& name) {
  for (Cluster& each : clusters) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

void Instance::Impl::handle(const net::HttpRequest& request, const Reply& reply) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (path == "/health/live" && get) return reply({200, "{\"live\":true}\n"});
  if (path == "/health" && get) return reply(health());
  if (path == "/v1/registers" && get) return read(request, reply);
  if (path == "/v1/writes" && request.method == "POST") return write(request, reply);
  const bool known = path == "/health/live" || path == "/health" || path == "/v1/registers" ||
                     path == "/v1/writes";
  reply(known ? problem(405, request.method + " is not for " + path)
              : problem(404, "there is nothing at " + path));
}

void Instance::Impl::write(const net::HttpRequest& request, const Reply& reply) {
  JsonFields fields(request.body);
  const std::string name = fields.text("cluster");
  const std::int64_t id = fields.number("id", 1, INT64_MAX);
  const std::int64_t key = fields.number("key", 0, kKeyMax);
  const std::int64_t writer = fields.number("writer", 0, INT32_MAX);
  const std::string data_class = fields.optional_text("class");
  if (!fields.error().empty()) return reply(problem(400, fields.error()));
  Cluster* cluster = find(name);
  if (cluster == nullptr) return reply(problem(404, "cluster: there is no \"" + name + "\""));
  submit(*cluster,
         kWriteStatement,
         {std::to_string(id), std::to_string(key), std::to_string(writer), data_class},
         reply);
}

void Instance::Impl::read(const net::HttpRequest& request, const Reply& reply) {
  const std::string name = query_value(request.target, "cluster");
  const std::string key = query_value(request.target, "key");
  std::int64_t number = -1;
  const auto parsed = std::from_chars(key.data(), key.data() + key.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size() || number < 0 ||
      number > kKeyMax)
    return reply(problem(400, "key: a number from 0 to 1000000 is wanted"));
  Cluster* cluster = find(name);
  if (cluster == nullptr) return reply(problem(404, "cluster: there is no \"" + name + "\""));
  submit(*cluster, kReadStatement, {key}, reply);
}

/// Answers come on a thread of the pool and are given on the loop's.
void Instance::Impl::submit(Cluster& cluster,
                            const char* statement,
                            std::vector<std::string> parameters,
                            const Reply& reply) {
  const std::weak_ptr<Impl> weak = weak_from_this();
  Job job{statement, std::move(parameters), boot_now() + deadline, {}};
  job.done = [weak, &on = loop, reply](Answer answer) {
    on.post([weak, reply, answer = std::move(answer)] {
      if (const auto self = weak.lock()) reply(self->answer_of(answer));
    });
  };
  cluster.pool->submit(std::move(job));
}

net::HttpResponse Instance::Impl::answer_of(const Answer& answer) const {
  JsonWriter json;
  json.begin_object();
  json.field("outcome", std::string_view(outcome_name(answer.outcome)));
  json.field("instance", std::string_view(instance));
  if (!answer.why.empty()) json.field("why", std::string_view(answer.why));
  if (!answer.rows.empty() && answer.rows[0][0])
    json.field("value", std::string_view(*answer.rows[0][0]));
  json.end_object();
  net::HttpResponse response{status_of(answer.outcome), json.text() + "\n"};
  if (answer.outcome == Outcome::kRefused) response.retry_after_s = kRetryAfterSeconds;
  return response;
}

net::HttpResponse Instance::Impl::health() const {
  const MonoTime now = boot_now();
  bool well = true;
  JsonWriter json;
  json.begin_object();
  json.field("instance", std::string_view(instance));
  json.key("clusters").begin_object();
  for (const Cluster& each : clusters) {
    const bool fresh = each.answered != kLongAgo && now - each.answered <= kFreshFor;
    well = well && fresh;
    json.key(each.name).begin_object();
    json.field("works", fresh);
    if (!fresh) json.field("why", std::string_view(each.trouble));
    json.end_object();
  }
  json.end_object();
  json.field("works", well);
  json.end_object();
  return {well ? 200 : 503, json.text() + "\n"};
}

void Instance::Impl::ask_all() {
  const std::weak_ptr<Impl> weak = weak_from_this();
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (clusters[i].asking) continue;
    clusters[i].asking = true;
    Job job{"SELECT 1", {}, boot_now() + kFreshFor, {}};
    job.done = [weak, i, &on = loop](const Answer& answer) {
      on.post([weak, i, fine = answer.outcome == Outcome::kAcknowledged, why = answer.why] {
        const auto self = weak.lock();
        if (!self) return;
        Cluster& cluster = self->clusters[i];
        cluster.asking = false;
        if (fine) cluster.answered = boot_now();
        cluster.trouble = why;
      });
    };
    clusters[i].pool->submit(std::move(job));
  }
  canary.set(loop.now() + kCanaryPace);
}

Result<std::unique_ptr<Instance>> Instance::open(net::Loop& loop, const ServePlan& plan) {
  auto impl = std::make_shared<Impl>(loop, plan);
  const std::weak_ptr<Impl> weak = impl;
  auto server = net::HttpServer::open(
      loop, nullptr, plan.port, [weak](const net::HttpRequest& request, const Reply& reply) {
        if (const auto self = weak.lock()) self->handle(request, reply);
      });
  if (!server) return tl::unexpected(std::move(server).error());
  impl->server = std::move(*server);
  impl->ask_all();
  return std::unique_ptr<Instance>(new Instance(std::move(impl)));
}

Instance::Instance(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Instance::~Instance() = default;

model::Port Instance::port() const { return impl_->server->port(); }

}  // namespace holdfast::workload

#include "workload/http_client.h"

#include <algorithm>
#include <string>
#include <thread>
#include <utility>

#include "base/json_writer.h"
#include "workload/json_fields.h"
#include "workload/machine.h"

namespace holdfast::workload {
namespace {

/// An address that does not take a connection by then is left for the next one.
constexpr Duration kConnectPatience = 250ms;
/// Before the next try when nobody answered, so that a dead site is not asked in a busy loop.
constexpr Duration kPause = 20ms;

class HttpClient {
 public:
  HttpClient(const ClientPlan& plan,
             const ClientPorts& ports,
             const Service& service,
             const std::string& cluster)
      : plan_(plan), ports_(ports), service_(service), cluster_(cluster), prng_(plan.client) {}

  void run(const std::atomic<bool>& stop) {
    MonoTime due = boot_now();
    while (!stop.load(std::memory_order_relaxed)) {
      const MonoTime now = boot_now();
      if (now < due) {
        std::this_thread::sleep_for(std::min<Duration>(due - now, 50ms));
        continue;
      }
      due = std::max(due + plan_.pace, now);
      Operation op = next_operation(plan_, ports_, prng_, begun_++, now);
      op.outcome = carry_out(op);
      op.complete = boot_now();
      ports_.record(op);
      if (op.outcome == Outcome::kRefused) std::this_thread::sleep_for(kPause);
    }
  }

 private:
  Outcome carry_out(Operation& op) {
    const MonoTime deadline = op.invoke + plan_.deadline;
    if (!call_.connected()) {
      if (Result<void> found = call_.connect(service_, kConnectPatience, deadline); !found) {
        op.why = "not sent: " + found.error().message;
        return Outcome::kRefused;
      }
    }
    // An operation that is silent for long is left unknown, and the next one takes another way.
    const MonoTime until = std::min(deadline, boot_now() + 4 * plan_.suspicion);
    Result<HttpAnswer> answer = op.kind == OpKind::kRead
                                    ? call_.ask("GET", read_target(op), {}, until)
                                    : call_.ask("POST", "/v1/writes", write_body(op), until);
    if (!answer) {
      op.why = answer.error().message;
      return Outcome::kUnknown;
    }
    return outcome_of(*answer, op);
  }

  [[nodiscard]] std::string read_target(const Operation& op) const {
    return "/v1/registers?cluster=" + cluster_ + "&key=" + std::to_string(op.key);
  }

  [[nodiscard]] std::string write_body(const Operation& op) const {
    JsonWriter json;
    json.begin_object();
    json.field("cluster", std::string_view(cluster_));
    json.field("id", op.id);
    json.field("key", static_cast<std::int64_t>(op.key));
    json.field("writer", static_cast<std::int64_t>(plan_.client));
    if (!plan_.data_classes.empty())
      json.field("class", std::string_view(plan_.data_classes[op.data_class]));
    json.end_object();
    return json.text();
  }

  /// A proxy's own 503 says the same as an instance's: nothing was applied. A gateway that lost its
  /// instance in the middle (502, 504) does not know.
  Outcome outcome_of(const HttpAnswer& answer, Operation& op) {
    if (answer.status == 200) {
      JsonFields fields(answer.body);
      if (op.kind == OpKind::kRead && fields.has("value")) op.id = std::stoll(fields.text("value"));
      return Outcome::kAcknowledged;
    }
    op.why = "HTTP " + std::to_string(answer.status) + ' ' + answer.body.substr(0, 200);
    call_.close();
    const bool refused = answer.status == 503 || (answer.status >= 400 && answer.status < 500);
    return refused ? Outcome::kRefused : Outcome::kUnknown;
  }

  const ClientPlan& plan_;
  const ClientPorts& ports_;
  const Service& service_;
  const std::string& cluster_;
  Prng prng_;
  std::uint64_t begun_ = 0;
  HttpCall call_;
};

}  // namespace

void run_http_client(const ClientPlan& plan,
                     const ClientPorts& ports,
                     const Service& service,
                     const std::string& cluster,
                     const std::atomic<bool>& stop) {
  HttpClient(plan, ports, service, cluster).run(stop);
}

}  // namespace holdfast::workload

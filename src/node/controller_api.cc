#include "node/controller_api.h"

#include <charconv>
#include <string_view>
#include <utility>

#include "base/json_writer.h"
#include "codec/json_reader.h"
#include "codec/record_json.h"
#include "node/controller_node.h"
#include "node/status_json.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kEventsMax = 1000;

net::HttpResponse sentence(int status, const char* name, const std::string& text) {
  JsonWriter json;
  json.begin_object();
  json.field(name, std::string_view(text));
  json.end_object();
  net::HttpResponse response;
  response.status = status;
  response.body = json.text();
  return response;
}

/// "/v1/events?after=7" -> 7; 0 when it is not there.
std::uint64_t after_of(std::string_view query) {
  constexpr std::string_view kName = "after=";
  const std::size_t at = query.find(kName);
  if (at == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  const std::string_view digits = query.substr(at + kName.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

net::HttpResponse events_since(const ControllerNode& node, std::uint64_t after) {
  JsonWriter json;
  json.begin_object();
  json.field("controller", std::string_view(node.host()));
  json.field("since_us", node.started_at().time_since_epoch().count());
  json.field("last", node.events().last());
  json.key("events").begin_array();
  for (const LoggedEvent& event : node.events().after(after, kEventsMax)) write_event(json, event);
  json.end_array().end_object();
  net::HttpResponse response;
  response.body = json.text();
  return response;
}

net::HttpResponse record_of(const ControllerNode& node, std::string_view name) {
  const std::optional<model::Index> cluster = node.site().find_cluster(std::string(name));
  if (!cluster) return problem(404, "This site has no cluster '" + std::string(name) + "'.");
  const core::RecordPtr& record = node.seat(static_cast<int>(*cluster)).driver.record();
  if (record == nullptr) return problem(404, "The cluster has no record yet.");
  net::HttpResponse response;
  response.body = codec::record_to_json(node.site(), node.site().clusters[*cluster], *record);
  return response;
}

struct Verb {
  const char* name;
  core::OperatorVerb verb;
};

constexpr Verb kVerbs[] = {{"switchover", core::OperatorVerb::kSwitchover},
                           {"failover", core::OperatorVerb::kFailover},
                           {"approve", core::OperatorVerb::kApprove},
                           {"resume", core::OperatorVerb::kResume},
                           {"accept-loss", core::OperatorVerb::kAcceptLoss}};

bool may_act(const net::HttpRequest& request) {
  return !request.role.empty() && request.role != "host" && request.role != "viewer";
}

/// Fills in what the body asks for; the text says what is wrong with it.
std::string read_body(const ControllerNode& node,
                      int cluster,
                      const net::HttpRequest& request,
                      core::OperatorCommand& command) {
  codec::Json body;
  if (!request.body.empty()) {
    Result<codec::Json> read = codec::parse_json(request.body);
    if (!read) return read.error().message;
    body = std::move(*read);
  }
  command.powered_off = body.at("powered_off").text == "true";
  if (command.verb == core::OperatorVerb::kAcceptLoss && !command.powered_off)
    return "State that the old primary is powered off: {\"powered_off\": true}.";
  if (command.verb != core::OperatorVerb::kSwitchover) return {};
  const std::string& to = body.at("to").text;
  const ControllerSeat& seat = node.seat(cluster);
  for (int member = 0; member < seat.policy.count(); ++member) {
    if (seat.host_of(member) == to) command.member = member;
  }
  if (command.member >= 0) return {};
  return "Cluster '" + seat.config().name + "' has no member on '" + to + "'.";
}

void operate(ControllerNode& node,
             const net::HttpRequest& request,
             std::string_view path,
             const std::function<void(net::HttpResponse)>& answer) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return answer(problem(404, "There is no such path."));
  const std::string name(path.substr(0, slash));
  const std::string_view verb = path.substr(slash + 1);
  const std::optional<model::Index> found = node.site().find_cluster(name);
  if (!found) return answer(problem(404, "This site has no cluster '" + name + "'."));
  if (!may_act(request)) {
    return answer(problem(403,
                          request.peer + " may read but not act: the certificate has the role '" +
                              request.role + "'."));
  }
  const int cluster = static_cast<int>(*found);
  if (verb == "create") return node.create(cluster, request.peer, answer);
  for (const Verb& it : kVerbs) {
    if (verb != it.name) continue;
    core::OperatorCommand command;
    command.verb = it.verb;
    const std::string wrong = read_body(node, cluster, request, command);
    if (!wrong.empty()) return answer(problem(400, wrong));
    if (node.is_recording(cluster))
      return answer(problem(503, "A decision is being recorded at this moment; ask again."));
    std::string why;
    if (!node.operate(cluster, command, request.peer, why)) return answer(problem(409, why));
    return answer(accepted("Taken."));
  }
  answer(problem(404, "There is no verb '" + std::string(verb) + "'."));
}

}  // namespace

net::HttpResponse accepted(const std::string& text) { return sentence(200, "done", text); }

net::HttpResponse problem(int status, const std::string& text) {
  return sentence(status, "problem", text);
}

void answer_api(ControllerNode& node,
                const net::HttpRequest& request,
                std::function<void(net::HttpResponse)> answer) {
  constexpr std::string_view kRecord = "/v1/record/";
  constexpr std::string_view kClusters = "/v1/clusters/";
  const std::string_view target = request.target;
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view query = target.substr(path.size());
  const bool reads = request.method == "GET";
  if (reads && path == "/v1/status") return answer(status_response(node));
  if (reads && path == "/v1/events") return answer(events_since(node, after_of(query)));
  if (reads && path.starts_with(kRecord))
    return answer(record_of(node, path.substr(kRecord.size())));
  if (request.method == "POST" && path.starts_with(kClusters))
    return operate(node, request, path.substr(kClusters.size()), answer);
  answer(problem(404, "There is no " + request.method + ' ' + std::string(path) + '.'));
}

}  // namespace holdfast::node

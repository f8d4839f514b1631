// `holdfast dns serve`: a responder that takes the health of its targets from a file, or from its
// own probes.
#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "adapters/dns/health_file.h"
#include "adapters/dns/responder.h"
#include "adapters/process/clock.h"
#include "apps/dns.h"
#include "apps/dns_probe.h"
#include "apps/load_site.h"
#include "base/json_writer.h"
#include "codec/dns/health_json.h"
#include "codec/dns/report.h"

namespace holdfast::apps {
namespace {

/// Older than that, what is known gets a word in the report.
constexpr Duration kStale = 5s;
constexpr const char* kRcodeNames[] = {
    "noerror", "formerr", "servfail", "nxdomain", "notimp", "refused"};

class Serving {
 public:
  Serving(const DnsServeOptions& options, model::Site site)
      : options_(options), site_(std::move(site)), dns_(site_.dns) {}

  int run() {
    block_signals();
    Result<dns::ResponderOptions> wanted = responder_options();
    if (!wanted) return dns_failed(wanted.error());
    auto started =
        dns::Responder::start(dns_, *wanted, [this](const dns::Change& change) { tell(change); });
    if (!started) return dns_failed(started.error());
    responder_ = std::move(*started);
    for (const dns::Endpoint& endpoint : responder_->endpoints()) say_listening(endpoint);
    if (options_.probe) {
      auto probing = DnsProbe::start(site_, options_.from, *responder_);
      if (!probing) return dns_failed(probing.error());
      probe_ = std::move(*probing);
    }
    follow();
    report();
    return 0;
  }

 private:
  void block_signals() {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    signals_ = dns::Socket(signalfd(-1, &ends, SFD_CLOEXEC));
  }

  Result<dns::ResponderOptions> responder_options() const {
    dns::ResponderOptions result;
    result.threads = options_.threads;
    for (const std::string& text : options_.listen) {
      Result<dns::Endpoint> endpoint = dns::parse_endpoint(text);
      if (!endpoint) return tl::unexpected(std::move(endpoint).error());
      result.listen.push_back(*endpoint);
    }
    return result;
  }

  /// Until a signal ends it.
  void follow() {
    dns::HealthFile file(options_.common.state);
    const auto interval = options_.report > 0
                              ? Duration(static_cast<std::int64_t>(options_.report * 1e6))
                              : Duration::max();
    MonoTime next_report = after(process::boot_now(), interval);
    for (;;) {
      if (const auto text = file.changed()) take(*text);
      const Duration left = std::min<Duration>(next_report - process::boot_now(), 100ms);
      pollfd both[2] = {{signals_.get(), POLLIN, 0}, {file.descriptor(), POLLIN, 0}};
      poll(both, 2, static_cast<int>(std::max<std::int64_t>(left / 1ms, 0)));
      if (both[0].revents != 0) return;
      if (process::boot_now() < next_report) continue;
      report();
      next_report = after(process::boot_now(), interval);
    }
  }

  void take(const std::string& text) {
    const auto known = codec::dns::read_health(text, dns_, process::boot_now());
    if (known) return responder_->push(*known);
    std::fprintf(stderr,
                 "holdfast dns: %s: %s; the last state stays\n",
                 options_.common.state.c_str(),
                 known.error().message.c_str());
  }

  void say(const std::string& line) const {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  }

  void say_listening(const dns::Endpoint& endpoint) const {
    if (!options_.common.json) return say("listens on " + endpoint.text());
    JsonWriter json;
    json.begin_object().field("event", "listens").field("endpoint", endpoint.text()).end_object();
    say(json.text());
  }

  void tell(const dns::Change& change) const {
    if (!options_.common.json) {
      return say(codec::dns::change_text(dns_, change.name, change.decision));
    }
    JsonWriter json;
    json.begin_object().field("event", "answers").field("name", change.name);
    codec::dns::decision_json(dns_, change.decision, json);
    json.end_object();
    say(json.text());
  }

  void report() const {
    const dns::Responder::Status status = responder_->status();
    if (options_.common.json) return say(report_json(status));
    std::string text = "answered:";
    for (std::size_t i = 0; i < std::size(kRcodeNames); ++i) {
      const std::uint64_t count = status.counts.rcodes[i];
      if (count > 0 || i == 0) text += ' ' + std::to_string(count) + ' ' + kRcodeNames[i] + ',';
    }
    text += ' ' + std::to_string(status.counts.dropped) + " dropped; ";
    text += !status.fed ? "nothing is known of health"
                        : "health is as of " + std::to_string(status.age / 1ms) + " ms ago";
    if (status.fed && status.age > kStale) text += ": answers go on with the last state";
    say(text);
  }

  [[nodiscard]] static std::string report_json(const dns::Responder::Status& status) {
    JsonWriter json;
    json.begin_object().field("event", "report");
    for (std::size_t i = 0; i < std::size(kRcodeNames); ++i) {
      json.field(kRcodeNames[i], status.counts.rcodes[i]);
    }
    json.field("badvers", status.counts.rcodes.back());
    json.field("truncated", status.counts.truncated).field("dropped", status.counts.dropped);
    json.field("unsent", status.counts.unsent).field("connections", status.counts.connections);
    json.key("state_age_ms");
    if (status.fed) {
      json.value(static_cast<std::int64_t>(status.age / 1ms));
    } else {
      json.null();
    }
    return json.end_object().text();
  }

  const DnsServeOptions& options_;
  const model::Site site_;
  const model::Dns& dns_;
  dns::Socket signals_;
  std::unique_ptr<dns::Responder> responder_;
  std::unique_ptr<DnsProbe> probe_;
};

}  // namespace

int command_dns_serve(const DnsServeOptions& options) {
  Result<model::Site> site = load_site_with_dns(options.common.site);
  if (!site) return dns_failed(site.error());
  return Serving(options, std::move(*site)).run();
}

}  // namespace holdfast::apps

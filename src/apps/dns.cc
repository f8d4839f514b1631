// `holdfast dns check` and `holdfast dns answers`: what a responder would say, without one.
#include "apps/dns.h"

#include <cstdio>

#include "adapters/process/clock.h"
#include "adapters/process/files.h"
#include "apps/load_site.h"
#include "codec/dns/board.h"
#include "codec/dns/health_json.h"
#include "codec/dns/report.h"

namespace holdfast::apps {

int dns_failed(const Error& error) {
  std::fprintf(stderr, "holdfast dns: %s\n", error.message.c_str());
  return exit_code(error.code);
}

int command_dns_check(const DnsOptions& options) {
  const Result<model::Dns> dns = load_dns(options.site);
  if (!dns) return dns_failed(dns.error());
  std::fputs(codec::dns::zones_text(*dns).c_str(), stdout);
  return 0;
}

int command_dns_answers(const DnsOptions& options) {
  const Result<model::Dns> dns = load_dns(options.site);
  if (!dns) return dns_failed(dns.error());
  const MonoTime now = process::boot_now();
  codec::dns::Board board(*dns, now);
  if (!options.state.empty()) {
    const Result<std::string> text = process::read_file(options.state);
    if (!text) return dns_failed(text.error());
    const auto known = codec::dns::read_health(*text, *dns, now);
    if (!known) return dns_failed(known.error());
    board.take(*known, now);
  }
  const std::string report =
      options.json ? codec::dns::answers_json(board) : codec::dns::answers_text(board);
  std::fputs(report.c_str(), stdout);
  return 0;
}

}  // namespace holdfast::apps

#include "apps/site_client.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "apps/load_site.h"
#include "model/placement.h"
#include "node/host_files.h"

namespace holdfast::apps {
namespace {

constexpr Duration kReadLimit = 1500ms;

Errc code_of(int status) {
  switch (status) {
    case 400: return Errc::kInvalidInput;
    case 403: return Errc::kDenied;
    case 404: return Errc::kNotFound;
    case 409: return Errc::kConflict;
    case 503: return Errc::kUnavailable;
    case 504: return Errc::kTimeout;
    default: return Errc::kInternal;
  }
}

Result<codec::Json> parsed(const Result<std::string>& text) {
  if (!text) return tl::unexpected<Error>(text.error());
  return codec::parse_json(*text);
}

}  // namespace

std::string site_path(const SiteOptions& options) {
  return options.site.empty() ? options.dir + "/site.yaml" : options.site;
}

SiteClient::SiteClient(model::Site site, std::shared_ptr<net::TlsContext> tls)
    : site_(std::move(site)), tls_(std::move(tls)) {
  for (const model::Index host : model::controller_hosts(site_))
    controllers_.push_back(site_.hosts[host].name);
  // One's own host is certainly there; another may be dead, and cost its time.
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return;
  const auto own = std::find(controllers_.begin(), controllers_.end(), name);
  if (own != controllers_.end()) std::rotate(controllers_.begin(), own, own + 1);
}

Result<std::unique_ptr<SiteClient>> SiteClient::open(const SiteOptions& options) {
  Result<model::Site> site = load_site(site_path(options));
  if (!site) return tl::unexpected<Error>(site.error());
  Result<std::shared_ptr<net::TlsContext>> tls =
      net::TlsContext::load(node::operator_tls(options.dir));
  if (!tls) return tl::unexpected<Error>(tls.error());
  return std::unique_ptr<SiteClient>(new SiteClient(std::move(*site), std::move(*tls)));
}

Result<std::string> SiteClient::ask(const std::string& controller,
                                    const std::string& method,
                                    const std::string& target,
                                    const std::string& body,
                                    Duration limit) {
  Result<net::HttpResponse> response =
      net::http_request(*tls_, controller, model::kApiPort, method, target, body, limit);
  if (!response) return tl::unexpected<Error>(response.error());
  if (response->status == 200) return response->body;
  const Result<codec::Json> json = codec::parse_json(response->body);
  const std::string words =
      json ? json->at("problem").text : "status " + std::to_string(response->status);
  return fail(code_of(response->status), controller + ": " + words);
}

Result<std::string> SiteClient::ask_any(const std::string& method,
                                        const std::string& target,
                                        const std::string& body,
                                        Duration limit) {
  Error last{Errc::kUnavailable, "The site has no controller.", {}};
  for (std::size_t i = 0; i < controllers_.size(); ++i) {
    const std::string controller = controllers_[i];
    Result<std::string> answer = ask(controller, method, target, body, limit);
    const auto place = controllers_.begin() + static_cast<std::ptrdiff_t>(i);
    if (answer) std::rotate(controllers_.begin(), place, place + 1);
    const bool next = !answer && (answer.error().code == Errc::kUnavailable ||
                                  answer.error().code == Errc::kTimeout);
    if (!next) return answer;
    last = answer.error();
  }
  last.message = "No controller could answer. The last one: " + last.message;
  return tl::unexpected<Error>(last);
}

Result<codec::Json> SiteClient::get(const std::string& target) { return parsed(get_text(target)); }

Result<std::string> SiteClient::get_text(const std::string& target) {
  return ask_any("GET", target, "", kReadLimit);
}

Result<codec::Json> SiteClient::post(const std::string& target,
                                     const std::string& body,
                                     Duration limit) {
  return parsed(ask_any("POST", target, body, limit));
}

int SiteClient::post_to_all(const std::string& target, const std::string& body, std::string& last) {
  int taken = 0;
  for (const std::string& controller : controllers_) {
    const Result<std::string> answer = ask(controller, "POST", target, body, kReadLimit);
    if (answer) ++taken;
    if (!answer) last = answer.error().message;
  }
  return taken;
}

}  // namespace holdfast::apps

// How commands reach a site: any controller that answers, with the operator's certificate.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/net/http.h"
#include "codec/json_reader.h"
#include "model/site.h"

namespace holdfast::apps {

/// What every command of an operator can be told.
struct SiteOptions {
  std::string dir = "/var/lib/holdfast";
  std::string site;  ///< the site file; empty: DIR/site.yaml
};

[[nodiscard]] std::string site_path(const SiteOptions& options);

class SiteClient {
 public:
  static Result<std::unique_ptr<SiteClient>> open(const SiteOptions& options);

  [[nodiscard]] const model::Site& site() const { return site_; }
  [[nodiscard]] const std::vector<std::string>& controllers() const { return controllers_; }

  /// From the first controller that answers with anything but 503, beginning with the one that
  /// answered last.
  Result<codec::Json> get(const std::string& target);
  /// The same, as it was sent.
  Result<std::string> get_text(const std::string& target);
  Result<codec::Json> post(const std::string& target, const std::string& body, Duration limit);
  /// To every controller; how many took it. `last`: the last answer's words.
  int post_to_all(const std::string& target, const std::string& body, std::string& last);

 private:
  SiteClient(model::Site site, std::shared_ptr<net::TlsContext> tls);
  Result<std::string> ask(const std::string& controller,
                          const std::string& method,
                          const std::string& target,
                          const std::string& body,
                          Duration limit);
  Result<std::string> ask_any(const std::string& method,
                              const std::string& target,
                              const std::string& body,
                              Duration limit);

  model::Site site_;
  std::shared_ptr<net::TlsContext> tls_;
  std::vector<std::string> controllers_;  ///< who answered last comes first
};

}  // namespace holdfast::apps

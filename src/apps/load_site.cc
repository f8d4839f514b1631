#include "apps/load_site.h"

#include <utility>

#include "adapters/yaml/yaml_tree.h"

namespace holdfast::apps {

Result<codec::SiteReading> read_site_file(const std::string& path) {
  Result<codec::Tree> tree = yaml::read_tree(path);
  if (!tree) return tl::unexpected(std::move(tree).error());
  return codec::read_site(*tree);
}

Result<model::Site> load_site(const std::string& path) {
  Result<codec::SiteReading> reading = read_site_file(path);
  if (!reading) return tl::unexpected(std::move(reading).error());
  std::string message;
  for (const codec::Diagnostic& diagnostic : reading->diagnostics) {
    if (diagnostic.severity != codec::Severity::kError) continue;
    if (!message.empty()) message += '\n';
    message += codec::diagnostic_text(diagnostic, path);
  }
  if (!message.empty()) return fail(Errc::kInvalidInput, std::move(message));
  return std::move(reading->site);
}

Result<model::Site> load_site_with_dns(const std::string& path) {
  Result<model::Site> site = load_site(path);
  if (site && site->dns.zones.empty()) {
    return fail(Errc::kInvalidInput, path + " has no `dns` section: there are no names to answer");
  }
  return site;
}

Result<model::Dns> load_dns(const std::string& path) {
  Result<model::Site> site = load_site_with_dns(path);
  if (!site) return tl::unexpected(std::move(site).error());
  return std::move(site->dns);
}

}  // namespace holdfast::apps

#include "node/host_files.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace holdfast::node {

net::TlsFiles host_tls(const std::string& dir) {
  return {dir + "/tls/authority.pem", dir + "/tls/host.pem", dir + "/tls/host.key"};
}

net::TlsFiles operator_tls(const std::string& dir) {
  return {dir + "/tls/authority.pem", dir + "/tls/operator.pem", dir + "/tls/operator.key"};
}

Result<std::string> read_secret(const std::string& dir) {
  const std::string path = dir + "/secrets/replication";
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  std::string secret = text.str();
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (!file || secret.size() < 16) {
    return fail(Errc::kNotFound,
                path +
                    " cannot be read or is too short. `holdfast init` makes it; copy it to "
                    "this host with mode 0600.");
  }
  return secret;
}

Result<model::Index> own_host(const model::Site& site, const std::string& name) {
  std::string wanted = name;
  if (wanted.empty()) {
    char buffer[256] = {};
    if (gethostname(buffer, sizeof buffer - 1) == 0) wanted = buffer;
  }
  const std::optional<model::Index> found = site.find_host(wanted);
  if (found) return *found;
  return fail(Errc::kNotFound,
              "The site has no host '" + wanted + "'. Name this host with --host NAME.");
}

}  // namespace holdfast::node

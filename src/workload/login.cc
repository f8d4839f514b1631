#include "workload/login.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <array>
#include <string_view>
#include <utility>

#include "adapters/crypto/secret.h"
#include "codec/units.h"
#include "workload/machine.h"

namespace holdfast::workload {
namespace {

constexpr std::string_view kPurpose = "application";

Result<std::string> numeric_address(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return fail(Errc::kInvalidInput,
                "Proxy " + host + " has no address: " + gai_strerror(error) +
                    ". Hosts are reached by their names in the site file.");
  }
  std::array<char, NI_MAXHOST> text{};
  const int named = getnameinfo(found->ai_addr,
                                found->ai_addrlen,
                                text.data(),
                                static_cast<socklen_t>(text.size()),
                                nullptr,
                                0,
                                NI_NUMERICHOST);
  freeaddrinfo(found);
  if (named != 0) return fail(Errc::kInvalidInput, "Proxy " + host + " has no usable address.");
  return std::string(text.data());
}

}  // namespace

Result<Target> resolve_proxy(const std::string& proxy, std::size_t cluster_place) {
  Target target{proxy, {}, model::writer_port(cluster_place)};
  if (const std::size_t colon = proxy.find(':'); colon != std::string::npos) {
    target.host = proxy.substr(0, colon);
    const auto port = codec::parse_int(std::string_view(proxy).substr(colon + 1));
    if (!port.ok() || port.value < 1 || port.value > 65000) {
      return fail(Errc::kInvalidInput, "Proxy \"" + proxy + "\" is neither HOST nor HOST:PORT.");
    }
    target.port = static_cast<model::Port>(port.value + static_cast<std::int64_t>(cluster_place));
  }
  Result<std::string> address = numeric_address(target.host);
  if (!address) return tl::unexpected(std::move(address).error());
  target.address = std::move(*address);
  return target;
}

Result<std::string> application_password(const std::string& secret_file) {
  Result<std::string> secret = read_file(secret_file);
  if (!secret) {
    Error error = std::move(secret).error();
    error.message += " It holds the site's secret, from which the application's password follows.";
    return tl::unexpected(std::move(error));
  }
  while (!secret->empty() && (secret->back() == '\n' || secret->back() == '\r')) {
    secret->pop_back();
  }
  if (secret->empty()) return fail(Errc::kInvalidInput, secret_file + " is empty.");
  return crypto::credential(*secret, kPurpose);
}

}  // namespace holdfast::workload

// For tests: identities in a temporary folder, a loop that runs until something is true, and peers
// that do what no peer of ours does.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "adapters/crypto/identity.h"
#include "adapters/crypto/secret_file.h"
#include "adapters/net/link.h"
#include "adapters/net/loop_impl.h"
#include "base/assert.h"

namespace holdfast::net::testing {

/// An authority and whatever identities it is asked for.
class Identities {
 public:
  Identities() : authority_(crypto::make_authority().value()) {
    char name[] = "/tmp/holdfast-net-XXXXXX";
    folder_ = mkdtemp(name);
    write("authority.pem", authority_.certificate);
  }
  ~Identities() { std::filesystem::remove_all(folder_); }
  Identities(const Identities&) = delete;
  Identities& operator=(const Identities&) = delete;

  TlsFiles files(const std::string& name, const std::string& unit = crypto::kHostUnit) {
    const crypto::PemPair pair = crypto::issue(authority_, {name, unit, {name}}).value();
    write(name + ".pem", pair.certificate);
    write(name + ".key", pair.key);
    return {at("authority.pem"), at(name + ".pem"), at(name + ".key")};
  }
  std::shared_ptr<TlsContext> tls(const std::string& name,
                                  const std::string& unit = crypto::kHostUnit) {
    return TlsContext::load(files(name, unit)).value();
  }
  [[nodiscard]] std::string at(const std::string& name) const { return folder_ + '/' + name; }

 private:
  void write(const std::string& name, const std::string& text) const {
    HF_ASSERT(crypto::write_file(at(name), text, crypto::kSecretMode).has_value());
  }

  crypto::PemPair authority_;
  std::string folder_;
};

/// Runs the loop until `done`; false when that takes unreasonably long.
inline bool run_until(Loop& loop, const std::function<bool()>& done) {
  const MonoTime limit = loop.now() + 20s;
  while (!done()) {
    if (loop.now() > limit) return false;
    loop.impl().io.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

/// A client over blocking sockets, for a thread of its own. Speaks TLS as its context allows and
/// then whatever bytes it is told to.
class RawClient {
 public:
  RawClient() : context(boost::asio::ssl::context::tls_client), stream_(io_, context) {}

  void present(const TlsFiles& files) {
    context.use_certificate_chain_file(files.certificate);
    context.use_private_key_file(files.key, boost::asio::ssl::context::pem);
  }
  /// After present(): a stream takes over what its context has when it is made.
  bool connect(model::Port port) {
    stream_ = {io_, context};
    boost::system::error_code error;
    stream_.next_layer().connect({boost::asio::ip::address_v4::loopback(), port}, error);
    if (!error) stream_.handshake(boost::asio::ssl::stream_base::client, error);
    return !error;
  }
  bool write(const std::string& bytes) {
    boost::system::error_code error;
    boost::asio::write(stream_, boost::asio::buffer(bytes), error);
    return !error;
  }
  /// Reads until the other side ends the connection.
  std::string drain() {
    std::string all;
    boost::system::error_code error;
    char block[4096];
    while (!error) all.append(block, stream_.read_some(boost::asio::buffer(block), error));
    return all;
  }

 private:
  boost::asio::io_context io_;

 public:
  boost::asio::ssl::context context;

 private:
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
};

}  // namespace holdfast::net::testing

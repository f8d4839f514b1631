#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/net/tls_impl.h"

namespace holdfast::net {
namespace asio = boost::asio;
using Error_code = boost::system::error_code;
namespace {

constexpr int kUserTimeoutMs = 2000;

Result<void> check_readable(const TlsFiles& files) {
  for (const std::string& path : {files.authority, files.certificate, files.key}) {
    if (::access(path.c_str(), R_OK) == 0) continue;
    return fail(errno == ENOENT ? Errc::kNotFound : Errc::kDenied,
                "cannot read " + path + ": " + std::strerror(errno) +
                    "; `holdfast init` makes the identity of every host");
  }
  return {};
}

tl::unexpected<Error> unusable(const std::string& path, const Error_code& error) {
  return fail(Errc::kInvalidInput, "cannot use " + path + ": " + error.message());
}

/// One entry of a name, or empty; a zero byte inside makes the whole name untrustworthy.
std::string entry(X509_NAME* name, int id) {
  const int at = X509_NAME_get_index_by_NID(name, id, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(name, id, at) >= 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text.find('\0') == std::string::npos ? text : std::string();
}

std::string problem_of(TlsStream& stream, const Error_code& error) {
  const long verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict == X509_V_OK) return "the handshake failed: " + error.message();
  return std::string("its certificate is not accepted: ") + X509_verify_cert_error_string(verdict);
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(const TlsFiles& files) {
  if (Result<void> readable = check_readable(files); !readable) {
    return tl::unexpected(std::move(readable).error());
  }
  auto state = std::make_shared<TlsState>();
  asio::ssl::context& context = state->context;
  SSL_CTX* const native = context.native_handle();
  // Sessions are not resumed: a full handshake costs no more round trips, and every connection is
  // then judged by the authority of today.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_min_proto_version(native, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_num_tickets(native, 0) != 1) {
    return fail(Errc::kUnsupported, "this OpenSSL has no TLS 1.3: install OpenSSL 3");
  }
  Error_code error;
  context.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert, error);
  if (error) return fail(Errc::kInternal, "cannot ask for certificates: " + error.message());
  context.load_verify_file(files.authority, error);
  if (error) return unusable(files.authority, error);
  context.use_certificate_chain_file(files.certificate, error);
  if (error) return unusable(files.certificate, error);
  context.use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error) return unusable(files.key, error);
  if (SSL_CTX_check_private_key(native) != 1) {
    return fail(Errc::kInvalidInput,
                files.key + " is not the key of " + files.certificate +
                    ": renew both with `holdfast init --renew`");
  }
  return std::shared_ptr<TlsContext>(std::move(state));
}

std::shared_ptr<TlsStream> make_stream(asio::io_context& io, const TlsContext& tls) {
  // Connections share the context by count and change nothing in it.
  auto& state = const_cast<TlsState&>(static_cast<const TlsState&>(tls));
  return std::make_shared<TlsStream>(io, state.context);
}

void tune(asio::ip::tcp::socket& socket) {
  Error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
  socket.set_option(UserTimeout(kUserTimeoutMs), ignored);
}

PeerName peer_of(TlsStream& stream) {
  X509* const certificate = SSL_get0_peer_certificate(stream.native_handle());
  if (certificate == nullptr) return {};
  X509_NAME* const name = X509_get_subject_name(certificate);
  return {entry(name, NID_commonName), entry(name, NID_organizationalUnitName)};
}

void shake_hands(const std::shared_ptr<TlsStream>& stream,
                 Side side,
                 std::function<void(const std::string&)> done) {
  const auto type =
      side == Side::kConnecting ? asio::ssl::stream_base::client : asio::ssl::stream_base::server;
  stream->async_handshake(type, [stream, done = std::move(done)](const Error_code& error) {
    if (!error) return done({});
    const std::string problem = problem_of(*stream, error);
    close(*stream);
    done(problem);
  });
}

void close(TlsStream& stream) {
  Error_code ignored;
  stream.lowest_layer().close(ignored);
}

void close(asio::ip::tcp::socket& socket) {
  Error_code ignored;
  socket.close(ignored);
}

}  // namespace holdfast::net

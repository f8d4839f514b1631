#include "adapters/health/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <map>
#include <utility>

#include "model/socket_address.h"

namespace holdfast::health {
namespace {

template <auto release>
struct Releases {
  template <class T>
  void operator()(T* it) const {
    release(it);
  }
};
using Context = std::unique_ptr<SSL_CTX, Releases<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Releases<SSL_free>>;

std::string verify_words(long code) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return "the certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "the certificate is not valid yet";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the certificate is issued by nobody who is trusted";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "the certificate is for another name";
    default:
      return std::string("the certificate is refused: ") + X509_verify_cert_error_string(code);
  }
}

std::string error_words(unsigned long code) {
  if (code == 0) return "the other side ended the handshake";
  const char* reason = ERR_reason_error_string(code);
  return std::string("TLS failed: ") + (reason == nullptr ? "unknown error" : reason);
}

}  // namespace

struct TlsTrust {
  Context context;
  bool verify = true;
};

Result<std::shared_ptr<TlsTrust>> load_trust(const std::string& authority, bool verify) {
  // Thousands of checks share few authorities.
  thread_local std::map<std::pair<std::string, bool>, std::weak_ptr<TlsTrust>> known;
  std::weak_ptr<TlsTrust>& place = known[{authority, verify}];
  if (auto shared = place.lock()) return shared;
  auto trust = std::make_shared<TlsTrust>();
  trust->context.reset(SSL_CTX_new(TLS_client_method()));
  trust->verify = verify;
  SSL_CTX* context = trust->context.get();
  if (context == nullptr) return fail(Errc::kExhausted, "no memory for TLS");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Every handshake is judged afresh.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  const bool loaded =
      !verify || (authority.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                    : SSL_CTX_load_verify_file(context, authority.c_str()) == 1);
  if (!loaded) {
    ERR_clear_error();
    return fail(Errc::kNotFound, "cannot read the trusted certificates in " + authority);
  }
  SSL_CTX_set_verify(context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  place = trust;
  return trust;
}

struct TlsSession::Impl {
  std::shared_ptr<TlsTrust> trust;
  Session session;
  std::string problem;

  IoState state(int result) {
    if (result > 0) return IoState::kDone;
    const int why = SSL_get_error(session.get(), result);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return IoState::kWait;
    if (why == SSL_ERROR_ZERO_RETURN) return IoState::kEnded;
    const unsigned long code = ERR_get_error();
    const long verified = SSL_get_verify_result(session.get());
    const bool certificate = trust->verify && verified != X509_V_OK;
    problem = certificate ? verify_words(verified) : error_words(code);
    ERR_clear_error();
    return IoState::kFailed;
  }
};

TlsSession::TlsSession(std::shared_ptr<TlsTrust> trust, const std::string& name, int descriptor)
    : impl_(std::make_unique<Impl>()) {
  impl_->trust = std::move(trust);
  impl_->session.reset(SSL_new(impl_->trust->context.get()));
  SSL* session = impl_->session.get();
  if (session == nullptr) return;
  SSL_set_fd(session, descriptor);
  SSL_set_connect_state(session);
  X509_VERIFY_PARAM* wanted = SSL_get0_param(session);
  if (model::parse_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str());
  } else {
    // What the macro of this name does, without its old-style cast.
    SSL_ctrl(session,
             SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(name.c_str()));
    X509_VERIFY_PARAM_set1_host(wanted, name.c_str(), name.size());
  }
}

TlsSession::~TlsSession() = default;

IoState TlsSession::handshake() {
  if (impl_->session == nullptr) return IoState::kFailed;
  ERR_clear_error();
  return impl_->state(SSL_do_handshake(impl_->session.get()));
}

IoState TlsSession::send(const char* data, std::size_t size, std::size_t& sent) {
  ERR_clear_error();
  return impl_->state(SSL_write_ex(impl_->session.get(), data, size, &sent));
}

IoState TlsSession::receive(char* data, std::size_t size, std::size_t& received) {
  ERR_clear_error();
  return impl_->state(SSL_read_ex(impl_->session.get(), data, size, &received));
}

void TlsSession::end() {
  if (impl_->session != nullptr && SSL_is_init_finished(impl_->session.get()) != 0)
    SSL_shutdown(impl_->session.get());
  ERR_clear_error();
}

std::optional<Duration> TlsSession::expires_in() const {
  if (impl_->session == nullptr) return std::nullopt;
  const X509* certificate = SSL_get0_peer_certificate(impl_->session.get());
  int days = 0;
  int seconds = 0;
  if (certificate == nullptr ||
      ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1)
    return std::nullopt;
  return Duration(days * 24h + std::chrono::seconds(seconds));
}

std::string TlsSession::problem() const {
  return impl_->session == nullptr ? "no memory for TLS" : impl_->problem;
}

}  // namespace holdfast::health

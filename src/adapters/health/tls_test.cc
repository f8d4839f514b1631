// TLS probes: certificates that are right, wrong, expired, of others; and handshakes that hang.
#include "adapters/health/tls.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstdio>

#include "adapters/crypto/identity.h"
#include "adapters/health/servers_for_test.h"
#include "adapters/process/files.h"

namespace holdfast::health {
namespace {

using model::Check;
using model::CheckKind;

/// Shows one certificate; then answers requests, one a line of `answers`, or just waits.
TinyServer::Serve tls_server(const crypto::PemPair& identity, std::string answer = {}) {
  return [=](int connection) {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    BIO* pem = BIO_new_mem_buf(identity.certificate.data(), -1);
    X509* certificate = PEM_read_bio_X509(pem, nullptr, nullptr, nullptr);
    BIO* key_pem = BIO_new_mem_buf(identity.key.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_pem, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    SSL* session = SSL_new(context);
    SSL_set_fd(session, connection);
    char bytes[4096];
    if (SSL_accept(session) == 1) {
      while (SSL_read(session, bytes, sizeof bytes) > 0 && !answer.empty()) {
        SSL_write(session, answer.data(), static_cast<int>(answer.size()));
      }
    }
    SSL_free(session);
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(key_pem);
    BIO_free(pem);
    SSL_CTX_free(context);
  };
}

class TlsProbe : public ::testing::Test {
 protected:
  TlsProbe() {
    file_ = ::testing::TempDir() + "holdfast-authority-" + std::to_string(getpid()) + ".pem";
    EXPECT_TRUE(process::write_file(file_, authority_.certificate, {}).has_value());
  }
  ~TlsProbe() override { std::remove(file_.c_str()); }

  [[nodiscard]] crypto::PemPair identity(const std::string& reached_as, int days = 30) const {
    return crypto::issue(authority_, {reached_as, crypto::kHostUnit, {reached_as}}, days).value();
  }
  [[nodiscard]] Check check(CheckKind kind, const TinyServer& server) const {
    Check it = check_of(kind, server.target());
    it.server_name = "ris.example";
    it.authority = file_;
    return it;
  }

  const crypto::PemPair authority_ = crypto::make_authority().value();
  std::string file_;
};

TEST_F(TlsProbe, a_good_certificate_passes_and_says_how_long) {
  TinyServer server(tls_server(identity("ris.example", 30)));
  const Outcome it = probe(check(CheckKind::kTls, server))[0];
  EXPECT_TRUE(it.passed) << it.why;
  ASSERT_TRUE(it.expires_in);
  EXPECT_GT(*it.expires_in, 29 * 24h);
  EXPECT_LE(*it.expires_in, 30 * 24h);
  EXPECT_GT(it.tls, 0us);
}

TEST_F(TlsProbe, an_address_can_be_the_name) {
  TinyServer server(tls_server(identity("127.0.0.1")));
  Check it = check(CheckKind::kTls, server);
  it.server_name.clear();
  EXPECT_TRUE(probe(it)[0].passed);
}

TEST_F(TlsProbe, an_expired_certificate_fails) {
  TinyServer server(tls_server(identity("ris.example", -1)));
  EXPECT_EQ(probe(check(CheckKind::kTls, server))[0].why, "the certificate has expired");
}

TEST_F(TlsProbe, a_certificate_for_another_name_fails) {
  TinyServer server(tls_server(identity("pacs.example")));
  EXPECT_EQ(probe(check(CheckKind::kTls, server))[0].why, "the certificate is for another name");
}

TEST_F(TlsProbe, a_certificate_of_an_unknown_authority_fails) {
  const crypto::PemPair other = crypto::make_authority().value();
  TinyServer server(tls_server(
      crypto::issue(other, {"ris.example", crypto::kHostUnit, {"ris.example"}}).value()));
  EXPECT_EQ(probe(check(CheckKind::kTls, server))[0].why,
            "the certificate is issued by nobody who is trusted");
}

TEST_F(TlsProbe, without_verification_any_certificate_passes) {
  TinyServer server(tls_server(identity("pacs.example", -1)));
  Check it = check(CheckKind::kTls, server);
  it.verify = false;
  const Outcome outcome = probe(it)[0];
  EXPECT_TRUE(outcome.passed) << outcome.why;
  EXPECT_LT(*outcome.expires_in, 0s);
}

TEST_F(TlsProbe, a_server_without_tls_or_words_fails_in_time) {
  TinyServer plain([](int connection) {
    write_all(connection, "220 mail.example ESMTP\r\n");
    wait_for_end(connection);
  });
  EXPECT_EQ(probe(check(CheckKind::kTls, plain))[0].why.substr(0, 11), "TLS failed:");
  TinyServer silent(wait_for_end);
  Check it = check(CheckKind::kTls, silent);
  it.tls_timeout = 50ms;
  EXPECT_EQ(probe(it)[0].why, "no TLS handshake within 50ms");
  TinyServer ends([](int connection) { read_some(connection); });
  EXPECT_FALSE(probe(check(CheckKind::kTls, ends))[0].passed);
}

TEST_F(TlsProbe, https_is_kept_alive_and_tells_the_certificate_each_time) {
  TinyServer server(
      tls_server(identity("ris.example"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nUP"));
  Check it = check(CheckKind::kHttps, server);
  it.contains = "UP";
  for (const Outcome& outcome : probe(it, 20)) {
    EXPECT_TRUE(outcome.passed) << outcome.why;
    EXPECT_TRUE(outcome.expires_in);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TlsProbe, an_authority_that_cannot_be_read_is_said_before_anything_is_probed) {
  Check it = check_of(CheckKind::kTls, "127.0.0.1:1");
  it.authority = "/nowhere/ca.pem";
  const auto talk = make_talk(it);
  ASSERT_FALSE(talk);
  EXPECT_EQ(talk.error().message, "cannot read the trusted certificates in /nowhere/ca.pem");
}

}  // namespace
}  // namespace holdfast::health

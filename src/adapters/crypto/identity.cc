#include "adapters/crypto/identity.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <string_view>

#include "adapters/crypto/secret.h"

namespace holdfast::crypto {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* it) const {
    Free(it);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;

constexpr long kDaySeconds = 24L * 60 * 60;
/// Certificates begin a little in the past: the clocks of a site's hosts may differ.
constexpr long kClockSeconds = 60L * 60;

tl::unexpected<Error> openssl_error(Errc code, const std::string& what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return fail(code, what + ": " + text.data());
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Memory read_from(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate parse_certificate(const std::string& pem) {
  const Memory memory = read_from(pem);
  return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

Key parse_key(const std::string& pem) {
  const Memory memory = read_from(pem);
  // No passphrase is ever asked for at a terminal.
  const auto nobody = [](char*, int, int, void*) { return -1; };
  return Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nobody, nullptr));
}

Result<PemPair> to_pem(X509* certificate, EVP_PKEY* key) {
  const Memory first(BIO_new(BIO_s_mem()));
  const Memory second(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(first.get(), certificate) != 1 ||
      PEM_write_bio_PrivateKey(second.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_error(Errc::kInternal, "cannot write a certificate as PEM");
  }
  return PemPair{text_of(first.get()), text_of(second.get())};
}

bool add_name(X509_NAME* name, const char* field, const std::string& text) {
  return X509_NAME_add_entry_by_txt(name,
                                    field,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()),
                                    -1,
                                    0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_serial(X509* certificate) {
  Result<std::string> bytes = random_bytes(16);
  if (!bytes) return false;
  // Positive, and never zero.
  bytes->front() = static_cast<char>((bytes->front() & 0x3f) | 0x40);
  const Number number(
      BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()), 16, nullptr));
  return BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

/// Version, serial, validity and key: what every certificate has.
Certificate begin_certificate(EVP_PKEY* key, int days) {
  Certificate certificate(X509_new());
  if (certificate == nullptr || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !add_serial(certificate.get()) ||
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kClockSeconds) == nullptr ||
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDaySeconds) == nullptr ||
      X509_set_pubkey(certificate.get(), key) != 1) {
    return nullptr;
  }
  return certificate;
}

bool all_from(std::string_view text, std::string_view more) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

bool is_address(const std::string& text) {
  return text.find(':') != std::string::npos ||
         text.find_first_not_of("0123456789.") == std::string::npos;
}

Result<void> check_subject(const Subject& subject) {
  const auto refuse = [](const std::string& what) {
    return fail(Errc::kInvalidInput,
                what +
                    " cannot stand in a certificate: use letters, digits, hyphens and dots, at "
                    "most 64");
  };
  if (!all_from(subject.name, "-._@")) return refuse("the name '" + subject.name + '\'');
  if (!all_from(subject.unit, "-._")) return refuse("the role '" + subject.unit + '\'');
  for (const std::string& name : subject.reached_as) {
    if (!all_from(name, "-.:")) return refuse("the host name '" + name + '\'');
  }
  return {};
}

bool add_identity_extensions(X509* certificate, X509* issuer, const Subject& subject) {
  const char* use = subject.unit == kHostUnit ? "serverAuth,clientAuth" : "clientAuth";
  std::string names;
  for (const std::string& name : subject.reached_as) {
    names += (names.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, issuer, NID_ext_key_usage, use) &&
         add_extension(certificate, issuer, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always") &&
         (names.empty() || add_extension(certificate, issuer, NID_subject_alt_name, names));
}

std::string name_entry(X509* certificate, int id) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(name, id, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

WallTime wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

}  // namespace

Result<PemPair> make_authority() {
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return openssl_error(Errc::kInternal, "cannot make a key");
  const Result<std::string> mark = random_bytes(4);
  if (!mark) return tl::unexpected(mark.error());
  const Certificate made = begin_certificate(key.get(), kAuthorityDays);
  if (made == nullptr) return openssl_error(Errc::kInternal, "cannot begin a certificate");
  // Named apart from another authority, so that a message about a foreign certificate says so.
  X509_NAME* name = X509_get_subject_name(made.get());
  if (!add_name(name, "O", "Holdfast") || !add_name(name, "CN", "authority " + to_hex(*mark)) ||
      X509_set_issuer_name(made.get(), name) != 1 ||
      !add_extension(made.get(), made.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(made.get(), made.get(), NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(made.get(), made.get(), NID_subject_key_identifier, "hash") ||
      X509_sign(made.get(), key.get(), EVP_sha256()) == 0) {
    return openssl_error(Errc::kInternal, "cannot make the authority's certificate");
  }
  return to_pem(made.get(), key.get());
}

Result<PemPair> issue(const PemPair& authority, const Subject& subject, int days) {
  if (Result<void> good = check_subject(subject); !good) return tl::unexpected(good.error());
  const Certificate issuer = parse_certificate(authority.certificate);
  const Key issuer_key = parse_key(authority.key);
  if (issuer == nullptr || issuer_key == nullptr) {
    return openssl_error(Errc::kCorrupt, "the authority's certificate or key does not read back");
  }
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return openssl_error(Errc::kCorrupt, "the authority's key does not fit its certificate");
  }
  const Key key(EVP_EC_gen("P-256"));
  if (key == nullptr) return openssl_error(Errc::kInternal, "cannot make a key");
  const Certificate made = begin_certificate(key.get(), days);
  if (made == nullptr) return openssl_error(Errc::kInternal, "cannot begin a certificate");
  X509_NAME* name = X509_get_subject_name(made.get());
  if (!add_name(name, "O", "Holdfast") || !add_name(name, "OU", subject.unit) ||
      !add_name(name, "CN", subject.name) ||
      X509_set_issuer_name(made.get(), X509_get_subject_name(issuer.get())) != 1 ||
      !add_identity_extensions(made.get(), issuer.get(), subject) ||
      X509_sign(made.get(), issuer_key.get(), EVP_sha256()) == 0) {
    return openssl_error(Errc::kInternal, "cannot issue a certificate for " + subject.name);
  }
  return to_pem(made.get(), key.get());
}

Result<CertificateFacts> read_certificate(const std::string& pem) {
  const Certificate certificate = parse_certificate(pem);
  if (certificate == nullptr) {
    return openssl_error(Errc::kCorrupt, "this is no certificate in PEM");
  }
  CertificateFacts facts;
  facts.subject.name = name_entry(certificate.get(), NID_commonName);
  facts.subject.unit = name_entry(certificate.get(), NID_organizationalUnitName);
  facts.not_before = wall_time(X509_get0_notBefore(certificate.get()));
  facts.not_after = wall_time(X509_get0_notAfter(certificate.get()));
  return facts;
}

}  // namespace holdfast::crypto

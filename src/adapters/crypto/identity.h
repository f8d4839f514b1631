// The site's own certificate authority and the identities it issues: EC P-256, X.509 v3, as PEM.
//
// Values only; where they are kept is secret_file's and `holdfast init`'s matter. Nothing here
// checks a peer: adapters/net does that with the same authority.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace holdfast::crypto {

/// A certificate and its private key. The key is secret.
struct PemPair {
  std::string certificate;
  std::string key;
};

inline constexpr const char* kHostUnit = "host";

struct Subject {
  std::string name;  ///< common name: a host's in the site file, or an operator's
  std::string unit;  ///< organizational unit: kHostUnit, or an operator's role
  /// Host names and addresses that the certificate is also good for.
  std::vector<std::string> reached_as;
};

inline constexpr int kAuthorityDays = 20 * 365;
inline constexpr int kIdentityDays = 2 * 365;

/// A fresh authority that can issue identities and nothing below them.
Result<PemPair> make_authority();

/// A fresh key and certificate. A host's may serve and connect, anyone else's may only connect.
Result<PemPair> issue(const PemPair& authority, const Subject& subject, int days = kIdentityDays);

/// What a certificate says.
struct CertificateFacts {
  Subject subject;  ///< without reached_as
  WallTime not_before{};
  WallTime not_after{};
};
Result<CertificateFacts> read_certificate(const std::string& pem);

}  // namespace holdfast::crypto

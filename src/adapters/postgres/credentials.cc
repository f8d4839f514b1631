#include "adapters/postgres/credentials.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>

#include "adapters/crypto/secret.h"
#include "base/assert.h"

namespace holdfast::postgres {
namespace {

constexpr int kIterations = 64;
using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest hmac(const void* key, std::size_t size, std::string_view message) {
  Digest digest{};
  unsigned length = 0;
  const unsigned char* done = HMAC(EVP_sha256(),
                                   key,
                                   static_cast<int>(size),
                                   reinterpret_cast<const unsigned char*>(message.data()),
                                   message.size(),
                                   digest.data(),
                                   &length);
  HF_ASSERT(done != nullptr && length == digest.size());
  return digest;
}

std::string base64(const unsigned char* data, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int n =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), data, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(n));
  return text;
}

}  // namespace

std::string epoch_password(std::string_view secret, const std::string& cluster, Epoch epoch) {
  return crypto::credential(secret, cluster + "|" + std::to_string(epoch.value));
}

std::string copy_password(std::string_view secret, const std::string& cluster) {
  return crypto::credential(secret, cluster + "|copy");
}

std::string application_password(std::string_view secret) {
  return crypto::credential(secret, "application");
}

std::string scram_verifier(std::string_view password) {
  const Digest salt_source = hmac(password.data(), password.size(), "salt");
  constexpr std::size_t kSalt = 16;
  Digest salted{};
  const int done = PKCS5_PBKDF2_HMAC(password.data(),
                                     static_cast<int>(password.size()),
                                     salt_source.data(),
                                     kSalt,
                                     kIterations,
                                     EVP_sha256(),
                                     static_cast<int>(salted.size()),
                                     salted.data());
  HF_ASSERT(done == 1);
  const Digest client = hmac(salted.data(), salted.size(), "Client Key");
  const Digest server = hmac(salted.data(), salted.size(), "Server Key");
  Digest stored{};
  SHA256(client.data(), client.size(), stored.data());
  return "SCRAM-SHA-256$" + std::to_string(kIterations) + ":" + base64(salt_source.data(), kSalt) +
         "$" + base64(stored.data(), stored.size()) + ":" + base64(server.data(), server.size());
}

}  // namespace holdfast::postgres

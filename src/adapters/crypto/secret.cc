#include "adapters/crypto/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>

#include "base/assert.h"

namespace holdfast::crypto {

Result<std::string> random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    return fail(Errc::kUnavailable, "the system gave no random numbers: try again");
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string credential(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  const unsigned char* made = HMAC(EVP_sha256(),
                                   secret.data(),
                                   static_cast<int>(secret.size()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   text.size(),
                                   mac.data(),
                                   &size);
  HF_ASSERT(made != nullptr && size == 32);
  return to_hex({reinterpret_cast<const char*>(mac.data()), size});
}

}  // namespace holdfast::crypto

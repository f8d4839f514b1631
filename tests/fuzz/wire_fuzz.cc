// Any bytes as a message between agents and controllers: a value that can be written again, or an
// error that says something.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "codec/wire.h"
#include "model/sites_for_test.h"

namespace {

template <class Message>
void check(const holdfast::model::Site& site,
           const holdfast::Result<Message>& got,
           holdfast::Result<Message> (*decode)(const holdfast::model::Site&, std::string_view)) {
  if (!got) {
    HF_ASSERT(!got.error().message.empty());
    return;
  }
  // One value has one shortest spelling.
  const std::string bytes = encode(site, *got);
  const auto again = decode(site, bytes);
  HF_ASSERT(again.has_value());
  HF_ASSERT(encode(site, *again) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const holdfast::model::Site site = holdfast::model::two_regions();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  using namespace holdfast::codec;
  check(site, decode_to_controller(site, bytes), &decode_to_controller);
  check(site, decode_to_agent(site, bytes), &decode_to_agent);
  return 0;
}

// Any bytes as HAProxy's answers: tables and CSV, without a crash; what reads back names its
// servers.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/haproxy_runtime.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::codec;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto servers = read_servers(text);
  if (servers.has_value()) {
    for (const ProxyServer& server : *servers) {
      HF_ASSERT(!server.backend.empty() && !server.name.empty());
      HF_ASSERT(!is_as_wanted({server.backend, {server.name, "no such server"}, 0}, *servers));
    }
  } else {
    HF_ASSERT(!servers.error().message.empty());
  }
  const auto figures = read_figures(text);
  HF_ASSERT(figures.has_value() || !figures.error().message.empty());
  const auto fields = csv_fields(text);
  std::size_t bytes = 0;
  for (const std::string& field : fields) bytes += field.size();
  HF_ASSERT(!fields.empty() && bytes + fields.size() <= text.size() + 1);
  return 0;
}

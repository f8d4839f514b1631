// Any bytes as a DNS query: answered or not, never out of bounds, and what comes back is a response
// that fits, with the question as it was asked.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/assert.h"
#include "codec/dns/board.h"
#include "codec/dns/respond.h"
#include "codec/dns/zones_for_test.h"

namespace {

using namespace holdfast::codec::dns;

const Board& board() {
  static const Board built(testing::example_dns(), holdfast::MonoTime{});
  return built;
}

void answer(const std::uint8_t* data, std::size_t size, Transport transport) {
  // As large as can be and no larger: what is written beyond is found.
  std::vector<std::uint8_t> buffer(std::max(size, response_room(transport)));
  std::copy_n(data, size, buffer.begin());
  const Response response = respond(*board().snapshot(), buffer, size, transport, 0x80000000U);
  if (response.size == 0) return;
  HF_ASSERT(size >= kHeaderSize && response.size >= kHeaderSize);
  HF_ASSERT(response.size <= response_room(transport));
  HF_ASSERT(std::memcmp(buffer.data(), data, 2) == 0);
  HF_ASSERT((buffer[2] & 0x80) != 0);
  if (buffer[5] == 0) return;
  Query asked;
  read_query({data, size}, asked);
  HF_ASSERT(asked.problem == QueryProblem::kNone);
  HF_ASSERT(std::memcmp(buffer.data() + kHeaderSize, data + kHeaderSize, asked.question_size()) ==
            0);
  const std::size_t limit = asked.edns ? std::max<std::size_t>(asked.udp_size, 512) : 512;
  HF_ASSERT(transport == Transport::kTcp || response.size <= limit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMessageMax) return 0;
  answer(data, size, Transport::kUdp);
  answer(data, size, Transport::kTcp);
  return 0;
}

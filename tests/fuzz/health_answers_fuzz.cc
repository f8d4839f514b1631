// Any bytes as the answer of an HL7 receiver or a DNS server: judged without a crash, and never a
// pass for another question.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "codec/health/dns.h"
#include "codec/health/hl7.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  const auto hl7 = codec::health::judge_hl7(bytes, "HF7");
  HF_ASSERT(hl7.passed == hl7.why.empty());
  HF_ASSERT(!hl7.passed || codec::health::hl7_is_whole(bytes));
  HF_ASSERT(!hl7.passed || !codec::health::judge_hl7(bytes, "HF8").passed);

  const model::DnsQuestion question{"ris.example", 1};
  const auto wanted = model::parse_address("10.1.2.3");
  if (codec::health::is_dns_answer(bytes, question, 0x4846)) {
    const auto any = codec::health::judge_dns(bytes, question, std::nullopt);
    const auto one = codec::health::judge_dns(bytes, question, wanted);
    HF_ASSERT(any.passed == any.why.empty() && one.passed == one.why.empty());
    HF_ASSERT(any.passed || !one.passed);
    HF_ASSERT(!codec::health::is_dns_answer(bytes, question, 0x4847));
  }
  return 0;
}

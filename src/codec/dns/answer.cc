#include "codec/dns/answer.h"

#include <cstring>

#include "base/assert.h"

namespace holdfast::codec::dns {
namespace {

constexpr std::uint8_t kResponse = 0x80;
constexpr std::uint8_t kAuthoritative = 0x04;
constexpr std::uint8_t kTruncated = 0x02;
constexpr std::uint8_t kRecursionDesired = 0x01;  ///< is copied

template <class T>
void append(AnswerStore& store, const T* from, std::size_t count) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(from);
  store.insert(store.end(), bytes, bytes + count * sizeof(T));
}

/// Of those the client sent only RD stays: CD is cleared by RFC 4035 section 3.1.6.
void write_flags(std::uint8_t* header, std::uint8_t flags, Rcode rcode) {
  const auto wanted = static_cast<std::uint8_t>(header[2] & kRecursionDesired);
  header[2] = static_cast<std::uint8_t>(kResponse | flags | wanted);
  header[3] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(rcode) & 0x0f);
}

void write_counts(std::uint8_t* header,
                  std::size_t answers,
                  std::size_t authority,
                  std::size_t additional) {
  write16(header + 6, answers);
  write16(header + 8, authority);
  write16(header + 10, additional);
}

void shift(std::uint8_t* bytes, const std::uint8_t* fixups, std::size_t count, std::size_t by) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t at = 0;
    std::memcpy(&at, fixups + 2 * i, sizeof at);
    write16(bytes + at, read16(bytes + at) + by);
  }
}

}  // namespace

std::uint32_t put_answer(const Answer& answer, AnswerStore& store) {
  const auto at = static_cast<std::uint32_t>(store.size());
  append(store, &answer.head, 1);
  append(store, answer.fixups.data(), answer.fixups.size());
  append(store, answer.bytes.data(), answer.bytes.size());
  return at;
}

AnswerHead head_of(const std::uint8_t* stored) {
  AnswerHead head;
  std::memcpy(&head, stored, sizeof head);
  return head;
}

void write_header(std::span<std::uint8_t> message, Rcode rcode, int questions) {
  write_flags(message.data(), 0, rcode);
  write16(message.data() + 4, static_cast<std::size_t>(questions));
  write_counts(message.data(), 0, 0, 0);
}

std::size_t write_answer(const std::uint8_t* stored,
                         const Sending& sending,
                         std::span<std::uint8_t> message) {
  const AnswerHead head = head_of(stored);
  const std::size_t question = kHeaderSize + sending.name_size + 4;
  const auto authoritative = static_cast<std::uint8_t>(head.authoritative ? kAuthoritative : 0);
  if (question + head.size > sending.limit) {
    write_flags(message.data(), authoritative | kTruncated, head.rcode);
    write_counts(message.data(), 0, 0, 0);
    return question;
  }
  HF_ASSERT(question + head.size <= message.size());
  write_flags(message.data(), authoritative, head.rcode);
  write_counts(message.data(), head.answers, head.authority, head.additional);
  const std::uint8_t* fixups = stored + sizeof head;
  std::uint8_t* bytes = message.data() + question;
  std::memcpy(bytes, fixups + 2U * head.fixups, head.size);
  const std::size_t longer = sending.name_size - head.base_size;
  if (longer > 0) shift(bytes, fixups, head.fixups, longer);
  return question + head.size;
}

}  // namespace holdfast::codec::dns

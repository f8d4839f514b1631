// One precomputed answer: everything of a response behind its question, as bytes ready to be sent.
//
// Compressed names point to places in the message, and those depend on how long the question is. An
// answer is made for the question of its `base`, a name that every question it serves ends in: its
// owner, or for a referral, a wildcard or a name that does not exist the closest name that does.
// For longer questions all pointers move by the same number of bytes; `fixups` says where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/dns/types.h"

namespace holdfast::codec::dns {

struct AnswerHead {
  std::uint16_t size = 0;     ///< of the bytes
  std::uint16_t answers = 0;  ///< records in the sections
  std::uint16_t authority = 0;
  std::uint16_t additional = 0;
  std::uint8_t base_size = 0;  ///< of the name's wire form
  std::uint8_t fixups = 0;
  bool authoritative = true;
  Rcode rcode = Rcode::kNoError;
};
static_assert(sizeof(AnswerHead) == 12);

struct Answer {
  AnswerHead head;
  std::vector<std::uint16_t> fixups;  ///< places of pointers, from the first byte of `bytes`
  std::vector<std::uint8_t> bytes;
};

/// Many answers, one behind the other.
using AnswerStore = std::vector<std::uint8_t>;

/// Where in the store it is from now on.
std::uint32_t put_answer(const Answer& answer, AnswerStore& store);

/// What of the client's question decides how the answer is sent.
struct Sending {
  std::size_t name_size = 0;  ///< of the question
  std::size_t limit = 0;      ///< bytes of the whole message, those of OPT not counted
};

/// Writes the header's flags and counts and the answer behind the question, which is in `message`
/// already. Where it does not fit the limit nothing but TC is said, and the client asks by TCP.
/// The size of the message. Pre: `message` has room for the limit.
std::size_t write_answer(const std::uint8_t* stored,
                         const Sending& sending,
                         std::span<std::uint8_t> message);

/// Writes flags and the counts of a message without records; `questions` is 0 or 1.
void write_header(std::span<std::uint8_t> message, Rcode rcode, int questions);

[[nodiscard]] AnswerHead head_of(const std::uint8_t* stored);

}  // namespace holdfast::codec::dns

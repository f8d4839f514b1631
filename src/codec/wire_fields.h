// Which fields a value has on the wire, and in which order: one list for both directions, so that
// writing and reading cannot disagree.
//
// Every struct is taken apart by a structured binding: a field that is added to it and not to its
// list does not compile. A change of any list is a new kWireVersion.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "codec/wire_bytes.h"
#include "core/agent/agent.h"

namespace holdfast::codec {

// A value type `V` is `T` when reading and `const T` when writing.
template <class V, class T>
concept Either = std::same_as<std::remove_const_t<V>, T>;

// -- numbers -------------------------------------------------------------------------------------

template <class A>
void wire(A& a, Either<std::uint64_t> auto& value) {
  if constexpr (A::kReads) {
    value = a.number();
  } else {
    a.number(value);
  }
}

template <class A>
void wire(A& a, Either<std::uint32_t> auto& value) {
  if constexpr (A::kReads) {
    value = static_cast<std::uint32_t>(a.at_most(0xffffffffU, "a 32-bit number"));
  } else {
    a.number(value);
  }
}

template <class A>
void wire(A& a, Either<std::uint8_t> auto& value) {
  if constexpr (A::kReads) {
    value = a.byte();
  } else {
    a.byte(value);
  }
}

template <class A>
void wire(A& a, Either<bool> auto& value) {
  if constexpr (A::kReads) {
    value = a.at_most(1, "a yes or no") == 1;
  } else {
    a.number(value ? 1 : 0);
  }
}

template <class A, class Tag>
void wire(A& a, Id<Tag>& id) {
  wire(a, id.value);
}
template <class A, class Tag>
void wire(A& a, const Id<Tag>& id) {
  wire(a, id.value);
}

template <class A>
void wire(A& a, Either<Duration> auto& value) {
  if constexpr (A::kReads) {
    value = Duration(unzigzag(a.number()));
  } else {
    a.number(zigzag(value.count()));
  }
}

template <class A>
void wire_time(A& a, auto& value) {
  if constexpr (A::kReads) {
    value = std::remove_reference_t<decltype(value)>(Duration(unzigzag(a.number())));
  } else {
    a.number(zigzag(value.time_since_epoch().count()));
  }
}
template <class A>
void wire(A& a, Either<MonoTime> auto& value) {
  wire_time(a, value);
}
template <class A>
void wire(A& a, Either<WallTime> auto& value) {
  wire_time(a, value);
}

/// `last`: the enum's last value.
template <class A, class E>
requires std::is_enum_v<E>
void wire_enum(A& a, E& value, std::remove_const_t<E> last, const char* what) {
  if constexpr (A::kReads) {
    value = static_cast<E>(a.at_most(static_cast<std::uint64_t>(last), what));
  } else {
    a.number(static_cast<std::uint64_t>(value));
  }
}
template <class A>
void wire(A& a, Either<core::Phase> auto& value) {
  wire_enum(a, value, core::Phase::kPromoting, "a phase");
}
template <class A>
void wire(A& a, Either<core::Cause> auto& value) {
  wire_enum(a, value, core::Cause::kStoreRecovered, "a cause");
}
template <class A>
void wire(A& a, Either<core::PgState> auto& value) {
  wire_enum(a, value, core::PgState::kRebuilding, "a state of PostgreSQL");
}
template <class A>
void wire(A& a, Either<core::WalSeen> auto& value) {
  wire_enum(a, value, core::WalSeen::kRefused, "what a receiver sees");
}

// -- structs -------------------------------------------------------------------------------------

template <class A, class T, std::size_t N>
void wire(A& a, InlineVec<T, N>& list);
template <class A, class T, std::size_t N>
void wire(A& a, const InlineVec<T, N>& list);

template <class A, class... Fields>
void wire_all(A& a, Fields&... fields) {
  (wire(a, fields), ...);
}

template <class A>
void wire(A& a, Either<core::Incarnation> auto& value) {
  auto& [member, life] = value;
  if constexpr (A::kReads) {
    member = a.member();
  } else {
    a.member(member);
  }
  wire(a, life);
}

template <class A>
void wire(A& a, Either<core::Position> auto& value) {
  auto& [timeline, lsn] = value;
  wire_all(a, timeline, lsn);
}

template <class A>
void wire(A& a, Either<core::RecordKey> auto& value) {
  auto& [store, epoch, revision] = value;
  wire_all(a, store, epoch, revision);
}

/// A set is in order of members, and the reader's site may number them otherwise. One that names a
/// member twice would count it twice.
template <class A>
void wire_set(A& a, Either<core::MemberSet> auto& set) {
  wire(a, set);
  if constexpr (A::kReads) {
    std::sort(set.begin(), set.end());
    if (std::adjacent_find(set.begin(), set.end()) != set.end()) {
      a.refuse(Errc::kCorrupt, "a set names an incarnation twice");
    }
  }
}

template <class A>
void wire(A& a, Either<core::Pair> auto& value) {
  auto& [id, epoch, primary, s, w] = value;
  wire_all(a, id, epoch, primary);
  wire_set(a, s);
  if constexpr (A::kReads) {
    w = static_cast<int>(a.at_most(core::kMembersMax + 1, "a quorum"));
  } else {
    HF_ASSERT(w >= 0 && w <= core::kMembersMax + 1);
    a.number(static_cast<std::uint64_t>(w));
  }
}

template <class A>
void wire(A& a, Either<core::Fork> auto& value) {
  auto& [timeline, start, epoch] = value;
  wire_all(a, timeline, start, epoch);
}

template <class A>
void wire(A& a, Either<core::SetAside> auto& value) {
  auto& [fork, parent] = value;
  wire_all(a, fork, parent);
}

template <class A>
void wire(A& a, Either<std::optional<core::Handover>> auto& value) {
  bool there = value.has_value();
  wire(a, there);
  if constexpr (A::kReads) value = there ? std::optional(core::Handover{}) : std::nullopt;
  if (!value) return;
  auto& [to] = *value;
  wire(a, to);
}

template <class A>
void wire(A& a, Either<core::Record> auto& value) {
  auto& [key,
         phase,
         primary,
         target,
         depose,
         lossy,
         pairs,
         pair_last,
         candidates,
         candidates_pending,
         lineage,
         set_aside,
         timeline_last,
         handover,
         halted,
         cause,
         changed_at,
         failovers,
         returns,
         same_cause] = value;
  wire_all(a, key, phase, primary, target, depose, lossy, pairs, pair_last);
  wire_set(a, candidates);
  wire_set(a, candidates_pending);
  wire_all(a, lineage, set_aside, timeline_last, handover, halted, cause, changed_at, failovers);
  wire_all(a, returns, same_cause);
}

template <class A>
void wire(A& a, Either<core::RecordPtr> auto& value) {
  bool there = value != nullptr;
  wire(a, there);
  if (!there) return;
  if constexpr (A::kReads) {
    auto record = std::make_shared<core::Record>();
    wire(a, *record);
    value = std::move(record);
  } else {
    wire(a, *value);
  }
}

template <class A>
void wire(A& a, Either<core::SenderReport> auto& value) {
  auto& [standby, flushed, reply_age, behind, streaming_for] = value;
  wire_all(a, standby, flushed, reply_age, behind, streaming_for);
}

template <class A>
void wire(A& a, Either<core::MemberReport> auto& value) {
  auto& [self,
         boot,
         agent_started,
         heartbeat,
         record,
         state,
         open,
         restarting,
         fenced,
         regressed,
         able_to_seal,
         sick,
         drained,
         sealed,
         sealed_final,
         position,
         replay_lag,
         following,
         wal,
         wal_silence,
         timeline,
         leads,
         proven,
         barrier,
         promise_left,
         reboot_hold,
         proof_age,
         senders] = value;
  wire_all(a, self, boot, agent_started, heartbeat, record, state, open, restarting, fenced);
  wire_all(a, regressed, able_to_seal, sick, drained, sealed, sealed_final, position, replay_lag);
  wire_all(a, following, wal, wal_silence, timeline, leads, proven, barrier, promise_left);
  wire_all(a, reboot_hold, proof_age, senders);
}

template <class A>
void wire(A& a, Either<core::RecordSeen> auto& value) {
  auto& [record] = value;
  wire(a, record);
}

template <class A>
void wire(A& a, Either<core::StoreProof> auto& value) {
  auto& [heartbeat, key, lease] = value;
  wire_all(a, heartbeat, key, lease);
}

template <class A>
void wire(A& a, Either<core::PromiseRequest> auto& value) {
  auto& [epoch, from, seq] = value;
  wire_all(a, epoch, from, seq);
}

template <class A>
void wire(A& a, Either<core::PromiseGrant> auto& value) {
  auto& [epoch, from, to, seq] = value;
  wire_all(a, epoch, from, to, seq);
}

// -- lists ---------------------------------------------------------------------------------------

template <class A, class T, std::size_t N>
void wire(A& a, InlineVec<T, N>& list) {
  static_assert(A::kReads);
  const std::uint64_t count = a.at_most(N, "the length of a list");
  list.clear();
  for (std::uint64_t i = 0; i < count && !a.failed(); ++i) {
    T item{};
    wire(a, item);
    list.push_back(item);
  }
}

template <class A, class T, std::size_t N>
void wire(A& a, const InlineVec<T, N>& list) {
  a.number(list.size());
  for (const T& item : list) wire(a, item);
}

}  // namespace holdfast::codec

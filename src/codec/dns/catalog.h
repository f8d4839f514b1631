// All names that are answered, as one immutable table: flat, found by hash, each with its answers
// as bytes.
//
// Names whose addresses are decided have a *view* instead of bytes: a number under which the
// snapshot keeps what was decided last. Aliases of such names have views of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codec/dns/answer.h"
#include "codec/dns/query.h"
#include "codec/dns/rdata.h"
#include "codec/dns/zone.h"
#include "model/dns.h"

namespace holdfast::codec::dns {

inline constexpr std::uint32_t kNoAnswer = 0xffffffffU;

/// One type at one name.
struct Entry {
  std::uint16_t type = 0;
  bool decided = false;
  std::uint32_t at = 0;  ///< in the store of answers; of a decided one the view's number
};

struct Node {
  std::uint32_t name_at = 0;
  std::uint8_t name_size = 0;
  bool cut = false;                    ///< from here on down others answer: `otherwise` refers
  std::uint32_t wildcard = kNoAnswer;  ///< the node of "*" right below
  std::uint32_t first_entry = 0;
  std::uint32_t entries = 0;
  std::uint32_t otherwise = kNoAnswer;  ///< for types without an entry
  std::uint32_t any = kNoAnswer;        ///< for ANY (RFC 8482 section 4.2)
  std::uint32_t denial = kNoAnswer;     ///< that a name below does not exist
};

/// What a view's answers are made of, beside the addresses.
struct ViewPlan {
  std::size_t answer = 0;  ///< which name's decision, by its place among all answers
  model::DnsName base;
  model::DnsName owner;                                       ///< of the addresses
  bool asked = true;                                          ///< the owner is what was asked for
  std::vector<std::pair<model::DnsName, RecordSet>> aliases;  ///< CNAMEs before; first: as asked
};

class Catalog {
 public:
  explicit Catalog(const model::Dns& dns);

  /// The node of a name in wire form and lower case; null if there is none.
  [[nodiscard]] const Node* find(std::string_view name, std::uint32_t hash) const;
  [[nodiscard]] const Node& node(std::uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] const Entry* entry(const Node& node, std::uint16_t type) const;
  [[nodiscard]] const std::uint8_t* stored(std::uint32_t at) const { return store_.data() + at; }
  [[nodiscard]] const std::vector<ViewPlan>& views() const { return views_; }
  [[nodiscard]] std::size_t names() const { return nodes_.size(); }
  /// Names with more labels than that are not in the table.
  [[nodiscard]] std::size_t labels_max() const { return labels_max_; }

 private:
  friend class CatalogBuilder;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t node = kNoAnswer;
  };

  void index();

  std::vector<Node> nodes_;
  std::vector<Entry> entries_;
  std::vector<std::uint8_t> names_;
  std::vector<Slot> slots_;  ///< a power of two, at least twice the nodes
  AnswerStore store_;
  std::vector<ViewPlan> views_;
  std::size_t labels_max_ = 0;
};

/// Hashes of a query's name from each label on: `hashes[i]` is that of its suffix from label i.
using SuffixHashes = std::array<std::uint32_t, 129>;
void hash_suffixes(const Query& query, SuffixHashes& hashes);
[[nodiscard]] std::uint32_t hash_name(std::string_view wire);

}  // namespace holdfast::codec::dns

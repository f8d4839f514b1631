// The names a site answers for: DNS zones, their fixed records, and the names whose addresses
// follow the health of targets.
//
// Texts stand as in the file; model/rules_dns checks them, codec/dns makes messages of them. What
// is answered at a moment is decided in core/dns.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/index.h"

namespace holdfast::model {

/// Types of fixed records. SOA and the apex's NS are made from the zone's own fields.
enum class DnsType { kA, kAaaa, kCname, kNs, kTxt, kSrv };

/// How the addresses of a name are chosen among its targets.
enum class DnsPolicy { kSimple, kFailover, kMultivalue, kWeighted };

/// When a more preferred group, well again, is answered again.
enum class Failback { kAsked, kAutomatic };

/// Something clients are sent to; its health is known under its name.
struct DnsTarget {
  std::string name;
  std::vector<std::string> addresses;

  friend bool operator==(const DnsTarget&, const DnsTarget&) = default;
};

struct DnsRecord {
  std::string name;  ///< relative to the apex, "@" for the apex itself
  DnsType type = DnsType::kA;
  std::vector<std::string> values;
  Duration ttl = kUnset;  ///< kUnset: the zone's

  static constexpr Duration kUnset{-1};
  friend bool operator==(const DnsRecord&, const DnsRecord&) = default;
};

struct DnsChoice {
  Index target = kNoIndex;
  int weight = 1;

  friend bool operator==(const DnsChoice&, const DnsChoice&) = default;
};

struct DnsGroup {
  std::string name;
  std::vector<DnsChoice> targets;

  friend bool operator==(const DnsGroup&, const DnsGroup&) = default;
};

/// A name whose addresses follow its targets.
struct DnsAnswer {
  std::string name;
  DnsPolicy policy = DnsPolicy::kSimple;
  std::vector<DnsGroup> groups;  ///< in order of preference; one without a name unless `failover`
  Failback failback = Failback::kAsked;
  bool evaluate_health = true;
  Duration minimum_down = 10s;       ///< a target that failed stays out for so long
  int addresses_max = 8;             ///< of one family in one message
  Duration ttl = DnsRecord::kUnset;  ///< kUnset: from how soon the answer could change

  friend bool operator==(const DnsAnswer&, const DnsAnswer&) = default;
};

struct DnsZone {
  std::string apex;
  std::string contact;                    ///< a mail address
  std::vector<std::string> name_servers;  ///< names, the first is the primary of the SOA
  int serial = 1;
  Duration ttl = 5min;    ///< of fixed records
  Duration min_ttl = 1s;  ///< bounds for answers that follow targets
  Duration max_ttl = 1min;
  Duration negative_ttl = 5s;  ///< how long resolvers remember that something does not exist
  std::vector<DnsRecord> records;
  std::vector<DnsAnswer> answers;

  friend bool operator==(const DnsZone&, const DnsZone&) = default;
};

struct Dns {
  std::vector<DnsTarget> targets;
  std::vector<DnsZone> zones;

  friend bool operator==(const Dns&, const Dns&) = default;
};

}  // namespace holdfast::model

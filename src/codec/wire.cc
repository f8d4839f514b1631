// A message is: version, kind, the cluster's name, a table of the host names of all members it
// speaks of, the member it is from or for, and the fields of wire_fields.h.
#include "codec/wire.h"

#include <utility>

#include "codec/wire_fields.h"

namespace holdfast::codec {
namespace {

enum class Kind : std::uint8_t {
  kReport = 1,
  kRecord = 2,
  kProof = 3,
  kPromiseRequest = 4,
  kPromiseGrant = 5,
};

const model::Cluster& cluster_of(const model::Site& site, int cluster) {
  HF_ASSERT(cluster >= 0 && static_cast<std::size_t>(cluster) < site.clusters.size());
  return site.clusters[static_cast<std::size_t>(cluster)];
}

/// The whole message: the head can be written only once the body has named its members.
std::string finish(const model::Site& site, int cluster, Kind kind, const WireWriter& body) {
  const model::Cluster& the_cluster = cluster_of(site, cluster);
  WireWriter head;
  head.byte(kWireVersion);
  head.byte(static_cast<std::uint8_t>(kind));
  head.name(the_cluster.name);
  head.byte(static_cast<std::uint8_t>(body.members().size()));
  for (const std::uint8_t member : body.members()) {
    HF_ASSERT(member < the_cluster.members.size());
    head.name(site.hosts[the_cluster.members[member].host].name);
  }
  return head.text() + body.text();
}

std::uint8_t member_index(int member) {
  HF_ASSERT(member >= 0 && member < core::kMembersMax);
  return static_cast<std::uint8_t>(member);
}

struct Head {
  Kind kind{};
  int cluster = 0;
  int member = 0;
};

Kind read_kind(WireReader& reader) {
  const std::uint8_t version = reader.byte();
  if (version != kWireVersion) {
    reader.refuse(Errc::kUnsupported,
                  "has format " + std::to_string(version) + ", and this program reads format " +
                      std::to_string(kWireVersion) + ": run the same version on every host");
  }
  return static_cast<Kind>(reader.byte());
}

int read_cluster(const model::Site& site, WireReader& reader) {
  const std::string name(reader.name());
  for (std::size_t i = 0; i < site.clusters.size() && !reader.failed(); ++i) {
    if (site.clusters[i].name == name) return static_cast<int>(i);
  }
  reader.refuse(Errc::kNotFound,
                "speaks of cluster '" + name + "', which this host's site file does not have");
  return 0;
}

void read_table(const model::Site& site, const model::Cluster& cluster, WireReader& reader) {
  const std::uint64_t count = reader.at_most(core::kMembersMax, "the number of members");
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
    const std::string name(reader.name());
    std::size_t member = 0;
    while (member < cluster.members.size() &&
           site.hosts[cluster.members[member].host].name != name) {
      ++member;
    }
    if (member == cluster.members.size()) {
      reader.refuse(Errc::kNotFound,
                    "speaks of host '" + name + "' as a member of cluster '" + cluster.name +
                        "', which it is not in this host's site file");
      return;
    }
    reader.add_member(static_cast<std::uint8_t>(member));
  }
}

Head read_head(const model::Site& site, WireReader& reader) {
  Head head;
  head.kind = read_kind(reader);
  head.cluster = read_cluster(site, reader);
  if (reader.failed()) return head;
  read_table(site, cluster_of(site, head.cluster), reader);
  head.member = reader.member();
  if (head.member == 0xff) reader.refuse(Errc::kCorrupt, "does not say which member it concerns");
  return head;
}

template <class Message>
Result<Message> outcome(WireReader& reader, Message&& message) {
  reader.finish();
  if (!reader.failed()) return std::forward<Message>(message);
  return fail(reader.error().code, "a message " + reader.error().message);
}

template <class T>
T read(WireReader& reader) {
  T value{};
  wire(reader, value);
  return value;
}

}  // namespace

std::string encode(const model::Site& site, const ToController& message) {
  WireWriter body;
  body.member(member_index(message.member));
  wire(body, message.heartbeat);
  wire(body, message.report);
  return finish(site, message.cluster, Kind::kReport, body);
}

std::string encode(const model::Site& site, const ToAgent& message) {
  static_assert(std::variant_size_v<decltype(message.mail)> == 4);
  WireWriter body;
  body.member(member_index(message.member));
  std::visit([&](const auto& mail) { wire(body, mail); }, message.mail);
  const auto kind = static_cast<Kind>(message.mail.index() + 2);
  return finish(site, message.cluster, kind, body);
}

Result<ToController> decode_to_controller(const model::Site& site, std::string_view bytes) {
  WireReader reader(bytes);
  const Head head = read_head(site, reader);
  ToController message;
  message.cluster = head.cluster;
  message.member = head.member;
  if (head.kind != Kind::kReport) reader.refuse(Errc::kCorrupt, "is not for a controller");
  wire(reader, message.heartbeat);
  wire(reader, message.report);
  return outcome(reader, std::move(message));
}

Result<ToAgent> decode_to_agent(const model::Site& site, std::string_view bytes) {
  WireReader reader(bytes);
  const Head head = read_head(site, reader);
  ToAgent message;
  message.cluster = head.cluster;
  message.member = head.member;
  switch (head.kind) {
    case Kind::kRecord: message.mail = read<core::RecordSeen>(reader); break;
    case Kind::kProof: message.mail = read<core::StoreProof>(reader); break;
    case Kind::kPromiseRequest: message.mail = read<core::PromiseRequest>(reader); break;
    case Kind::kPromiseGrant: message.mail = read<core::PromiseGrant>(reader); break;
    case Kind::kReport:
    default: reader.refuse(Errc::kCorrupt, "is not for an agent"); break;
  }
  return outcome(reader, std::move(message));
}

}  // namespace holdfast::codec

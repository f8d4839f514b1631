#include "codec/record_json.h"

#include <array>
#include <cstdio>

#include "base/assert.h"
#include "base/json_writer.h"
#include "codec/record_words.h"

namespace holdfast::codec {
namespace {

std::string hex(std::uint64_t value, int digits) {
  std::array<char, 24> buffer{};
  std::snprintf(
      buffer.data(), buffer.size(), "%0*llx", digits, static_cast<unsigned long long>(value));
  return buffer.data();
}

class Writer {
 public:
  Writer(const model::Site& site, const model::Cluster& cluster) : site_(site), cluster_(cluster) {}

  void head() {
    json_.field("format", kRecordFormat);
    json_.field("cluster", cluster_.name);
  }

  template <class Tag>
  void id(std::string_view name, Id<Tag> value) {
    json_.field(name, value.value);
  }

  void lsn(std::string_view name, Lsn value) {
    json_.field(name, hex(value.value >> 32, 1) + '/' + hex(value.value & 0xffffffffU, 1));
    // As PostgreSQL prints it, but for the case of its letters.
  }

  void boot(std::string_view name, BootId value) { json_.field(name, hex(value.value, 16)); }

  void mono(std::string_view name, MonoTime value) {
    if (value == kLongAgo) {
      json_.field(name, kLongAgoWord);
    } else if (value == kNever) {
      json_.field(name, kNeverWord);
    } else {
      json_.field(name, std::int64_t{value.time_since_epoch().count()});
    }
  }

  void incarnation(const core::Incarnation& value) {
    if (value == core::Incarnation{}) {
      json_.null();
      return;
    }
    HF_ASSERT(value.member < cluster_.members.size());
    const model::Member& member = cluster_.members[value.member];
    HF_ASSERT(member.host < site_.hosts.size());
    json_.begin_object();
    json_.field("member", site_.hosts[member.host].name);
    json_.field("life", hex(value.life, 8));
    json_.end_object();
  }
  void incarnation(std::string_view name, const core::Incarnation& value) {
    json_.key(name);
    incarnation(value);
  }

  void set(std::string_view name, const core::MemberSet& members) {
    json_.key(name).begin_array();
    for (const core::Incarnation& it : members) incarnation(it);
    json_.end_array();
  }

  void pairs(const core::Record& record) {
    json_.key("pairs").begin_array();
    for (const core::Pair& pair : record.pairs) {
      json_.begin_object();
      id("id", pair.id);
      id("epoch", pair.epoch);
      incarnation("primary", pair.primary);
      set("s", pair.s);
      json_.field("w", pair.w);
      json_.end_object();
    }
    json_.end_array();
  }

  void fork_fields(const core::Fork& fork) {
    id("timeline", fork.timeline);
    lsn("start", fork.start);
    id("epoch", fork.epoch);
  }

  void lineage(const core::Record& record) {
    json_.key("lineage").begin_array();
    for (const core::Fork& fork : record.lineage) {
      json_.begin_object();
      fork_fields(fork);
      json_.end_object();
    }
    json_.end_array();
  }

  void set_aside(const core::Record& record) {
    json_.key("set_aside").begin_array();
    for (const core::SetAside& aside : record.set_aside) {
      json_.begin_object();
      fork_fields(aside.fork);
      id("parent", aside.parent);
      json_.end_object();
    }
    json_.end_array();
  }

  void record_fields(const core::Record& record) {
    head();
    id("store", record.key.store);
    id("epoch", record.key.epoch);
    id("revision", record.key.revision);
    json_.field("phase", core::phase_name(record.phase));
    incarnation("primary", record.primary);
    incarnation("target", record.target);
    json_.field("depose", record.depose);
    json_.field("lossy", record.lossy);
    pairs(record);
    id("pair_last", record.pair_last);
    set("candidates", record.candidates);
    set("candidates_pending", record.candidates_pending);
    lineage(record);
    set_aside(record);
    id("timeline_last", record.timeline_last);
    json_.key("handover");
    if (record.handover) {
      json_.begin_object();
      incarnation("to", record.handover->to);
      json_.end_object();
    } else {
      json_.null();
    }
    json_.field("halted", record.halted);
    json_.field("cause", core::cause_name(record.cause));
    json_.field("changed_at", std::int64_t{record.changed_at.time_since_epoch().count()});
    json_.key("failovers").begin_array();
    for (const WallTime& it : record.failovers) {
      json_.value(std::int64_t{it.time_since_epoch().count()});
    }
    json_.end_array();
    json_.field("returns", int{record.returns});
    json_.field("same_cause", int{record.same_cause});
  }

  void record(const core::Record& record) {
    json_.begin_object();
    record_fields(record);
    json_.end_object();
  }

  void disk(const core::AgentDisk& disk) {
    json_.begin_object();
    head();
    json_.key("record");
    if (disk.record == nullptr) {
      json_.null();
    } else {
      record(*disk.record);
    }
    id("sealed", disk.sealed);
    json_.key("promise").begin_object();
    id("epoch", disk.promise.epoch);
    incarnation("to", disk.promise.to);
    mono("until", disk.promise.until);
    boot("boot", disk.promise.boot);
    json_.end_object();
    boot("boot", disk.boot);
    json_.end_object();
  }

  [[nodiscard]] const std::string& text() const { return json_.text(); }

 private:
  const model::Site& site_;
  const model::Cluster& cluster_;
  JsonWriter json_;
};

}  // namespace

std::string record_to_json(const model::Site& site,
                           const model::Cluster& cluster,
                           const core::Record& record) {
  Writer writer(site, cluster);
  writer.record(record);
  return writer.text();
}

std::string disk_to_json(const model::Site& site,
                         const model::Cluster& cluster,
                         const core::AgentDisk& disk) {
  Writer writer(site, cluster);
  writer.disk(disk);
  return writer.text();
}

}  // namespace holdfast::codec

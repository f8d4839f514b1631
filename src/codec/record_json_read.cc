// Records and disks from JSON: the first thing that is wrong is what the error names.
#include <charconv>
#include <limits>
#include <optional>

#include "codec/diagnostic.h"
#include "codec/json_reader.h"
#include "codec/record_json.h"
#include "codec/record_words.h"

namespace holdfast::codec {
namespace {

using Kind = Json::Kind;

std::optional<std::uint64_t> parse_hex(std::string_view text, std::size_t digits_max) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  if (text.empty() || text.size() > digits_max) return std::nullopt;
  const auto read = std::from_chars(text.data(), end, value, 16);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

std::string found_text(const Json& found) {
  if (found.is(Kind::kString)) return quote(found.text);
  if (found.is(Kind::kNumber)) return found.text.substr(0, 24);
  return std::string(json_kind_text(found.kind));
}

/// Reads on after an error with values of no meaning; the caller looks at error() at the end.
class Fields {
 public:
  Fields(const model::Site& site, const model::Cluster& cluster) : site_(site), cluster_(cluster) {}

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  void head(const Json& object) {
    if (!object.is(Kind::kObject)) return wrong("it", object, "an object");
    const std::optional<std::uint64_t> format = object.at("format").as_uint64();
    if (!format) return wrong("format", object.at("format"), "the number of its format");
    if (*format > kRecordFormat || *format == 0) {
      say(Errc::kUnsupported,
          "its format is " + std::to_string(*format) + ", and this program reads only " +
              std::to_string(kRecordFormat) + "; use a newer holdfast");
      return;
    }
    const std::string name = string(object, "cluster");
    if (!error_ && name != cluster_.name) {
      say(Errc::kConflict, "it is of cluster " + quote(name));
    }
  }

  template <class Id>
  Id id(const Json& object, std::string_view name) {
    return Id{whole(object, name, std::numeric_limits<std::uint64_t>::max())};
  }

  std::uint64_t whole(const Json& object, std::string_view name, std::uint64_t max) {
    const Json& found = object.at(name);
    const std::optional<std::uint64_t> value = found.as_uint64();
    if (value && *value <= max) return *value;
    wrong(name, found, "a whole number from 0 to " + std::to_string(max));
    return 0;
  }

  std::string string(const Json& object, std::string_view name) {
    const Json& found = object.at(name);
    if (!found.is(Kind::kString)) wrong(name, found, "a string");
    return found.text;
  }

  bool flag(const Json& object, std::string_view name) {
    const Json& found = object.at(name);
    if (!found.is(Kind::kBool)) wrong(name, found, "true or false");
    return found.text == "true";
  }

  Lsn lsn(const Json& object, std::string_view name) {
    const Json& found = object.at(name);
    const std::size_t slash = found.text.find('/');
    if (found.is(Kind::kString) && slash != std::string::npos) {
      const auto high = parse_hex(std::string_view(found.text).substr(0, slash), 8);
      const auto low = parse_hex(std::string_view(found.text).substr(slash + 1), 8);
      if (high && low) return Lsn{*high << 32 | *low};
    }
    wrong(name, found, "a position such as \"0/3000148\"");
    return {};
  }

  BootId boot(const Json& object, std::string_view name) {
    const Json& found = object.at(name);
    const auto value = found.is(Kind::kString) ? parse_hex(found.text, 16) : std::nullopt;
    if (!value) wrong(name, found, "16 hexadecimal digits in quotes");
    return BootId{value.value_or(0)};
  }

  MonoTime mono(const Json& object, std::string_view name) {
    const Json& found = object.at(name);
    if (found.is(Kind::kString) && found.text == kLongAgoWord) return kLongAgo;
    if (found.is(Kind::kString) && found.text == kNeverWord) return kNever;
    const std::optional<std::int64_t> value = found.as_int64();
    if (!value) wrong(name, found, "whole microseconds, \"never\" or \"long ago\"");
    return MonoTime(Duration(value.value_or(0)));
  }

  WallTime wall(const Json& found, std::string_view name) {
    const std::optional<std::int64_t> value = found.as_int64();
    if (!value) wrong(name, found, "whole microseconds since 1970");
    return WallTime(Duration(value.value_or(0)));
  }

  core::Incarnation incarnation(const Json& found, std::string_view name) {
    if (found.is(Kind::kNull)) return {};
    if (!found.is(Kind::kObject)) {
      wrong(name, found, "null or {\"member\":…,\"life\":…}");
      return {};
    }
    core::Incarnation result;
    const std::string host = string(found, "member");
    const auto life = parse_hex(string(found, "life"), 8);
    if (!life) wrong("life", found.at("life"), "8 hexadecimal digits in quotes");
    result.life = static_cast<std::uint32_t>(life.value_or(0));
    for (std::size_t i = 0; i < cluster_.members.size(); ++i) {
      const model::Index at = cluster_.members[i].host;
      if (at < site_.hosts.size() && site_.hosts[at].name == host) {
        result.member = static_cast<std::uint8_t>(i);
        return result;
      }
    }
    say(Errc::kNotFound,
        "'" + std::string(name) + "' at byte " + std::to_string(found.offset) + " names " +
            quote(host) + ", which is no member of the cluster in the site file; give it the " +
            "site file that it was written with");
    return {};
  }

  /// The items of a list that has at most `max`.
  const std::vector<Json>& list(const Json& object, std::string_view name, std::size_t max) {
    static const std::vector<Json> kNothing;
    const Json& found = object.at(name);
    if (found.is(Kind::kArray) && found.items.size() <= max) return found.items;
    const std::string limit = "a list of at most " + std::to_string(max);
    if (!found.is(Kind::kArray)) {
      wrong(name, found, limit);
    } else {
      say(Errc::kCorrupt,
          "'" + std::string(name) + "' at byte " + std::to_string(found.offset) + " has " +
              std::to_string(found.items.size()) + " items where " + limit + " was expected");
    }
    return kNothing;
  }

  core::MemberSet set(const Json& object, std::string_view name) {
    core::MemberSet members;
    for (const Json& item : list(object, name, members.capacity())) {
      const core::Incarnation member = incarnation(item, name);
      if (!error_ && !member.is_set()) wrong(name, item, "members that are set");
      // One that is in a set twice would be counted twice.
      if (!error_ && members.contains(member)) wrong(name, item, "members that differ");
      members.push_back(member);
    }
    return members;
  }

  core::Phase phase(const Json& object) {
    const std::string name = string(object, "phase");
    for (const auto it : {core::Phase::kSteady, core::Phase::kSealing, core::Phase::kPromoting}) {
      if (name == core::phase_name(it)) return it;
    }
    wrong("phase", object.at("phase"), "steady, sealing or promoting");
    return {};
  }

  core::Cause cause(const Json& object) {
    const std::string name = string(object, "cause");
    for (int i = 0; i <= static_cast<int>(core::Cause::kStoreRecovered); ++i) {
      if (name == core::cause_name(static_cast<core::Cause>(i))) return static_cast<core::Cause>(i);
    }
    wrong("cause", object.at("cause"), "a known cause");
    return {};
  }

  void wrong(std::string_view name, const Json& found, const std::string& wanted) {
    std::string place = "'" + std::string(name) + "'";
    if (!found.is(Kind::kAbsent)) place += " at byte " + std::to_string(found.offset);
    const std::string problem =
        found.is(Kind::kAbsent) ? " is missing" : " is " + found_text(found);
    say(Errc::kCorrupt, place + problem + "; expected " + wanted);
  }

 private:
  void say(Errc code, std::string message) {
    if (!error_) error_ = Error{code, std::move(message), {}};
  }

  const model::Site& site_;
  const model::Cluster& cluster_;
  std::optional<Error> error_;
};

core::Pair read_pair(Fields& fields, const Json& json) {
  core::Pair pair;
  pair.id = fields.id<PairId>(json, "id");
  pair.epoch = fields.id<Epoch>(json, "epoch");
  pair.primary = fields.incarnation(json.at("primary"), "primary");
  pair.s = fields.set(json, "s");
  pair.w = static_cast<int>(fields.whole(json, "w", core::kMembersMax));
  return pair;
}

core::Fork read_fork(Fields& fields, const Json& json) {
  return {fields.id<Timeline>(json, "timeline"),
          fields.lsn(json, "start"),
          fields.id<Epoch>(json, "epoch")};
}

core::Record read_record(Fields& fields, const Json& json) {
  core::Record it;
  fields.head(json);
  it.key = {fields.id<StoreId>(json, "store"),
            fields.id<Epoch>(json, "epoch"),
            fields.id<Revision>(json, "revision")};
  it.phase = fields.phase(json);
  it.primary = fields.incarnation(json.at("primary"), "primary");
  it.target = fields.incarnation(json.at("target"), "target");
  it.depose = fields.flag(json, "depose");
  it.lossy = fields.flag(json, "lossy");
  for (const Json& pair : fields.list(json, "pairs", core::kPairsMax)) {
    it.pairs.push_back(read_pair(fields, pair));
  }
  it.pair_last = fields.id<PairId>(json, "pair_last");
  it.candidates = fields.set(json, "candidates");
  it.candidates_pending = fields.set(json, "candidates_pending");
  for (const Json& fork : fields.list(json, "lineage", core::kForksMax)) {
    it.lineage.push_back(read_fork(fields, fork));
  }
  for (const Json& aside : fields.list(json, "set_aside", core::kSetAsideMax)) {
    it.set_aside.push_back({read_fork(fields, aside), fields.id<Timeline>(aside, "parent")});
  }
  it.timeline_last = fields.id<Timeline>(json, "timeline_last");
  const Json& handover = json.at("handover");
  if (handover.is(Kind::kObject)) {
    it.handover = core::Handover{fields.incarnation(handover.at("to"), "to")};
  } else if (!handover.is(Kind::kNull)) {
    fields.wrong("handover", handover, "null or an object");
  }
  it.halted = fields.flag(json, "halted");
  it.cause = fields.cause(json);
  it.changed_at = fields.wall(json.at("changed_at"), "changed_at");
  for (const Json& time : fields.list(json, "failovers", core::kFailoversRemembered)) {
    it.failovers.push_back(fields.wall(time, "failovers"));
  }
  it.returns = static_cast<std::uint8_t>(fields.whole(json, "returns", 0xff));
  it.same_cause = static_cast<std::uint8_t>(fields.whole(json, "same_cause", 0xff));
  return it;
}

core::AgentDisk read_disk(Fields& fields, const Json& json) {
  core::AgentDisk it;
  fields.head(json);
  const Json& record = json.at("record");
  if (!record.is(Kind::kNull)) {
    it.record = std::make_shared<const core::Record>(read_record(fields, record));
  }
  it.sealed = fields.id<Epoch>(json, "sealed");
  const Json& promise = json.at("promise");
  if (!promise.is(Kind::kObject)) fields.wrong("promise", promise, "an object");
  it.promise.epoch = fields.id<Epoch>(promise, "epoch");
  it.promise.to = fields.incarnation(promise.at("to"), "to");
  it.promise.until = fields.mono(promise, "until");
  it.promise.boot = fields.boot(promise, "boot");
  it.boot = fields.boot(json, "boot");
  return it;
}

tl::unexpected<Error> about(const char* what, const model::Cluster& cluster, Error error) {
  error.message = std::string(what) + " of cluster " + quote(cluster.name) + ": " + error.message;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace

Result<core::RecordPtr> record_from_json(const model::Site& site,
                                         const model::Cluster& cluster,
                                         std::string_view text) {
  const Result<Json> json = parse_json(text);
  if (!json) return about("the record", cluster, json.error());
  Fields fields(site, cluster);
  auto record = std::make_shared<const core::Record>(read_record(fields, *json));
  if (fields.error()) return about("the record", cluster, *fields.error());
  return record;
}

Result<core::AgentDisk> disk_from_json(const model::Site& site,
                                       const model::Cluster& cluster,
                                       std::string_view text) {
  const Result<Json> json = parse_json(text);
  if (!json) return about("the agent's disk", cluster, json.error());
  Fields fields(site, cluster);
  const core::AgentDisk disk = read_disk(fields, *json);
  if (fields.error()) return about("the agent's disk", cluster, *fields.error());
  return disk;
}

}  // namespace holdfast::codec

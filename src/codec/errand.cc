#include "codec/errand.h"

#include <charconv>
#include <vector>

namespace holdfast::codec {
namespace {

/// No version of the wire format begins with it.
constexpr char kMark = '!';

std::string clean(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out;
}

const model::Cluster& cluster_of(const model::Site& site, int cluster) {
  return site.clusters[static_cast<std::size_t>(cluster)];
}

std::string host_of(const model::Site& site, int cluster, int member) {
  const auto place = static_cast<std::size_t>(member);
  return site.hosts[cluster_of(site, cluster).members[place].host].name;
}

std::string line(std::initializer_list<std::string> fields) {
  std::string out(1, kMark);
  for (const std::string& field : fields) {
    if (out.size() > 1) out += '\t';
    out += clean(field);
  }
  return out;
}

struct Encoder {
  const model::Site& site;

  std::string operator()(const CreateCluster& it) const {
    return line({"create", cluster_of(site, it.cluster).name});
  }
  std::string operator()(const Created& it) const {
    return line(
        {"created", cluster_of(site, it.cluster).name, std::to_string(it.life), it.problem});
  }
  std::string operator()(const Trouble& it) const {
    return line({"trouble",
                 cluster_of(site, it.cluster).name,
                 host_of(site, it.cluster, it.member),
                 it.text});
  }
  std::string operator()(const Told& it) const {
    return line({"told",
                 cluster_of(site, it.cluster).name,
                 host_of(site, it.cluster, it.member),
                 it.rule,
                 std::to_string(it.epoch.value),
                 std::to_string(it.amount.count())});
  }
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t tab = text.find('\t');
    fields.push_back(text.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    text.remove_prefix(tab + 1);
  }
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return !text.empty() && result.ec == std::errc{} && result.ptr == end;
}

tl::unexpected<Error> corrupt(std::string_view what) {
  return fail(Errc::kCorrupt, "An errand could not be read: " + std::string(what) + ".");
}

/// The fields after the first, resolved as far as all kinds share them.
struct Reader {
  const model::Site& site;
  std::vector<std::string_view> fields;
  int cluster = 0;
  int member = 0;

  bool find_cluster() {
    const auto found = site.find_cluster(std::string(fields[1]));
    cluster = static_cast<int>(found.value_or(0));
    return found.has_value();
  }
  bool find_member() {
    const std::vector<model::Member>& members = cluster_of(site, cluster).members;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (site.hosts[members[i].host].name != fields[2]) continue;
      member = static_cast<int>(i);
      return true;
    }
    return false;
  }
};

Result<Errand> read_told(const Reader& reader) {
  Told told{reader.cluster, reader.member, std::string(reader.fields[3]), {}, {}};
  std::int64_t amount = 0;
  if (!read_number(reader.fields[4], told.epoch.value) || !read_number(reader.fields[5], amount))
    return corrupt("a number is wrong");
  told.amount = Duration(amount);
  return Errand(told);
}

}  // namespace

bool is_errand(std::string_view bytes) { return !bytes.empty() && bytes.front() == kMark; }

std::string encode_errand(const model::Site& site, const Errand& errand) {
  return std::visit(Encoder{site}, errand);
}

Result<Errand> decode_errand(const model::Site& site, std::string_view bytes) {
  if (!is_errand(bytes)) return corrupt("it has no mark");
  Reader reader{site, split(bytes.substr(1))};
  const std::string_view kind = reader.fields[0];
  const std::size_t count = reader.fields.size();
  const bool known = (kind == "create" && count == 2) || (kind == "created" && count == 4) ||
                     (kind == "trouble" && count == 4) || (kind == "told" && count == 6);
  if (!known) return corrupt("its kind or its number of fields is unknown");
  if (!reader.find_cluster()) {
    return fail(Errc::kNotFound,
                "This site has no cluster '" + std::string(reader.fields[1]) + "'.");
  }
  if (kind == "create") return Errand(CreateCluster{reader.cluster});
  if (kind == "created") {
    Created created{reader.cluster, 0, std::string(reader.fields[3])};
    if (!read_number(reader.fields[2], created.life)) return corrupt("a number is wrong");
    return Errand(created);
  }
  if (!reader.find_member()) {
    return fail(Errc::kNotFound,
                "Cluster '" + std::string(reader.fields[1]) + "' has no member on '" +
                    std::string(reader.fields[2]) + "'.");
  }
  if (kind == "trouble")
    return Errand(Trouble{reader.cluster, reader.member, std::string(reader.fields[3])});
  return read_told(reader);
}

}  // namespace holdfast::codec

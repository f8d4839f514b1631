#include "lab/processes.h"

#include <algorithm>
#include <utility>

#include "codec/diagnostic.h"
#include "codec/units.h"
#include "lab/links.h"
#include "model/endpoints.h"

namespace holdfast::lab {
namespace {

using Words = std::vector<std::string>;

const std::string kStoreDirectory = std::string(kHostDirectory) + "/etcd";
const std::string kTls = std::string(kHostDirectory) + "/tls/";

Words holdfast_words(const std::string& what, const std::string& host) {
  return {"holdfast", what, "--host", host, "--dir", kHostDirectory};
}

Words etcd_words(const model::Site& site, std::size_t self, bool identities) {
  const std::string& name = site.hosts[self].name;
  const auto url = [identities](const std::string& host, model::Port port) {
    return (identities ? "https://" : "http://") + host + ":" + std::to_string(port);
  };
  std::string cluster;
  for (const std::size_t member : store_hosts(site)) {
    const std::string& host = site.hosts[member].name;
    cluster += (cluster.empty() ? "" : ",") + host + "=" + url(host, model::kStorePeerPort);
  }
  Words words = {"etcd", "--name", name, "--data-dir", kStoreDirectory};
  const auto add = [&words](const std::string& option, const std::string& value) {
    words.push_back("--" + option);
    words.push_back(value);
  };
  add("heartbeat-interval", "50");
  add("election-timeout", "500");
  words.push_back("--pre-vote");
  add("log-level", "warn");
  add("logger", "zap");
  add("log-outputs", "stderr");
  add("initial-cluster", cluster);
  add("initial-cluster-state", "new");
  add("initial-cluster-token", "holdfast");
  add("initial-advertise-peer-urls", url(name, model::kStorePeerPort));
  add("advertise-client-urls", url(name, model::kStoreClientPort));
  // etcd listens on addresses, not on names.
  add("listen-peer-urls", url("0.0.0.0", model::kStorePeerPort));
  add("listen-client-urls", url("0.0.0.0", model::kStoreClientPort));
  if (!identities) return words;
  for (const std::string side : {"", "peer-"}) {
    add(side + "cert-file", kTls + "host.pem");
    add(side + "key-file", kTls + "host.key");
    add(side + "trusted-ca-file", kTls + "authority.pem");
    words.push_back("--" + side + "client-cert-auth");
  }
  return words;
}

const codec::Node* field(const codec::Node& node, std::string_view name) {
  const codec::Node* found = node.find(name);
  return found != nullptr && found->kind == codec::Node::Kind::kScalar ? found : nullptr;
}

Result<std::vector<std::size_t>> hosts_of_row(const model::Site& site, const std::string& word) {
  using model::HostRole;
  const std::pair<const char*, HostRole> roles[] = {{"database", HostRole::kDatabase},
                                                    {"service", HostRole::kService},
                                                    {"controller", HostRole::kController},
                                                    {"clinic", HostRole::kClinic}};
  for (const auto& [name, role] : roles) {
    if (word != name) continue;
    std::vector<std::size_t> hosts;
    for (std::size_t i = 0; i < site.hosts.size(); ++i) {
      if (site.hosts[i].role == role) hosts.push_back(i);
    }
    return hosts;
  }
  return select_hosts(site, word);
}

Result<ProcessSpec> read_row(const codec::Node& row, const std::string& place) {
  const codec::Node* name = field(row, "name");
  const codec::Node* argv = row.find("argv");
  if (name == nullptr || argv == nullptr || argv->items.empty()) {
    return fail(Errc::kInvalidInput, place + ": a process needs hosts, name and a list argv");
  }
  ProcessSpec spec;
  spec.name = name->text;
  for (const codec::Node& word : argv->items) spec.argv.push_back(word.text);
  for (auto [key, words] :
       {std::pair{"prepare", &spec.prepare}, std::pair{"environment", &spec.environment}}) {
    const codec::Node* list = row.find(key);
    if (list == nullptr) continue;
    for (const codec::Node& word : list->items) words->push_back(word.text);
  }
  if (const codec::Node* user = field(row, "user")) spec.user = user->text;
  if (const codec::Node* restart = field(row, "restart")) spec.restart = restart->text == "true";
  if (const codec::Node* realtime = field(row, "realtime")) {
    spec.realtime = static_cast<int>(codec::parse_int(realtime->text).value);
  }
  return spec;
}

ProcessSpec for_host(ProcessSpec spec, const std::string& host) {
  constexpr std::string_view kHole = "{host}";
  for (Words* words : {&spec.argv, &spec.prepare}) {
    for (std::string& word : *words) {
      for (std::size_t at = word.find(kHole); at != word.npos; at = word.find(kHole, at)) {
        word.replace(at, kHole.size(), host);
        at += host.size();
      }
    }
  }
  return spec;
}

ProcessSpec process(const std::string& name, Words argv) {
  ProcessSpec spec;
  spec.name = name;
  spec.argv = std::move(argv);
  return spec;
}

}  // namespace

std::vector<std::size_t> store_hosts(const model::Site& site) {
  std::vector<std::size_t> chosen;
  const auto data_regions =
      std::count_if(site.regions.begin(), site.regions.end(), [](const model::Region& region) {
        return !region.witness;
      });
  for (model::Index region = 0; region < site.regions.size(); ++region) {
    const bool witness = site.regions[region].witness;
    const model::HostRole role = witness ? model::HostRole::kController : model::HostRole::kService;
    std::size_t wanted = !witness && data_regions == 1 ? 2 : 1;
    for (model::Index host = 0; host < site.hosts.size() && wanted > 0; ++host) {
      if (site.hosts[host].role != role || site.region_of_host(host) != region) continue;
      chosen.push_back(host);
      --wanted;
    }
  }
  return chosen;
}

ProcessTable site_processes(const model::Site& site, bool identities) {
  ProcessTable table(site.hosts.size());
  for (std::size_t i = 0; i < site.hosts.size(); ++i) {
    const model::Host& host = site.hosts[i];
    if (host.role == model::HostRole::kDatabase) {
      table[i].push_back(process("agent", holdfast_words("agent", host.name)));
      table[i].push_back(process("guardian", {"holdfast", "guardian", "--dir", kHostDirectory}));
    }
    if (host.role == model::HostRole::kService) {
      const std::string config = std::string(kHostDirectory) + "/haproxy.cfg";
      ProcessSpec proxy = process("haproxy", {"haproxy", "-db", "-f", config});
      proxy.prepare = holdfast_words("router", host.name);
      proxy.prepare.insert(proxy.prepare.end(), {"--write-config", config});
      table[i].push_back(std::move(proxy));
      table[i].push_back(process("router", holdfast_words("router", host.name)));
    }
  }
  for (const std::size_t i : store_hosts(site)) {
    ProcessSpec store = process("etcd", etcd_words(site, i, identities));
    // A member of this size needs few threads and little memory.
    store.environment = {"GOMAXPROCS=2", "GOGC=50"};
    table[i].push_back(std::move(store));
    table[i].push_back(process("controller", holdfast_words("controller", site.hosts[i].name)));
  }
  return table;
}

Result<ProcessTable> read_processes(const model::Site& site, const codec::Tree& tree) {
  if (!tree.complete || codec::has_errors(tree.diagnostics) ||
      tree.root.kind != codec::Node::Kind::kList) {
    return fail(Errc::kInvalidInput,
                tree.file + " is not a list of processes; each is {hosts, name, argv}");
  }
  ProcessTable table(site.hosts.size());
  for (const codec::Node& row : tree.root.items) {
    const std::string place = tree.file + ":" + std::to_string(row.place.line);
    Result<ProcessSpec> spec = read_row(row, place);
    if (!spec) return tl::unexpected(std::move(spec).error());
    const codec::Node* where = field(row, "hosts");
    if (where == nullptr) return fail(Errc::kInvalidInput, place + ": which hosts?");
    const Result<std::vector<std::size_t>> hosts = hosts_of_row(site, where->text);
    if (!hosts) return fail(Errc::kInvalidInput, place + ": " + hosts.error().message);
    for (const std::size_t host : *hosts) {
      for (const ProcessSpec& other : table[host]) {
        if (other.name != spec->name) continue;
        return fail(
            Errc::kInvalidInput,
            place + ": a second process \"" + spec->name + "\" on " + site.hosts[host].name);
      }
      table[host].push_back(for_host(*spec, site.hosts[host].name));
    }
  }
  return table;
}

}  // namespace holdfast::lab

#include "apps/init.h"

#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

#include "adapters/crypto/identity.h"
#include "adapters/crypto/secret.h"
#include "adapters/crypto/secret_file.h"
#include "apps/load_site.h"
#include "base/json_writer.h"

namespace holdfast::apps {
namespace {

constexpr const char* kOperatorName = "admin";
constexpr const char* kOperatorRole = "administrator";
constexpr std::size_t kSecretBytes = 32;

struct Issued {
  std::string name;
  std::string folder;
  std::string expires;
};

struct Outcome {
  std::vector<Issued> hosts;
  Issued administrator;
};

std::string day_of(WallTime time) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

/// Writes one site's folders. The first step that fails is the result.
class Initializer {
 public:
  Initializer(const InitOptions& options, const model::Site& site)
      : options_(options), site_(site) {}

  Result<Outcome> run();

 private:
  [[nodiscard]] std::string at(const std::string& below) const {
    return options_.dir + '/' + below;
  }

  Result<void> create();
  Result<void> load();
  Result<void> write_host(const model::Host& host, Outcome& outcome);
  Result<void> write_operator(Outcome& outcome);
  /// A fresh identity as `folder`/`as`.pem and .key; returns its last day.
  Result<std::string> write_identity(const crypto::Subject& subject,
                                     const std::string& folder,
                                     const std::string& as);

  const InitOptions& options_;
  const model::Site& site_;
  std::string site_text_;
  crypto::PemPair authority_;
  std::string secret_;
  crypto::PemPair operator_;
};

Result<Outcome> Initializer::run() {
  Result<std::string> text = crypto::read_file(options_.site);
  if (!text) return tl::unexpected(std::move(text).error());
  site_text_ = std::move(*text);
  if (Result<void> ready = options_.renew ? load() : create(); !ready) {
    return tl::unexpected(std::move(ready).error());
  }
  Outcome outcome;
  if (Result<void> done = write_operator(outcome); !done) {
    return tl::unexpected(std::move(done).error());
  }
  for (const model::Host& host : site_.hosts) {
    if (Result<void> done = write_host(host, outcome); !done) {
      return tl::unexpected(std::move(done).error());
    }
  }
  return outcome;
}

Result<void> Initializer::create() {
  if (Result<void> made = crypto::make_folders(options_.dir, crypto::kOpenFolder); !made) {
    return made;
  }
  // The folder of the authority is made by one process only: two that run at once cannot both.
  Result<void> first = crypto::make_folder(at("authority"), crypto::kSecretFolder);
  if (!first && first.error().code == Errc::kAlreadyExists) {
    return fail(Errc::kAlreadyExists,
                at("authority") +
                    " is there already: `--renew` issues fresh certificates and keeps the "
                    "authority; another --dir makes another site");
  }
  if (!first) return first;
  Result<crypto::PemPair> authority = crypto::make_authority();
  if (!authority) return tl::unexpected(std::move(authority).error());
  const Result<std::string> random = crypto::random_bytes(kSecretBytes);
  if (!random) return tl::unexpected(random.error());
  authority_ = std::move(*authority);
  secret_ = crypto::to_hex(*random);
  const auto write = [&](const char* name, const std::string& content, unsigned mode) {
    return crypto::write_file(at("authority/") + name, content, mode);
  };
  // The certificate last: where it is, the rest is.
  Result<void> done = write("replication", secret_, crypto::kSecretMode);
  if (done) done = write("authority.key", authority_.key, crypto::kSecretMode);
  if (done) done = write("authority.pem", authority_.certificate, crypto::kPublicMode);
  return done;
}

Result<void> Initializer::load() {
  const std::pair<const char*, std::string*> files[] = {{"authority.pem", &authority_.certificate},
                                                        {"authority.key", &authority_.key},
                                                        {"replication", &secret_}};
  for (const auto& [name, content] : files) {
    Result<std::string> text = crypto::read_file(at("authority/") + name);
    if (!text) {
      Error error = std::move(text).error();
      error.message += "; there is nothing whole to renew: begin without --renew, in a new --dir";
      return tl::unexpected(std::move(error));
    }
    *content = std::move(*text);
  }
  return {};
}

Result<std::string> Initializer::write_identity(const crypto::Subject& subject,
                                                const std::string& folder,
                                                const std::string& as) {
  Result<crypto::PemPair> pair = crypto::issue(authority_, subject);
  if (!pair) return tl::unexpected(std::move(pair).error());
  const std::string path = folder + '/' + as;
  Result<void> done = crypto::write_file(path + ".key", pair->key, crypto::kSecretMode);
  if (done) done = crypto::write_file(path + ".pem", pair->certificate, crypto::kPublicMode);
  if (done) {
    done =
        crypto::write_file(folder + "/authority.pem", authority_.certificate, crypto::kPublicMode);
  }
  if (!done) return tl::unexpected(std::move(done).error());
  const Result<crypto::CertificateFacts> facts = crypto::read_certificate(pair->certificate);
  if (!facts) return tl::unexpected(facts.error());
  if (subject.unit != crypto::kHostUnit) operator_ = std::move(*pair);
  return day_of(facts->not_after);
}

Result<void> Initializer::write_operator(Outcome& outcome) {
  const std::string folder = at("operators/") + kOperatorName;
  if (Result<void> made = crypto::make_folders(folder, crypto::kSecretFolder); !made) return made;
  Result<std::string> expires =
      write_identity({kOperatorName, kOperatorRole, {}}, folder, "operator");
  if (!expires) return tl::unexpected(std::move(expires).error());
  outcome.administrator = {kOperatorName, folder, *expires};
  return {};
}

Result<void> Initializer::write_host(const model::Host& host, Outcome& outcome) {
  const std::string folder = at("hosts/" + host.name);
  const std::string tls = folder + "/tls";
  const std::string secrets = folder + "/secrets";
  Result<void> done = crypto::make_folders(tls, crypto::kOpenFolder);
  if (done) done = crypto::make_folders(secrets, crypto::kSecretFolder);
  if (!done) return done;
  // A host also speaks to itself, and then by whatever name is at hand.
  const crypto::Subject subject{
      host.name, crypto::kHostUnit, {host.name, "localhost", "127.0.0.1", "::1"}};
  Result<std::string> expires = write_identity(subject, tls, "host");
  if (!expires) return tl::unexpected(std::move(expires).error());
  if (options_.operator_on_hosts) {
    done = crypto::write_file(tls + "/operator.key", operator_.key, crypto::kSecretMode);
    if (done) {
      done = crypto::write_file(tls + "/operator.pem", operator_.certificate, crypto::kPublicMode);
    }
  }
  if (done) done = crypto::write_file(secrets + "/replication", secret_, crypto::kSecretMode);
  if (done) done = crypto::write_file(folder + "/site.yaml", site_text_, crypto::kPublicMode);
  if (done) outcome.hosts.push_back({host.name, folder, *expires});
  return done;
}

void write_issued(JsonWriter& json, const Issued& issued) {
  json.begin_object();
  json.field("name", issued.name).field("folder", issued.folder);
  json.field("expires", issued.expires).end_object();
}

void print_json(const InitOptions& options, const Outcome& outcome) {
  JsonWriter json(2);
  json.begin_object().field("dir", options.dir).field("renewed", options.renew);
  json.key("hosts").begin_array();
  for (const Issued& host : outcome.hosts) write_issued(json, host);
  json.end_array().key("operators").begin_array();
  write_issued(json, outcome.administrator);
  json.end_array().end_object();
  std::printf("%s\n", json.text().c_str());
}

void print_text(const InitOptions& options, const Outcome& outcome) {
  std::printf(
      "%s %zu hosts and the operator '%s'; good until %s.\n\n",
      options.renew ? "Renewed the certificates of" : "Made an authority, and identities of",
      outcome.hosts.size(),
      kOperatorName,
      outcome.administrator.expires.c_str());
  std::printf("Copy each folder below %s/hosts to its host, as /var/lib/holdfast.\n",
              options.dir.c_str());
  std::printf("Keep %s for whoever runs commands.\n", outcome.administrator.folder.c_str());
  std::printf("Keep %s/authority away from the hosts: whoever has it can be anyone.\n",
              options.dir.c_str());
}

}  // namespace

int command_init(const InitOptions& options) {
  const auto give_up = [](const Error& error) {
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return exit_code(error.code);
  };
  const Result<model::Site> site = load_site(options.site);
  if (!site) return give_up(site.error());
  const Result<Outcome> outcome = Initializer(options, *site).run();
  if (!outcome) return give_up(outcome.error());
  if (options.json) {
    print_json(options, *outcome);
  } else {
    print_text(options, *outcome);
  }
  return 0;
}

}  // namespace holdfast::apps

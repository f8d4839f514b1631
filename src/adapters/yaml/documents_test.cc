// The examples and generated documents of the repository agree with the code.
#include <gtest/gtest.h>

#include "adapters/yaml/test_files.h"
#include "adapters/yaml/yaml_tree.h"
#include "codec/check_report.h"
#include "codec/config_reference.h"
#include "codec/json_schema.h"
#include "codec/units.h"
#include "model/schema.h"
#include "model/sites_for_test.h"

namespace holdfast::yaml {
namespace {

codec::SiteReading read_text_as_site(const std::string& text) {
  return codec::read_site(parse_tree(text, "site.yaml"));
}

codec::SiteReading read_example(const std::string& name) {
  return read_text_as_site(read_text(repository() / "examples" / name));
}

TEST(Examples, all_are_valid_without_warnings) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(repository() / "examples")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    EXPECT_EQ(codec::diagnostics_text(read_example(entry.path().filename())), "") << entry.path();
  }
  EXPECT_GE(count, 3);
}

TEST(Examples, two_regions_equal_the_site_of_the_tests) {
  EXPECT_EQ(read_example("ris-two-regions.yaml").site, model::two_regions());
}

TEST(Documents, configuration_reference_is_current) {
  const std::string actual = codec::config_reference();
  EXPECT_EQ(actual, expected_text(repository() / "docs/configuration.md", actual));
}

TEST(Documents, json_schema_is_current) {
  const std::string actual = codec::site_json_schema();
  EXPECT_EQ(actual, expected_text(repository() / "docs/site.schema.json", actual));
}

/// Its `dns` section.
std::string dns_with(std::string_view object, const std::string& entry) {
  const auto in = [&](std::string_view name, const char* otherwise) {
    return object == name ? entry : std::string(otherwise);
  };
  return "dns:\n  targets:\n    t: {" + in("DNS target", "addresses: [10.0.0.1]") +
         "}\n    u: {addresses: [10.0.0.2]}\n  zones:\n    - " + in("DNS zone", "serial: 1") +
         in("DNS apex", "\n      apex: ris.example") + in("DNS contact", "\n      contact: a@b") +
         in("DNS servers", "\n      name_servers: [ns.b.]") + "\n      records: [{" +
         in("DNS record", "name: r, type: TXT, values: [x]") + "}]\n      answers:\n        - {" +
         in("DNS answer", "name: a") + ", groups: [{" + in("DNS group", "name: g, targets: [t]") +
         "}]}\n        - {name: c, targets: [{" + in("DNS choice", "target: t") + "}]}\n";
}

/// A valid site in which `{}` stands for one more entry of the given object.
std::string site_with(std::string_view object, const std::string& entry) {
  const auto in = [&](std::string_view name, const char* otherwise) {
    return object == name ? entry : std::string(otherwise);
  };
  return "application: " + (object == "application" ? entry : "RIS") + "\n" + in("site", "") +
         "\nregions:\n  east: {zones: [a]}\n  west: {zones: [a, b]" + in("region", "") +
         "}\nhosts:\n  one: {zone: east-a" + in("host", "") +
         "}\n  two: {zone: west-a}\n  three: {zone: west-b}\nclusters:\n  c:\n    members: [two, " +
         "{host: one" + in("member", "") + "}]\n    " + in("cluster", "durability: none") +
         "\n    timing: {" + in("timing section", "") + "}\ndata_classes:\n  d: {" +
         in("data class", "rto: 1h, rpo: 1h, cluster: c") + "}\nfailover: {" +
         in("failover section", "") + "}\nchecks:\n  k: {" +
         in("check", "kind: tcp, target: 10.0.0.1:80") + "}\n" + dns_with(object, entry);
}

struct Setting {
  const char* object;
  const char* entry;
};

/// One setting for each field that is not needed to have a site at all, none of them its default.
constexpr Setting kSettings[] = {
    {"site", "home_region: west"},
    {"region", ", witness: true"},
    {"host", ", role: service"},
    {"host", ", power_loss_protection: false"},
    {"member", ", asynchronous: true"},
    {"member", ", may_lead: false"},
    {"cluster", "durability: zone"},
    {"cluster", "durability: none\n    on_lost_standbys: block"},
    {"cluster", "durability: none\n    lossy_takeover: true"},
    {"timing section", "heartbeat: 60ms"},
    {"timing section", "detection: 1s"},
    {"timing section", "sick: 3s"},
    {"timing section", "lease: 3s"},
    {"timing section", "lease_renewal: 400ms"},
    {"timing section", "crash_restart: 1s"},
    {"timing section", "failover_window: 2min"},
    {"timing section", "clock_drift: 1%"},
    {"data class", "rto: 2h, rpo: 1h, cluster: c"},
    {"data class", "rto: 1h, rpo: 2h, cluster: c"},
    {"data class", "rto: 1h, rpo: 1h, table: t"},
    {"data class", "rto: 1h, rpo: 1h, archive: t"},
    {"failover section", "zone: approve"},
    {"failover section", "region: automatic"},
    {"failover section", "max_concurrent: 2"},
    {"check", "kind: http, target: 10.0.0.1:80"},
    {"check", "kind: tcp, target: 10.0.0.2:80"},
    {"check", "kind: tcp, target: 10.0.0.1:80, interval: 2s"},
    {"check", "kind: tcp, target: 10.0.0.1:80, timeout: 500ms"},
    {"check", "kind: tcp, target: 10.0.0.1:80, connect_timeout: 500ms"},
    {"check", "kind: tcp, target: 10.0.0.1:80, tls_timeout: 500ms"},
    {"check", "kind: tcp, target: 10.0.0.1:80, answer_timeout: 500ms"},
    {"check", "kind: tcp, target: 10.0.0.1:80, rise: 3"},
    {"check", "kind: tcp, target: 10.0.0.1:80, fall: 2"},
    {"check", "kind: tcp, target: 10.0.0.1:80, minimum_down: 1s"},
    {"check", "kind: tcp, target: 10.0.0.1:80, inverted: true"},
    {"check", "kind: tcp, target: 10.0.0.1:80, disabled: as-healthy"},
    {"check", "kind: tcp, target: 10.0.0.1:80, from: [one]"},
    {"check", "kind: tcp, target: 10.0.0.1:80, path: /health"},
    {"check", "kind: tcp, target: 10.0.0.1:80, server_name: ris.example"},
    {"check", "kind: tcp, target: 10.0.0.1:80, status: \"200\""},
    {"check", "kind: tcp, target: 10.0.0.1:80, contains: UP"},
    {"check", "kind: tcp, target: 10.0.0.1:80, json: $.up"},
    {"check", "kind: tcp, target: 10.0.0.1:80, verify: false"},
    {"check", "kind: tcp, target: 10.0.0.1:80, authority: /ca.pem"},
    {"check", "kind: tcp, target: 10.0.0.1:80, warn_before_expiry: 7d"},
    {"check", "kind: tcp, target: 10.0.0.1:80, query: ris.example A"},
    {"check", "kind: tcp, target: 10.0.0.1:80, answer: 10.0.0.9"},
    {"check", "kind: tcp, target: 10.0.0.1:80, database: ris"},
    {"check", "kind: tcp, target: 10.0.0.1:80, user: probe"},
    {"check", "kind: tcp, target: 10.0.0.1:80, password_file: /pass"},
    {"check", "kind: tcp, target: 10.0.0.1:80, role: writer"},
    {"check", "kind: tcp, target: 10.0.0.1:80, lag_below: 1s"},
    {"check", "kind: tcp, target: 10.0.0.1:80, message_type: QRY^A19"},
    {"check", "kind: tcp, target: 10.0.0.1:80, receiver: RIS"},
    {"check", "kind: tcp, target: 10.0.0.1:80, command: /bin/true"},
    {"check", "kind: tcp, target: 10.0.0.1:80, healthy_when: k"},
    {"DNS target", "addresses: [10.0.0.3]"},
    {"DNS apex", "\n      apex: other.example"},
    {"DNS contact", "\n      contact: b@b"},
    {"DNS servers", "\n      name_servers: [ns.c.]"},
    {"DNS zone", "serial: 2"},
    {"DNS zone", "ttl: 1h"},
    {"DNS zone", "min_ttl: 2s"},
    {"DNS zone", "max_ttl: 5min"},
    {"DNS zone", "negative_ttl: 1s"},
    {"DNS record", "name: q, type: TXT, values: [x]"},
    {"DNS record", "name: r, type: A, values: [x]"},
    {"DNS record", "name: r, type: TXT, values: [y]"},
    {"DNS record", "name: r, type: TXT, values: [x], ttl: 1s"},
    {"DNS answer", "name: b"},
    {"DNS answer", "name: a, policy: weighted"},
    {"DNS answer", "name: a, targets: [t]"},
    {"DNS answer", "name: a, failback: automatic"},
    {"DNS answer", "name: a, evaluate_health: false"},
    {"DNS answer", "name: a, minimum_down: 1s"},
    {"DNS answer", "name: a, addresses_max: 4"},
    {"DNS answer", "name: a, ttl: 1s"},
    {"DNS group", "name: h, targets: [t]"},
    {"DNS group", "name: g, targets: [u]"},
    {"DNS choice", "target: u"},
    {"DNS choice", "target: t, weight: 2"},
};

TEST(SiteFields, every_setting_reaches_the_site) {
  const model::Site plain = read_text_as_site(site_with("", "")).site;
  for (const Setting& setting : kSettings) {
    const codec::SiteReading reading = read_text_as_site(site_with(setting.object, setting.entry));
    for (const codec::Diagnostic& diagnostic : reading.diagnostics) {
      EXPECT_FALSE(diagnostic.id.starts_with("read.")) << codec::diagnostics_text(reading);
    }
    EXPECT_FALSE(reading.site == plain) << setting.entry;
  }
}

TEST(SiteFields, every_field_of_the_schema_has_a_setting) {
  for (const model::ObjectSchema* object : model::object_schemas()) {
    for (const model::Field& field : object->fields) {
      const std::string key = std::string(field.name) + ": ";
      bool found = site_with("", "").find(key) != std::string::npos || field.object != nullptr;
      for (const Setting& setting : kSettings) {
        const bool here = setting.object == object->name;
        found = found || (here && std::string(setting.entry).find(key) != std::string::npos);
      }
      EXPECT_TRUE(found) << object->name << '.' << field.name;
    }
  }
}

TEST(SiteFields, written_out_defaults_change_nothing) {
  const model::Site plain = read_text_as_site(site_with("", "")).site;
  for (const model::ObjectSchema* object : model::object_schemas()) {
    for (const model::Field& field : object->fields) {
      const bool phrase = field.default_text.find(' ') != std::string_view::npos;
      if (field.default_text.empty() || phrase || field.object != nullptr) continue;
      std::string entry = std::string(field.name) + ": " + std::string(field.default_text);
      if (object->name == "DNS answer") entry = "name: a, " + entry;
      if (object->name == "DNS record") entry = "name: r, type: TXT, values: [x], " + entry;
      if (object->name == "DNS choice") entry = "target: t, " + entry;
      if (object->name == "cluster") entry = "durability: none\n    " + entry;
      if (object->name == "check") entry = "kind: tcp, target: 10.0.0.1:80, " + entry;
      if (object->name == "region" || object->name == "host" || object->name == "member") {
        entry = ", " + entry;
      }
      EXPECT_EQ(read_text_as_site(site_with(object->name, entry)).site, plain) << entry;
    }
  }
}

}  // namespace
}  // namespace holdfast::yaml

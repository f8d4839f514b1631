// Which processes bring clients to the application, host by host.
#include "lab/application.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/yaml/yaml_tree.h"
#include "codec/site_file.h"
#include "lab/addresses.h"

namespace holdfast::lab {
namespace {

model::Site example(const std::string& name) {
  const Result<codec::Tree> tree = yaml::read_tree("examples/" + name);
  EXPECT_TRUE(tree) << "run this from the root of the repository";
  return tree ? codec::read_site(*tree).site : model::Site{};
}

const ProcessSpec* find(const std::vector<ProcessSpec>& host, const std::string& name) {
  const auto found =
      std::find_if(host.begin(), host.end(), [&](const auto& it) { return it.name == name; });
  return found == host.end() ? nullptr : &*found;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(Application, service_hosts_serve_and_answer_names_and_the_clinic_resolves) {
  const model::Site site = example("ris-two-regions.yaml");
  ProcessTable table = site_processes(site, true);
  ASSERT_TRUE(add_application(site, *host_addresses(site), table));
  const auto& service = table[*site.find_host("svc-west-b")];
  ASSERT_NE(find(service, "instance"), nullptr);
  ASSERT_NE(find(service, "dns"), nullptr);
  EXPECT_TRUE(has(find(service, "router")->argv, "--application"));
  EXPECT_TRUE(has(find(service, "haproxy")->prepare, "--application"));
  EXPECT_TRUE(has(find(service, "dns")->argv, "svc-west-b"));
  EXPECT_NE(find(table[*site.find_host("clinic")], "resolver"), nullptr);
  EXPECT_EQ(find(table[*site.find_host("db-east-a")], "instance"), nullptr);
}

TEST(Application, resolver_asks_every_service_host) {
  const model::Site site = example("ris-two-regions.yaml");
  const std::string text = resolver_config(site, *host_addresses(site));
  EXPECT_NE(text.find("stub-zone:\n  name: \"ris.example\"\n"), std::string::npos);
  for (const char* address : {"10.77.1.2", "10.77.2.2", "10.77.3.2", "10.77.4.2", "10.77.5.2"})
    EXPECT_NE(text.find(std::string("stub-addr: ") + address + "\n"), std::string::npos) << address;
}

TEST(Application, site_without_names_has_no_way_to_it) {
  const model::Site site = example("one-region.yaml");
  ProcessTable table = site_processes(site, true);
  EXPECT_FALSE(add_application(site, *host_addresses(site), table));
}

}  // namespace
}  // namespace holdfast::lab

#include "lab/processes.h"

#include <gtest/gtest.h>

#include "adapters/yaml/yaml_tree.h"
#include "codec/site_file.h"

namespace holdfast::lab {
namespace {

model::Site example(const std::string& name) {
  const Result<codec::Tree> tree = yaml::read_tree("examples/" + name);
  EXPECT_TRUE(tree) << "run this from the root of the repository";
  return tree ? codec::read_site(*tree).site : model::Site{};
}

std::vector<std::string> names(const model::Site& site, const std::vector<std::size_t>& hosts) {
  std::vector<std::string> found;
  for (const std::size_t host : hosts) found.push_back(site.hosts[host].name);
  return found;
}

std::vector<std::string> names(const std::vector<ProcessSpec>& processes) {
  std::vector<std::string> found;
  for (const ProcessSpec& process : processes) found.push_back(process.name);
  return found;
}

using Names = std::vector<std::string>;

TEST(StoreHosts, are_three_in_every_example) {
  const model::Site two = example("ris-two-regions.yaml");
  EXPECT_EQ(names(two, store_hosts(two)), (Names{"svc-east-a", "svc-west-a", "ctl-witness-a"}));
  const model::Site one = example("one-region.yaml");
  EXPECT_EQ(names(one, store_hosts(one)), (Names{"svc-main-a", "svc-main-b", "ctl-witness-a"}));
  const model::Site three = example("three-regions.yaml");
  EXPECT_EQ(names(three, store_hosts(three)), (Names{"svc-north-a", "svc-south-a", "svc-coast-a"}));
}

TEST(SiteProcesses, follow_the_roles) {
  const model::Site site = example("ris-two-regions.yaml");
  const ProcessTable table = site_processes(site, true);
  const auto of = [&](const char* host) { return names(table[*site.find_host(host)]); };
  EXPECT_EQ(of("db-east-a"), (Names{"agent", "guardian"}));
  EXPECT_EQ(of("svc-east-a"), (Names{"haproxy", "router", "etcd", "controller"}));
  EXPECT_EQ(of("svc-east-b"), (Names{"haproxy", "router"}));
  EXPECT_EQ(of("ctl-witness-a"), (Names{"etcd", "controller"}));
  EXPECT_EQ(of("clinic"), Names{});
}

TEST(SiteProcesses, the_store_uses_certificates_where_there_are_some) {
  const model::Site site = example("ris-two-regions.yaml");
  const std::size_t host = *site.find_host("ctl-witness-a");
  const auto text = [&](bool identities) {
    std::string all;
    const ProcessTable table = site_processes(site, identities);
    for (const std::string& word : table[host][0].argv) all += word + " ";
    return all;
  };
  EXPECT_NE(text(true).find("--peer-client-cert-auth"), std::string::npos);
  EXPECT_NE(text(true).find("svc-west-a=https://svc-west-a:2380"), std::string::npos);
  EXPECT_EQ(text(false).find("https"), std::string::npos);
  EXPECT_EQ(text(false).find("cert"), std::string::npos);
}

Result<ProcessTable> read(const std::string& text) {
  return read_processes(example("one-region.yaml"), yaml::parse_tree(text, "p.yaml"));
}

TEST(ReadProcesses, by_role_and_by_name) {
  const auto table = read(
      "- {hosts: database, name: a, argv: [run, '--host={host}'], user: postgres,\n"
      "   prepare: [p, '{host}'], environment: [A=1]}\n"
      "- {hosts: clinic, name: b, argv: [sleep, '1'], restart: false, realtime: 5}\n");
  ASSERT_TRUE(table) << table.error().message;
  const ProcessSpec a{
      "a", {"run", "--host=db-main-b"}, "postgres", true, 0, {"p", "db-main-b"}, {"A=1"}};
  EXPECT_EQ((*table)[1], std::vector<ProcessSpec>{a});
  EXPECT_EQ((*table)[5], (std::vector<ProcessSpec>{{"b", {"sleep", "1"}, "", false, 5, {}, {}}}));
  EXPECT_TRUE((*table)[2].empty());
}

TEST(ReadProcesses, says_what_is_wrong_and_where) {
  EXPECT_NE(read("- {hosts: database, name: a}\n").error().message.find("p.yaml:1"),
            std::string::npos);
  EXPECT_NE(read("- {name: a, argv: [x]}\n").error().message.find("which hosts"),
            std::string::npos);
  EXPECT_NE(read("- {hosts: moon, name: a, argv: [x]}\n").error().message.find("moon"),
            std::string::npos);
  EXPECT_FALSE(read("- {hosts: all, name: a, argv: [x]}\n- {hosts: clinic, name: a, argv: [y]}\n"));
  EXPECT_FALSE(read("a: b\n"));
  EXPECT_FALSE(read("- [\n"));
}

}  // namespace
}  // namespace holdfast::lab

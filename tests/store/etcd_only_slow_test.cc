// What only etcd does: TLS, moving the leader, compaction, members that fail while others serve.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <fstream>

#include "adapters/etcd/base64.h"
#include "adapters/etcd/etcd_store.h"
#include "adapters/etcd/gateway.h"
#include "adapters/etcd/leader.h"
#include "conformance.h"
#include "etcd_cluster.h"

namespace holdfast::store_test {
namespace {

class EtcdSlow : public testing::Test {
 protected:
  std::unique_ptr<engine::Store> open(std::vector<etcd::Endpoint> endpoints,
                                      std::optional<net::TlsFiles> tls = std::nullopt,
                                      Duration limit = 5s) {
    etcd::EtcdConfig config;
    config.endpoints = std::move(endpoints);
    config.tls = std::move(tls);
    config.limit = limit;
    config.problem = [this](const std::string& what) { problems.push_back(what); };
    auto store = etcd::open_store(loop, site, std::move(config));
    EXPECT_TRUE(store) << store.error().message;
    return std::move(*store);
  }

  StoreAnswer wait(const std::function<void(std::function<void(const StoreAnswer&)>)>& begin) {
    bool answered = false;
    StoreAnswer answer;
    begin([&](const StoreAnswer& it) {
      answer = it;
      answered = true;
    });
    EXPECT_TRUE(run_loop_until(
        loop, [&] { return answered; }, 20s));
    return answer;
  }
  StoreAnswer ask(engine::Store& store, const StoreOp& op) {
    return wait([&](auto done) { store.submit(0, op, std::move(done)); });
  }
  StoreAnswer create(engine::Store& store, const core::RecordPtr& first) {
    return wait([&](auto done) { store.create(0, first, std::move(done)); });
  }
  /// Until the members have found a leader.
  bool create_when_ready(engine::Store& store) {
    for (int i = 0; i < 30; ++i) {
      if (create(store, make_record(1, 1)).outcome != StoreOutcome::kUnknown) return true;
    }
    return false;
  }
  static StoreOp step(std::uint64_t from) {
    StoreOp op;
    op.verb = StoreVerb::kCas;
    op.expected = make_record(1, from)->key;
    op.next = make_record(1, from + 1);
    return op;
  }
  /// Straight to a member, past everything that is tested.
  etcd::HttpAnswer post(const etcd::Endpoint& endpoint,
                        const std::string& path,
                        const std::string& body) {
    etcd::HttpClient client(loop, endpoint, nullptr);
    std::optional<etcd::HttpAnswer> answer;
    client.post(path, body, 5s, [&](etcd::HttpAnswer it) { answer = std::move(it); });
    run_loop_until(
        loop, [&] { return answer.has_value(); }, 10s);
    return answer.value_or(etcd::HttpAnswer{});
  }

  const model::Site site = model::two_regions();
  net::Loop loop;
  std::vector<std::string> problems;
};

/// Made by the command-line tool: the certificates that `holdfast init` makes have their own tests.
class Certificates {
 public:
  bool make(const std::string& name) {
    const std::string at = (folder_.path() / name).string();
    const std::string subject = " -subj /OU=host/CN=" + name + ' ';
    std::ofstream(at + ".ext") << "subjectAltName=IP:127.0.0.1\n"
                                  "extendedKeyUsage=serverAuth,clientAuth\n";
    const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
    return run("req -x509 -days 2 " + key + "-subj /CN=authority -keyout " + at + "-ca.key -out " +
               at + "-ca.pem") &&
           run("req -new " + key + subject + "-keyout " + at + ".key -out " + at + ".csr") &&
           run("x509 -req -days 2 -CAcreateserial -CA " + at + "-ca.pem -CAkey " + at +
               "-ca.key -in " + at + ".csr -extfile " + at + ".ext -out " + at + ".pem");
  }
  [[nodiscard]] net::TlsFiles files(const std::string& authority, const std::string& name) const {
    const std::string at = folder_.path().string() + '/';
    return {at + authority + "-ca.pem", at + name + ".pem", at + name + ".key"};
  }

 private:
  static bool run(const std::string& arguments) {
    return ::system(("openssl " + arguments + " >/dev/null 2>&1").c_str()) == 0;
  }
  TemporaryFolder folder_;
};

TEST_F(EtcdSlow, Tls_with_client_certificates_carries_everything) {
  if (::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs the openssl command";
  Certificates certificates;
  ASSERT_TRUE(certificates.make("site"));
  ASSERT_TRUE(certificates.make("stranger"));
  EtcdCluster cluster(3, certificates.files("site", "site"));
  const auto store = open(cluster.endpoints(0), certificates.files("site", "site"));
  std::uint64_t seen = 0;
  store->watch([&](int, const core::RecordPtr& it) { seen = it->key.revision.value; });
  ASSERT_TRUE(create_when_ready(*store));
  EXPECT_EQ(ask(*store, step(1)).outcome, StoreOutcome::kDone);
  StoreOp renewal;
  renewal.verb = StoreVerb::kRenewLease;
  renewal.expected = make_record(1, 2)->key;
  renewal.holder = kLeader;
  renewal.lease = 1s;
  EXPECT_TRUE(ask(*store, renewal).renewed);
  EXPECT_TRUE(run_loop_until(
      loop, [&] { return seen == 2; }, 10s));

  // A stranger's certificate, a server that is not the site's, and none at all.
  const auto refused = [&](std::optional<net::TlsFiles> tls) {
    const auto other = open(cluster.endpoints(0), std::move(tls), 1s);
    return ask(*other, {}).outcome == StoreOutcome::kUnknown;
  };
  EXPECT_TRUE(refused(certificates.files("site", "stranger")));
  EXPECT_TRUE(refused(certificates.files("stranger", "site")));
  EXPECT_TRUE(refused(std::nullopt));
  EXPECT_EQ(ask(*store, {}).outcome, StoreOutcome::kDone);
}

TEST_F(EtcdSlow, Leader_moves_to_the_first_wanted_member_that_is_well) {
  EtcdCluster cluster(3, std::nullopt);
  const auto store = open(cluster.endpoints(0));
  ASSERT_TRUE(create_when_ready(*store));
  etcd::LeaderMover mover(loop, cluster.endpoints(0), nullptr);
  const auto move = [&](std::vector<std::string> wanted) {
    std::optional<etcd::LeaderOutcome> outcome;
    mover.move(std::move(wanted), [&](const etcd::LeaderOutcome& it) { outcome = it; });
    EXPECT_TRUE(run_loop_until(
        loop, [&] { return outcome.has_value(); }, 20s));
    return outcome.value_or(etcd::LeaderOutcome{});
  };
  for (const char* wanted : {"m0", "m1", "m2", "m0"}) {
    const etcd::LeaderOutcome outcome = move({wanted});
    EXPECT_EQ(outcome.leader, wanted) << outcome.problem;
    EXPECT_FALSE(move({wanted}).moved) << "it leads already";
    EXPECT_EQ(ask(*store, {}).outcome, StoreOutcome::kDone);
  }
  cluster.kill(2);
  EXPECT_EQ(move({"m2", "m1", "m0"}).leader, "m1");
  const etcd::LeaderOutcome nobody = move({"m2"});
  EXPECT_FALSE(nobody.moved);
  EXPECT_EQ(nobody.problem, "none of the wanted members answers and has caught up");
}

TEST_F(EtcdSlow, Watch_survives_a_compaction_that_it_slept_through) {
  EtcdCluster cluster(3, std::nullopt);
  const auto writer = open(cluster.endpoints(0));
  const auto watcher = open({cluster.endpoint(2)});
  ASSERT_TRUE(create_when_ready(*writer));
  std::uint64_t seen = 0;
  watcher->watch([&](int, const core::RecordPtr& it) { seen = it->key.revision.value; });
  ASSERT_TRUE(run_loop_until(
      loop, [&] { return seen == 1; }, 10s));
  cluster.kill(2);
  for (std::uint64_t i = 1; i < 6; ++i) {
    // Losing a leader on the way may leave one step's outcome unknown.
    while (ask(*writer, step(i)).outcome == StoreOutcome::kUnknown) {
    }
  }
  const auto shown = post(cluster.endpoint(0), "/v3/kv/range", etcd::range_request("/none"));
  const auto now = etcd::parse_kv_answer(shown.body);
  ASSERT_TRUE(now);
  const auto compacted = post(cluster.endpoint(0),
                              "/v3/kv/compaction",
                              "{\"revision\":\"" + std::to_string(now->revision) + "\"}");
  ASSERT_EQ(compacted.status, 200) << compacted.body;
  cluster.start(2);
  EXPECT_TRUE(run_loop_until(
      loop, [&] { return seen == 6; }, 20s))
      << seen;
  ASSERT_EQ(ask(*writer, step(6)).outcome, StoreOutcome::kDone);
  EXPECT_TRUE(run_loop_until(
      loop, [&] { return seen == 7; }, 20s))
      << seen;
}

TEST_F(EtcdSlow, Watch_begins_anew_on_a_store_that_was_made_anew) {
  EtcdCluster cluster(1, std::nullopt);
  const auto store = open(cluster.endpoints(0));
  ASSERT_TRUE(create_when_ready(*store));
  for (std::uint64_t i = 1; i < 6; ++i) ask(*store, step(i));
  core::RecordKey seen;
  store->watch([&](int, const core::RecordPtr& it) { seen = it->key; });
  ASSERT_TRUE(run_loop_until(
      loop, [&] { return seen.revision.value == 6; }, 10s));
  cluster.kill(0);
  cluster.wipe(0);
  cluster.start(0);
  core::Record recovered = *make_record(9, 7);
  recovered.key.store = StoreId{2};
  recovered.cause = core::Cause::kStoreRecovered;
  const auto first = std::make_shared<const core::Record>(recovered);
  while (create(*store, first).outcome == StoreOutcome::kUnknown) {
  }
  EXPECT_TRUE(run_loop_until(
      loop, [&] { return seen == first->key; }, 20s));
  // Which leases ran in the lost store is not known.
  StoreOp take_over;
  take_over.verb = StoreVerb::kCas;
  take_over.expected = first->key;
  take_over.next = make_record(10, 8);
  take_over.lease_must_be_absent = true;
  EXPECT_EQ(ask(*store, take_over).outcome, StoreOutcome::kConflict);
}

TEST_F(EtcdSlow, Silent_member_of_ones_own_is_passed_over) {
  EtcdCluster cluster(3, std::nullopt);
  const auto store = open(cluster.endpoints(0), std::nullopt, 10s);
  ASSERT_TRUE(create_when_ready(*store));
  std::uint64_t seen = 0;
  store->watch([&](int, const core::RecordPtr& it) { seen = it->key.revision.value; });
  cluster.signal(0, SIGSTOP);
  // The read finds out; the write goes to another member at once.
  EXPECT_EQ(ask(*store, {}).outcome, StoreOutcome::kDone);
  EXPECT_EQ(ask(*store, step(1)).outcome, StoreOutcome::kDone);
  EXPECT_TRUE(run_loop_until(
      loop, [&] { return seen == 2; }, 10s))
      << "the watch moves, too";
  cluster.signal(0, SIGCONT);
  EXPECT_EQ(ask(*store, step(2)).outcome, StoreOutcome::kDone);
}

TEST_F(EtcdSlow, Record_that_cannot_be_read_is_reported_and_answers_nothing) {
  EtcdCluster cluster(1, std::nullopt);
  const auto store = open(cluster.endpoints(0));
  ASSERT_TRUE(create_when_ready(*store));
  problems.clear();
  const std::string key = etcd::key_of(site.clusters[0].name, etcd::Part::kRecord);
  const auto put = post(cluster.endpoint(0),
                        "/v3/kv/put",
                        "{\"key\":\"" + etcd::base64_encode(key) + "\",\"value\":\"" +
                            etcd::base64_encode("{\"format\":2}") + "\"}");
  ASSERT_EQ(put.status, 200);
  EXPECT_EQ(ask(*store, {}).outcome, StoreOutcome::kUnknown);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("its format is 2"), std::string::npos) << problems[0];
}

TEST_F(EtcdSlow, Destroyed_store_answers_nothing_more) {
  EtcdCluster cluster(1, std::nullopt);
  auto store = open(cluster.endpoints(0));
  ASSERT_TRUE(create_when_ready(*store));
  store->watch([](int, const core::RecordPtr&) {});
  int answers = 0;
  for (int i = 0; i < 40; ++i) store->submit(0, {}, [&](const StoreAnswer&) { ++answers; });
  run_loop_until(
      loop, [&] { return answers > 2; }, 5s);
  store.reset();
  const int before = answers;
  run_loop_until(
      loop, [] { return false; }, 100ms);
  EXPECT_EQ(answers, before);
}

}  // namespace
}  // namespace holdfast::store_test

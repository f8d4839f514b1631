#include <pwd.h>
#include <sys/wait.h>

#include <chrono>

#include "lab/lab_for_test.h"

namespace holdfast::lab {
namespace {

TEST_F(LabSlow, a_command_runs_in_its_host) {
  bring_up();
  const Said said = run("two", "hostname; getent hosts three; exit 7");
  EXPECT_EQ(said.code, 7);
  EXPECT_EQ(said.text, "two\n10.77.3.1       three\n");
  EXPECT_EQ(run("one", "kill -9 $$").code, 137);
  EXPECT_EQ(run("one", "cat /proc/1/comm").text, "hf-host\n");
  const Result<int> nowhere = client().execute("four", {"true"}, {0, 1, 2});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, Errc::kNotFound);
}

TEST_F(LabSlow, a_command_ends_with_its_caller) {
  bring_up();
  const pid_t caller = ::fork();
  if (caller == 0) {
    Result<Client> client = Client::connect(options_.directory);
    if (client) (void)client->execute("one", {"sleep", "4242"}, {0, 1, 2});
    ::_exit(0);
  }
  const auto running = [this] { return run("one", "pgrep -f 'sleep 424[2]'").code == 0; };
  EXPECT_TRUE(comes_true(running));
  ::kill(caller, SIGKILL);
  ::waitpid(caller, nullptr, 0);
  EXPECT_TRUE(comes_true([&running] { return !running(); }));
}

TEST_F(LabSlow, distance_takes_time) {
  bring_up();
  const auto connect_us = [this](const std::string& to) {
    return std::stol(run("one",
                         "b=$EPOCHREALTIME; : 2>/dev/null <>/dev/tcp/" + to +
                             "/9; e=$EPOCHREALTIME; echo $((${e/./}-${b/./}))")
                         .text);
  };
  long zone = 1'000'000;
  long region = 1'000'000;
  for (int i = 0; i < 10; ++i) {
    zone = std::min(zone, connect_us("two"));
    region = std::min(region, connect_us("three"));
  }
  EXPECT_GE(zone, 500);
  EXPECT_LT(zone, region);
  EXPECT_GE(region, 30'000);
}

TEST_F(LabSlow, a_cut_stops_packets_until_it_is_healed) {
  bring_up();
  EXPECT_TRUE(reaches("one", "three"));
  inflict(fault("cut", "region=near", "region=far"));
  EXPECT_FALSE(reaches("one", "three"));
  EXPECT_FALSE(reaches("three", "two"));
  EXPECT_TRUE(reaches("one", "two"));
  EXPECT_EQ(client().heal()->size(), 1U);
  EXPECT_TRUE(reaches("one", "three"));
}

TEST_F(LabSlow, a_cut_can_be_one_way) {
  bring_up();
  FaultRequest request = fault("cut", "host=one", "host=two");
  request.one_way = true;
  inflict(request);
  // What one sends is lost: neither its questions nor its answers arrive. What two sends arrives.
  const std::string count = "awk '/hf0/ {print $3}' /proc/net/dev";
  const long before = std::stol(run("one", count).text);
  EXPECT_FALSE(reaches("two", "one"));
  EXPECT_GT(std::stol(run("one", count).text), before);
  const long silent = std::stol(run("two", count).text);
  EXPECT_FALSE(reaches("one", "two"));
  EXPECT_EQ(std::stol(run("two", count).text), silent);
}

TEST_F(LabSlow, a_power_cut_loses_what_was_not_synced) {
  bring_up();
  EXPECT_EQ(run("one", "echo kept > kept; sync kept .; echo lost > lost; cat lost").text, "lost\n");
  const Client::Inflicted off = inflict(fault("power-off", "host=one"));
  EXPECT_GT(off.at_us, 0);
  EXPECT_FALSE(reaches("two", "one"));
  EXPECT_FALSE(client().execute("one", {"true"}, {0, 1, 2}));
  EXPECT_EQ(client().heal(off.fault)->size(), 1U);
  EXPECT_EQ(run("one", "cat kept; test -e lost").code, 1);
  EXPECT_EQ(run("one", "cat kept").text, "kept\n");
  EXPECT_TRUE(reaches("two", "one"));
  EXPECT_TRUE(comes_true([this] { return state(0) == "running"; }));
}

TEST_F(LabSlow, power_goes_off_and_on_for_a_region) {
  bring_up();
  inflict(fault("power-off", "region=near"));
  const Result<codec::Json> status = client().status();
  ASSERT_TRUE(status);
  EXPECT_EQ(status->at("hosts").items[0].at("on").text, "false");
  EXPECT_EQ(status->at("hosts").items[1].at("on").text, "false");
  EXPECT_EQ(status->at("hosts").items[2].at("on").text, "true");
  EXPECT_FALSE(client().fault(fault("power-off", "host=one")));
  inflict(fault("power-on", "host=one"));
  inflict(fault("power-on", "zone=near-b"));
  EXPECT_TRUE(client().status()->at("faults").items.empty());
  EXPECT_TRUE(reaches("one", "two"));
}

TEST_F(LabSlow, processes_come_back_unless_they_are_held) {
  bring_up();
  EXPECT_EQ(state(0), "running");
  inflict(fault("freeze", "one", "idle"));
  EXPECT_EQ(state(0), "frozen");
  EXPECT_EQ(run("one", "ps -C sleep -o state=").text, "T\n");
  inflict(fault("thaw", "one", "idle"));
  EXPECT_EQ(run("one", "ps -C sleep -o state=").text, "S\n");
  EXPECT_TRUE(client().status()->at("faults").items.empty());
  inflict(fault("kill", "one", "idle"));
  EXPECT_TRUE(comes_true([this] { return state(0) == "ended"; }));
  EXPECT_TRUE(comes_true([this] { return state(0) == "running"; }));
  inflict(fault("stop", "one", "idle"));
  EXPECT_TRUE(comes_true([this] { return state(0) == "stopped"; }));
  ::usleep(1'500'000);  // longer than the restart delay
  EXPECT_EQ(state(0), "stopped");
  EXPECT_TRUE(client().heal());
  EXPECT_TRUE(comes_true([this] { return state(0) == "running"; }));
  EXPECT_FALSE(client().fault(fault("kill", "one", "nothing")));
  const Result<Client::Inflicted> clock = client().fault(fault("clock", "one", "5s"));
  ASSERT_FALSE(clock);
  EXPECT_EQ(clock.error().code, Errc::kUnsupported);
}

TEST_F(LabSlow, a_full_disk_takes_nothing_until_it_is_healed) {
  bring_up();
  inflict(fault("fill", "two"));
  const std::string write = "dd if=/dev/zero of=more bs=64k count=4 2>/dev/null";
  EXPECT_NE(run("two", write).code, 0);
  EXPECT_EQ(run("one", write).code, 0);
  EXPECT_TRUE(client().heal());
  EXPECT_EQ(run("two", write).code, 0);
}

TEST_F(LabSlow, postgres_is_found_by_its_cluster) {
  if (::getpwnam("postgres") == nullptr) GTEST_SKIP() << "there is no user postgres";
  options_.database_disk_bytes = 512 << 20;
  bring_up();
  const std::string start =
      "install -d -o postgres clusters clusters/c && cd clusters/c && P=/usr/lib/postgresql/15/bin "
      "&& "
      "su postgres -c \"$P/initdb -N -D data >/dev/null && "
      "$P/pg_ctl -s -w -D data -o '-c listen_addresses= -c fsync=off' start >/dev/null 2>&1\"";
  const Said started = run("one", start);
  ASSERT_EQ(started.code, 0) << started.text;
  const std::string states = "ps -C postgres -o state= | sort -u | tr -d '\\n'";
  inflict(fault("freeze", "one", "postgres:c"));
  EXPECT_EQ(run("one", states).text, "T");
  inflict(fault("thaw", "one", "postgres:c"));
  EXPECT_EQ(run("one", states).text, "S");
  inflict(fault("kill", "one", "postgres:c"));
  EXPECT_TRUE(comes_true([this] { return run("one", "pgrep -x postgres").code == 1; }));
  EXPECT_FALSE(client().fault(fault("kill", "one", "postgres:c")));
}

TEST_F(LabSlow, data_can_be_kept) {
  bring_up();
  EXPECT_EQ(run("one", "echo kept > kept").code, 0);
  EXPECT_TRUE(client().down(true));
  options_.keep_data = true;
  bring_up();
  EXPECT_EQ(run("one", "cat kept").text, "kept\n");
}

TEST_F(LabSlow, a_directory_holds_one_lab_and_nothing_else) {
  bring_up();
  const Result<void> again = up(options_, [](const std::string&) {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::kAlreadyExists);
  UpOptions elsewhere = options_;
  elsewhere.directory = options_.directory + "/logs";
  const Result<void> foreign = up(elsewhere, [](const std::string&) {});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, Errc::kInvalidInput);
}

TEST_F(LabSlow, what_is_missing_is_named) {
  (*options_.processes)[0][0].argv = {"no-such-program"};
  const Result<void> started = up(options_, [](const std::string&) {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::kUnsupported);
  EXPECT_NE(started.error().message.find("no-such-program"), std::string::npos);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::setuid(65534) != 0) ::_exit(1);
    const Result<void> refused = up(options_, [](const std::string&) {});
    const std::string text = refused ? "" : refused.error().message;
    ::_exit(::write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  char text[4096] = {};
  EXPECT_GT(::read(ends[0], text, sizeof text - 1), 0);
  ::close(ends[0]);
  ::waitpid(pid, nullptr, 0);
  EXPECT_NE(std::string(text).find("root"), std::string::npos) << text;
  EXPECT_NE(std::string(text).find("/dev/net/tun"), std::string::npos) << text;
}

}  // namespace
}  // namespace holdfast::lab

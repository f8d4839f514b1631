// `holdfast lab`: up, down, exec, and faults.
#include "apps/lab.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "adapters/yaml/yaml_tree.h"
#include "apps/load_site.h"
#include "base/json_writer.h"
#include "codec/units.h"
#include "lab/client.h"

namespace holdfast::apps {
namespace {

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return exit_code(error.code);
}

template <class T>
bool read_quantity(const codec::Quantity<T>& quantity,
                   const char* option,
                   const std::string& text,
                   T& value) {
  if (!text.empty() && !quantity.ok()) {
    std::fprintf(stderr, "--%s %s: write a number with its unit\n", option, text.c_str());
    return false;
  }
  if (!text.empty()) value = quantity.value;
  return true;
}

bool read_time(const char* option, const std::string& text, Duration& value) {
  return read_quantity(codec::parse_duration(text), option, text, value);
}

bool read_size(const char* option, const std::string& text, std::int64_t& value) {
  return read_quantity(codec::parse_size(text), option, text, value);
}

Result<lab::UpOptions> up_options(const LabOptions& options) {
  lab::UpOptions up;
  Result<model::Site> site = load_site(options.site);
  if (!site) return tl::unexpected(site.error());
  up.site = std::move(*site);
  up.site_file = options.site;
  up.directory = options.directory;
  up.identities = !options.no_identities;
  up.keep_data = options.keep_data;
  up.realtime = options.realtime;
  up.application = options.application;
  up.attached = options.foreground;
  up.mtu = options.mtu;
  if (!read_time("zone-latency", options.zone_latency, up.distances.zones) ||
      !read_time("region-latency", options.region_latency, up.distances.regions) ||
      !read_time("clinic-latency", options.clinic_latency, up.distances.outside) ||
      !read_size("disk", options.disk, up.database_disk_bytes)) {
    return fail(Errc::kInvalidInput, "nothing was started");
  }
  if (options.processes.empty()) return up;
  const Result<codec::Tree> tree = yaml::read_tree(options.processes);
  if (!tree) return tl::unexpected(tree.error());
  Result<lab::ProcessTable> table = lab::read_processes(up.site, *tree);
  if (!table) return tl::unexpected(table.error());
  up.processes = std::move(*table);
  return up;
}

/// A descriptor that becomes readable when this process is asked to end; it does not end by itself.
int end_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return ::signalfd(-1, &set, SFD_CLOEXEC);
}

int stay(const LabOptions& options, int signals) {
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  std::puts("the lab is up; Ctrl-C ends it");
  std::fflush(stdout);
  pollfd both[2] = {{client->fd(), POLLIN, 0}, {signals, POLLIN, 0}};
  while (::poll(both, 2, -1) < 0) {
  }
  if (both[1].revents == 0) return 0;
  const Result<void> down = client->down(options.keep_data);
  return down ? 0 : complain(down.error());
}

}  // namespace

int command_lab_up(const LabOptions& options) {
  const Result<lab::UpOptions> up = up_options(options);
  if (!up) return complain(up.error());
  const int signals = options.foreground ? end_signals() : -1;
  const Result<void> started = lab::up(*up, [](const std::string& text) {
    std::puts(text.c_str());
    std::fflush(stdout);
  });
  if (!started) return complain(started.error());
  if (options.foreground) return stay(options, signals);
  std::puts("the lab is up; holdfast lab status shows it, holdfast lab down ends it");
  return 0;
}

int command_lab_down(const LabOptions& options) {
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  const Result<void> down = client->down(options.keep_data);
  return down ? 0 : complain(down.error());
}

int command_lab_exec(const LabOptions& options) {
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  // Signals go to the command, which decides what they mean.
  static int forward_to = -1;
  forward_to = ends[1];
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    ::signal(number, [](int which) {
      const auto byte = static_cast<unsigned char>(which);
      if (::write(forward_to, &byte, 1) < 0) ::_exit(1);
    });
  }
  const Result<int> code = client->execute(options.host, options.words, {0, 1, 2}, ends[0]);
  return code ? *code : complain(code.error());
}

int command_lab_fault(const LabOptions& options, const std::string& what) {
  lab::FaultRequest request;
  request.what = what;
  request.a = options.a;
  request.b = options.b;
  request.one_way = options.one_way;
  double loss_percent = 0;
  if (!read_time("latency", options.latency, request.worse.latency) ||
      !read_time("jitter", options.jitter, request.worse.jitter) ||
      !read_quantity(codec::parse_percent(options.loss), "loss", options.loss, loss_percent) ||
      !read_size("bandwidth", options.bandwidth, request.worse.bytes_per_second) ||
      !read_size("leave", options.leave, request.leave_bytes)) {
    return exit_code(Errc::kInvalidInput);
  }
  request.worse.loss = loss_percent / 100;
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  const Result<lab::Client::Inflicted> done = client->fault(request);
  if (!done) return complain(done.error());
  const std::string text = lab::fault_text(request);
  if (options.json) {
    JsonWriter json;
    json.begin_object().field("fault", done->fault).field("at_us", done->at_us);
    json.field("text", text).field("undo", done->undo);
    std::puts(json.end_object().text().c_str());
    return 0;
  }
  std::printf("%s, at %.6f s since boot", text.c_str(), static_cast<double>(done->at_us) / 1e6);
  std::printf(done->undo.empty() ? "\n" : "; to undo: %s\n", done->undo.c_str());
  return 0;
}

int command_lab_heal(const LabOptions& options) {
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  const Result<std::vector<std::string>> healed = client->heal(options.fault);
  if (!healed) return complain(healed.error());
  if (healed->empty()) std::puts("there was nothing to undo");
  for (const std::string& text : *healed) std::printf("undone: %s\n", text.c_str());
  return 0;
}

}  // namespace holdfast::apps

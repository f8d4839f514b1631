// `holdfast lab status`, `stalls` and `logs`: what a lab has to show.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string>

#include "apps/lab.h"
#include "base/json_writer.h"
#include "lab/client.h"

namespace holdfast::apps {
namespace {

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return exit_code(error.code);
}

double ms(const codec::Json& microseconds) {
  return static_cast<double>(microseconds.integer()) / 1000;
}

void print_host(const codec::Json& host, std::int64_t now_us) {
  std::printf("%-16s %-12s %-10s",
              host.at("name").text.c_str(),
              host.at("address").text.c_str(),
              host.at("zone").text.c_str());
  if (host.at("on").text != "true") {
    std::puts(" no power");
    return;
  }
  std::printf(" disk %lld MiB free\n",
              static_cast<long long>(host.at("disk_free_bytes").integer() >> 20));
  for (const codec::Json& process : host.at("processes").items) {
    const double seconds = static_cast<double>(now_us - process.at("since_us").integer()) / 1e6;
    std::printf("  %-14s %-8s for %.1f s, %lld restarts\n",
                process.at("name").text.c_str(),
                process.at("state").text.c_str(),
                seconds,
                static_cast<long long>(process.at("restarts").integer()));
  }
}

void print_status(const codec::Json& status) {
  std::printf(
      "%s, in %s\n\n", status.at("application").text.c_str(), status.at("directory").text.c_str());
  for (const codec::Json& host : status.at("hosts").items) {
    print_host(host, status.at("now_us").integer());
  }
  std::puts("");
  if (status.at("faults").items.empty()) std::puts("no fault lasts");
  for (const codec::Json& fault : status.at("faults").items) {
    std::printf("fault %s: %s\n", fault.at("fault").text.c_str(), fault.at("text").text.c_str());
  }
  const codec::Json& fabric = status.at("fabric");
  std::printf("network: %s packets carried, %s stopped by faults, %s lost, %s for want of room\n",
              fabric.at("carried").text.c_str(),
              fabric.at("cut").text.c_str(),
              fabric.at("lost").text.c_str(),
              fabric.at("full").text.c_str());
  std::printf("longest stall of this machine: %.1f ms\n", ms(status.at("longest_stall_us")));
}

struct Log {
  std::string process;
  std::string path;
  std::streamoff shown = 0;
};

std::vector<Log> logs_of(const LabOptions& options) {
  std::vector<Log> logs;
  std::error_code error;
  const std::string folder = options.directory + "/logs/" + options.host;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string process = entry.path().stem();
    if (!options.process.empty() && process != options.process) continue;
    logs.push_back({process, entry.path(), 0});
  }
  std::sort(
      logs.begin(), logs.end(), [](const Log& a, const Log& b) { return a.process < b.process; });
  return logs;
}

/// What was not shown yet, of it the last `lines`.
void show(Log& log, bool named, std::size_t lines) {
  std::ifstream file(log.path);
  file.seekg(log.shown);
  std::deque<std::string> last;
  for (std::string line; std::getline(file, line);) {
    if (file.eof()) break;  // a line that is still being written is shown when it is whole
    log.shown = file.tellg();
    last.push_back(line);
    if (last.size() > lines) last.pop_front();
  }
  for (const std::string& line : last) {
    if (named) std::printf("%s: ", log.process.c_str());
    std::puts(line.c_str());
  }
  std::fflush(stdout);
}

}  // namespace

int command_lab_status(const LabOptions& options) {
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  if (options.json) {
    const Result<std::string> text = client->status_text();
    if (!text) return complain(text.error());
    std::puts(text->c_str());
    return 0;
  }
  const Result<codec::Json> status = client->status();
  if (!status) return complain(status.error());
  print_status(*status);
  return 0;
}

int command_lab_stalls(const LabOptions& options) {
  Result<lab::Client> client = lab::Client::connect(options.directory);
  if (!client) return complain(client.error());
  const Result<codec::Json> status = client->status();
  if (!status) return complain(status.error());
  std::printf("longest: %.1f ms, %.6f s since boot\n",
              ms(status->at("longest_stall_us")),
              static_cast<double>(status->at("longest_stall_at_us").integer()) / 1e6);
  for (const codec::Json& stall : status->at("stalls").items) {
    if (stall.items.size() != 2) continue;
    std::printf("%.6f s: %.1f ms\n",
                static_cast<double>(stall.items[0].integer()) / 1e6,
                ms(stall.items[1]));
  }
  return 0;
}

int command_lab_logs(const LabOptions& options) {
  std::vector<Log> logs = logs_of(options);
  if (logs.empty()) {
    std::fprintf(stderr,
                 "no logs of %s %s in %s\n",
                 options.host.c_str(),
                 options.process.c_str(),
                 options.directory.c_str());
    return exit_code(Errc::kNotFound);
  }
  const auto lines = static_cast<std::size_t>(std::max(options.lines, 0));
  for (Log& log : logs) show(log, logs.size() > 1, lines);
  constexpr useconds_t kPollUs = 200'000;
  while (options.follow) {
    ::usleep(kPollUs);
    for (Log& log : logs) show(log, logs.size() > 1, SIZE_MAX);
  }
  return 0;
}

}  // namespace holdfast::apps

#include "drill/twin.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "codec/json_reader.h"
#include "lab/os/fd.h"
#include "model/placement.h"
#include "workload/machine.h"

namespace holdfast::drill {
namespace {

constexpr Duration kLook = 250ms;

std::string read_all(int file) {
  std::string text;
  std::array<char, 65536> buffer{};
  ::lseek(file, 0, SEEK_SET);
  for (;;) {
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

Said read_said(const codec::Json& json) {
  return {WallTime(Duration(json.at("at_us").integer())),
          json.at("cluster").text,
          json.at("from").text,
          json.at("rule").text,
          json.at("text").text,
          json.at("epoch").as_uint64().value_or(0)};
}

}  // namespace

Twin::Twin(model::Site site, std::string directory, lab::Client client)
    : site_(std::move(site)), directory_(std::move(directory)), client_(std::move(client)) {
  for (const model::Index host : model::controller_hosts(site_))
    controllers_.push_back(site_.hosts[host].name);
}

Result<Twin> Twin::connect(model::Site site, const std::string& directory) {
  Result<lab::Client> client = lab::Client::connect(directory);
  if (!client) return tl::unexpected(client.error());
  return Twin(std::move(site), directory, std::move(*client));
}

Result<Spoken> Twin::run(const std::string& host,
                         const std::vector<std::string>& words,
                         int stop_fd) {
  // Files and not pipes: nobody reads while the command runs.
  const lab::Fd out(::memfd_create("stdout", MFD_CLOEXEC));
  const lab::Fd err(::memfd_create("stderr", MFD_CLOEXEC));
  if (!out.open() || !err.open()) return fail(Errc::kExhausted, "no file for a command's output");
  std::vector<std::string> argv = {"holdfast"};
  argv.insert(argv.end(), words.begin(), words.end());
  const lab::Fd nothing(::memfd_create("stdin", MFD_CLOEXEC));
  const Result<int> code =
      client_.execute(host, argv, {nothing.get(), out.get(), err.get()}, stop_fd);
  if (!code) return tl::unexpected(code.error());
  return Spoken{*code, read_all(out.get()), read_all(err.get())};
}

Result<Spoken> Twin::operate(const std::vector<std::string>& words) {
  Result<Spoken> last = fail(Errc::kUnavailable, "no host of the lab has a controller");
  for (std::size_t i = 0; i < controllers_.size(); ++i) {
    last = run(controllers_[i], words);
    if (last) {
      std::rotate(controllers_.begin(),
                  controllers_.begin() + static_cast<std::ptrdiff_t>(i),
                  controllers_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      return last;
    }
  }
  return last;
}

Result<SiteNow> Twin::now() {
  const Result<Spoken> status = operate({"status", "--json"});
  if (!status) return tl::unexpected(status.error());
  if (status->code != 0) return fail(Errc::kUnavailable, status->err);
  return read_site_now(status->out);
}

bool Twin::await(const std::function<bool(const SiteNow&)>& wanted, Duration limit) {
  const MonoTime end = workload::boot_now() + limit;
  do {
    const Result<SiteNow> seen = now();
    if (seen && wanted(*seen)) return true;
    std::this_thread::sleep_for(kLook);
  } while (workload::boot_now() < end);
  return false;
}

std::vector<Said> Twin::said_since(WallTime since) {
  std::vector<Said> said;
  const Result<Spoken> events = operate({"events", "--json"});
  if (!events) return said;
  std::size_t begin = 0;
  while (begin < events->out.size()) {
    const std::size_t end = std::min(events->out.find('\n', begin), events->out.size());
    const Result<codec::Json> json = codec::parse_json(events->out.substr(begin, end - begin));
    if (json) said.push_back(read_said(*json));
    if (json && said.back().at < since) said.pop_back();
    begin = end + 1;
  }
  return said;
}

std::string Twin::clinic() const {
  std::string service;
  for (const model::Host& host : site_.hosts) {
    if (host.role == model::HostRole::kClinic) return host.name;
    if (host.role == model::HostRole::kService) service = host.name;
  }
  return service;
}

}  // namespace holdfast::drill

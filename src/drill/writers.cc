#include "drill/writers.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <utility>

namespace holdfast::drill {

Result<Writers> Writers::start(Twin& twin, const std::string& history) {
  // A connection of its own: the drill goes on asking while the writers write.
  Result<Twin> own = Twin::connect(twin.site(), twin.directory());
  if (!own) return tl::unexpected(own.error());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(Errc::kExhausted, "no pipe for the writers");
  auto shared =
      std::make_unique<Shared>(Shared{std::move(*own), lab::Fd(ends[0]), lab::Fd(ends[1])});
  return Writers(std::move(shared), history);
}

Writers::Writers(std::unique_ptr<Shared> shared, const std::string& history)
    : shared_(std::move(shared)) {
  Shared* const it = shared_.get();
  thread_ = std::thread([it, history] {
    it->result = it->twin.run(it->twin.clinic(),
                              {"workload",
                               "site.yaml",
                               "--history",
                               history,
                               "--duration",
                               "0",
                               "--outage-writer",
                               "--json"},
                              it->stop_reader.get());
  });
}

Writers::~Writers() {
  if (shared_ == nullptr) return;
  const Result<void> stopped = stop();
  static_cast<void>(stopped);
}

Result<void> Writers::stop() {
  if (!thread_.joinable()) return {};
  const auto number = static_cast<unsigned char>(SIGINT);
  const bool told = ::write(shared_->stop_writer.get(), &number, 1) == 1;
  if (!told) return fail(Errc::kInternal, "the writers cannot be told to stop");
  thread_.join();
  if (!shared_->result) return tl::unexpected(shared_->result.error());
  if (shared_->result->code == 0) return {};
  return fail(Errc::kUnavailable, "holdfast workload: " + shared_->result->err);
}

}  // namespace holdfast::drill

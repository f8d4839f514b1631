#include "node/disk_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "base/assert.h"

namespace holdfast::node {
namespace {

constexpr auto kRetry = std::chrono::milliseconds(200);

tl::unexpected<Error> failed(const std::string& what, const std::string& path) {
  return fail(Errc::kUnavailable, what + ' ' + path + ": " + std::strerror(errno) + '.');
}

/// Closes the descriptor at the end of the scope.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

bool write_all(int descriptor, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t put = ::write(descriptor, text.data() + done, text.size() - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    done += static_cast<std::size_t>(put);
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

Result<std::optional<std::string>> DiskFile::read(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::optional<std::string>{};
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return failed("Cannot read", path);
  return std::optional<std::string>(text.str());
}

Result<bool> DiskFile::write_now(const std::string& path, const std::string& text) {
  const std::string next = path + ".tmp";
  {
    Descriptor file{open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (file.number < 0) return failed("Cannot create", next);
    if (!write_all(file.number, text)) return failed("Cannot write", next);
    if (fsync(file.number) != 0) return failed("Cannot flush", next);
  }
  if (rename(next.c_str(), path.c_str()) != 0) return failed("Cannot replace", path);
  const Descriptor folder{open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.number < 0 || fsync(folder.number) != 0)
    return failed("Cannot flush the folder of", path);
  return true;
}

struct DiskFile::Worker {
  net::Loop& loop;
  std::string path;
  std::function<void(const std::string&)> trouble;
  std::mutex mutex{};
  std::condition_variable wake{};
  std::optional<std::string> text{};
  std::function<void()> done{};
  bool stopping = false;
  bool gone = false;  ///< on the loop's thread only
  std::thread thread{};

  void run(const std::shared_ptr<Worker>& self) {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stopping || text.has_value(); });
      if (stopping) return;
      const std::string now = *text;
      lock.unlock();
      const Result<bool> written = DiskFile::write_now(path, now);
      tell(self, written ? std::string{} : written.error().message);
      lock.lock();
      if (!written) {
        wake.wait_for(lock, kRetry, [&] { return stopping; });
        continue;
      }
      text.reset();
      loop.post([self, call = std::move(done)] {
        if (!self->gone) call();
      });
    }
  }

  std::string told{};
  void tell(const std::shared_ptr<Worker>& self, const std::string& problem) {
    if (problem == told) return;
    told = problem;
    loop.post([self, problem] {
      if (!self->gone && self->trouble) self->trouble(problem);
    });
  }
};

DiskFile::DiskFile(net::Loop& loop,
                   std::string path,
                   std::function<void(const std::string&)> trouble)
    : worker_(new Worker{loop, std::move(path), std::move(trouble)}) {
  worker_->thread = std::thread([worker = worker_] { worker->run(worker); });
}

DiskFile::~DiskFile() {
  worker_->gone = true;
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->stopping = true;
  }
  worker_->wake.notify_all();
  worker_->thread.join();
}

void DiskFile::write(std::string text, std::function<void()> done) {
  {
    const std::lock_guard lock(worker_->mutex);
    HF_ASSERT(!worker_->text.has_value());
    worker_->text = std::move(text);
    worker_->done = std::move(done);
  }
  worker_->wake.notify_all();
}

}  // namespace holdfast::node

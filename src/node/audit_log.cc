#include "node/audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

#include "adapters/crypto/secret.h"
#include "base/json_writer.h"
#include "node/log.h"

namespace holdfast::node {
namespace {

constexpr std::size_t kWaitingMax = 10'000;
constexpr auto kRetry = std::chrono::milliseconds(500);

std::string link(std::string_view previous, std::string_view text) {
  return crypto::credential(previous, text);
}

/// What the file holds: whole lines, and where the last whole one ends.
struct Scan {
  codec::AuditHead head;
  std::string found;
  std::size_t whole = 0;
  bool torn = false;
};

/// Lines after one that does not fit are linked on from the digest they carry.
void follow_on(codec::AuditHead& head, const std::string& line) {
  head.number += 1;
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  if (first != std::string::npos && second != std::string::npos)
    head.digest = line.substr(first + 1, second - first - 1);
}

Scan scan(const std::string& path) {
  Scan result;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    if (file.eof()) {
      result.torn = !line.empty();
      break;
    }
    result.whole += line.size() + 1;
    const Result<bool> fits = codec::check_audit_line(link, result.head, line);
    if (fits) continue;
    if (result.found.empty()) result.found = path + ": " + fits.error().message;
    follow_on(result.head, line);
  }
  return result;
}

std::string content(const AuditEntry& entry) {
  JsonWriter json;
  json.begin_object();
  json.field("at", std::string_view(wall_text(entry.at)));
  json.field("who", std::string_view(entry.who));
  if (!entry.cluster.empty()) json.field("cluster", std::string_view(entry.cluster));
  json.field("what", std::string_view(entry.what));
  json.end_object();
  return json.text();
}

}  // namespace

struct AuditLog::Worker {
  explicit Worker(int the_descriptor) : descriptor(the_descriptor) {}

  int descriptor;
  codec::AuditHead head{};
  std::mutex mutex{};
  std::condition_variable wake{};
  std::deque<std::string> waiting{};
  bool stopping = false;
  std::thread thread{};

  /// Lines are linked when they are queued, so that their order is that of the decisions.
  void add(const AuditEntry& entry) {
    const std::lock_guard lock(mutex);
    if (waiting.size() >= kWaitingMax) return;
    waiting.push_back(codec::audit_line(link, head, content(entry)));
    wake.notify_all();
  }

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stopping || !waiting.empty(); });
      if (waiting.empty()) return;
      std::string text;
      for (const std::string& line : waiting) text += line;
      const std::size_t lines = waiting.size();
      lock.unlock();
      const bool done = put(text);
      lock.lock();
      if (done) {
        waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(lines));
      } else if (stopping) {
        return;
      } else {
        wake.wait_for(lock, kRetry, [&] { return stopping; });
      }
    }
  }

  /// All of it durable, or none of it there.
  bool put(const std::string& text) {
    const off_t end = lseek(descriptor, 0, SEEK_END);
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t wrote = write(descriptor, text.data() + done, text.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) break;
      done += static_cast<std::size_t>(wrote);
    }
    if (done == text.size() && fdatasync(descriptor) == 0) return true;
    // Half a line stays only if this fails too.
    if (ftruncate(descriptor, end) != 0) perror("holdfast: audit log");
    return false;
  }
};

AuditLog::AuditLog(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {
  worker_->thread = std::thread([raw = worker_.get()] { raw->run(); });
}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->stopping = true;
  }
  worker_->wake.notify_all();
  worker_->thread.join();
  close(worker_->descriptor);
}

Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::string& path, std::string& found) {
  Scan before = scan(path);
  found = before.found;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(Errc::kUnavailable, "Cannot open " + path + ": " + std::strerror(errno) + '.');
  auto worker = std::make_unique<Worker>(descriptor);
  worker->head = std::move(before.head);
  if (before.torn && ftruncate(descriptor, static_cast<off_t>(before.whole)) != 0) {
    const std::string why = std::strerror(errno);
    close(descriptor);
    return fail(Errc::kUnavailable, "Cannot mend the end of " + path + ": " + why + '.');
  }
  std::unique_ptr<AuditLog> log(new AuditLog(std::move(worker)));
  if (before.torn) log->add({{}, "the log", "", "A last line that a crash cut short was removed."});
  return log;
}

void AuditLog::add(const AuditEntry& entry) { worker_->add(entry); }

Result<codec::AuditHead> verify_audit_file(const std::string& path,
                                           const std::string& noted_digest) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::kNotFound, "Cannot read " + path + '.');
  codec::AuditHead head;
  std::string line;
  bool noted = noted_digest.empty();
  while (std::getline(file, line)) {
    if (file.eof()) return fail(Errc::kCorrupt, path + ": the last line has no end.");
    const Result<bool> fits = codec::check_audit_line(link, head, line);
    if (!fits) return tl::unexpected<Error>(fits.error());
    noted = noted || head.digest == noted_digest;
  }
  if (noted) return head;
  return fail(Errc::kCorrupt,
              path + " does not contain the digest " + noted_digest +
                  ": its end was cut off, or it was written anew.");
}

}  // namespace holdfast::node

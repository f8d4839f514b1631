#include "adapters/haproxy/keeper.h"

#include <utility>

namespace holdfast::haproxy {
namespace {

/// HAProxy takes one line of commands up to its buffer size, 16384 by default.
constexpr std::size_t kCommandsMax = 12000;

}  // namespace

Keeper::Keeper(net::Loop& loop, std::string socket, Pace pace, std::function<void()> looked)
    : loop_(loop),
      socket_(std::move(socket)),
      pace_(pace),
      looked_(std::move(looked)),
      timer_(loop, [this] { look(); }) {}

Keeper::~Keeper() = default;

void Keeper::start() { look(); }

void Keeper::look() {
  figures_due_ = true;
  for (const std::string& backend : wrong()) unsaid_.insert(backend);
  tried_.clear();
  timer_.set(loop_.now() + pace_.look);
  if (question_ == nullptr) ask();
}

void Keeper::want(codec::ProxyWanted wanted) {
  const std::string backend = wanted.backend;
  wanted_.insert_or_assign(backend, std::move(wanted));
  unsaid_.insert(backend);
  if (question_ == nullptr) ask();
}

void Keeper::set_address(const codec::ProxyServer& server) {
  const std::string name = server.backend + "/" + server.name;
  addresses_[name] =
      "set server " + name + " addr " + server.address + " port " + server.port + ";";
  if (question_ == nullptr) ask();
}

/// As many as one line holds; the rest stays for the next question.
std::string Keeper::next_commands() {
  std::string line;
  said_.clear();
  for (const std::string& backend : unsaid_) {
    const std::string commands = codec::want_commands(wanted_.at(backend));
    if (!line.empty() && line.size() + commands.size() > kCommandsMax) break;
    line += commands;
    said_.insert(backend);
  }
  for (const std::string& backend : said_) unsaid_.erase(backend);
  tried_.insert(said_.begin(), said_.end());
  while (!addresses_.empty() && line.size() < kCommandsMax) {
    line += addresses_.begin()->second;
    addresses_.erase(addresses_.begin());
  }
  return line;
}

void Keeper::ask() {
  std::string line = next_commands() + std::string(codec::kShowServers);
  figures_asked_ = std::exchange(figures_due_, false);
  if (figures_asked_) line += ";" + std::string(codec::kShowFigures);
  question_ = std::make_unique<Question>(
      loop_, socket_, line, [this](Result<std::string> answer) { answered(answer); });
}

std::string Keeper::read(const std::string& answer) {
  auto servers = codec::read_servers(answer);
  if (!servers) return servers.error().message;
  seen_.servers = std::move(*servers);
  seen_.at = loop_.now();
  if (!figures_asked_) return {};
  auto figures = codec::read_figures(answer);
  if (!figures) return figures.error().message;
  seen_.figures = std::move(*figures);
  return {};
}

Keeper::Names Keeper::wrong() const {
  Names names;
  for (const auto& [backend, wanted] : wanted_) {
    if (!codec::is_as_wanted(wanted, seen_.servers)) names.insert(backend);
  }
  return names;
}

void Keeper::answered(const Result<std::string>& answer) {
  const std::unique_ptr<Question> asked = std::move(question_);
  seen_.error = answer.has_value() ? read(*answer) : answer.error().message;
  if (!seen_.error.empty()) {
    unsaid_.merge(said_);
    timer_.set(loop_.now() + pace_.retry);
    return looked_();
  }
  for (const std::string& backend : wrong()) {
    // Said, and still not so: it is said again at the next look, not at once.
    if (!tried_.contains(backend)) {
      unsaid_.insert(backend);
    } else if (!unsaid_.contains(backend)) {
      seen_.error = "backend " + backend +
                    " of HAProxy is not as it was told to be: does it run with this site's "
                    "configuration?";
    }
  }
  if (!unsaid_.empty() || !addresses_.empty()) ask();
  looked_();
}

}  // namespace holdfast::haproxy

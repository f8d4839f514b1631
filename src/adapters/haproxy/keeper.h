// Keeps a running HAProxy as it is wanted: says every change at once, and looks once a second
// whether it still is so.
//
// It decides nothing: what is wanted comes from the router. An HAProxy that is away, started anew
// or changed by hand is mended as soon as it answers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/haproxy/runtime.h"
#include "adapters/net/loop.h"
#include "codec/haproxy_runtime.h"

namespace holdfast::haproxy {

struct Pace {
  Duration look = 1s;      ///< between two looks
  Duration retry = 200ms;  ///< while HAProxy does not answer
};

/// What HAProxy was seen to be at the last look.
struct Seen {
  MonoTime at = kLongAgo;  ///< when it last answered
  std::string error;       ///< why it did not, or what it refused; empty: all is as wanted
  std::vector<codec::ProxyServer> servers;
  std::vector<codec::ProxyFigures> figures;
};

class Keeper {
 public:
  /// `looked` is called after every answer, and after every failure to get one.
  Keeper(net::Loop& loop, std::string socket, Pace pace, std::function<void()> looked);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Looks now, and from now on again and again.
  void start();
  /// Replaces what was wanted of this backend, and says it at once. A backend nothing is wanted of
  /// is left alone.
  void want(codec::ProxyWanted wanted);
  /// Gives this server another address, once.
  void set_address(const codec::ProxyServer& server);
  [[nodiscard]] const Seen& seen() const { return seen_; }

 private:
  using Names = std::set<std::string>;

  void look();
  void ask();
  [[nodiscard]] std::string next_commands();
  void answered(const Result<std::string>& answer);
  /// Takes in what the answer says; returns what is wrong with it, or nothing.
  [[nodiscard]] std::string read(const std::string& answer);
  /// Backends that are not as wanted.
  [[nodiscard]] Names wrong() const;

  net::Loop& loop_;
  std::string socket_;
  Pace pace_;
  std::function<void()> looked_;
  net::Timer timer_;
  std::map<std::string, codec::ProxyWanted> wanted_;
  std::map<std::string, std::string> addresses_;  ///< commands to be said, by server
  Names unsaid_;                                  ///< backends whose wish is to be said next
  Names said_;                                    ///< said by the question under way
  Names tried_;  ///< said since the last look: not mended again before the next
  bool figures_due_ = false;
  bool figures_asked_ = false;  ///< by the question under way
  std::unique_ptr<Question> question_;
  Seen seen_;
};

}  // namespace holdfast::haproxy

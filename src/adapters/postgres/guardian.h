// The guardian of a host: a small process of its own that fences what its agent has left alone.
//
// Each instance tells it which server to end, and by when, unless it hears again; that holds when
// the agent is frozen or dead. It also keeps a primary's WAL moving, so that a frozen agent does
// not make the standbys' witness fall silent. It decides nothing else.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/postgres/guardian_message.h"
#include "adapters/process/interrupt.h"

namespace holdfast::postgres {

class Guardian {
 public:
  /// Listens on `socket_path`; charges of a former guardian are taken over from a file beside it.
  static Result<std::unique_ptr<Guardian>> open(const std::string& socket_path);
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  /// Until stop(). What is armed stays armed in the file.
  void run();
  /// From any thread, or a signal's handler.
  void stop() { stop_.raise(); }

 private:
  struct Charge;

  Guardian(std::string path, int socket, int timer);
  void read_messages();
  void take(const GuardianMessage& message);
  void fence_what_is_due();
  void fence(const GuardianMessage& message);
  void set_timer();
  void save() const;
  void load();

  std::string path_;
  int socket_;
  int timer_;
  process::Interrupt stop_;
  std::map<std::string, std::unique_ptr<Charge>> charges_;  ///< by directory
  std::vector<std::thread> ladders_;
};

}  // namespace holdfast::postgres

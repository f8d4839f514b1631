// Where the files of one member lie. Everything but `data` stays when the directory is copied or
// rewound, because copying brings the other member's files along.
#pragma once

#include <string>

namespace holdfast::postgres {

struct Layout {
  std::string directory;
  std::string sockets;

  [[nodiscard]] std::string data() const { return directory + "/data"; }
  /// A copy or rewind works here, and becomes `data` when it is whole.
  [[nodiscard]] std::string work() const { return directory + "/data.work"; }
  /// A directory that could not be rewound: kept, because what diverged may be in it.
  [[nodiscard]] std::string broken() const { return directory + "/data.broken"; }
  [[nodiscard]] std::string diverged() const { return directory + "/diverged"; }
  [[nodiscard]] std::string log() const { return directory + "/log"; }
  [[nodiscard]] std::string server_log() const { return log() + "/postgres.log"; }
  [[nodiscard]] std::string conf() const { return directory + "/conf"; }
  [[nodiscard]] std::string server_conf() const { return conf() + "/postgresql.conf"; }
  [[nodiscard]] std::string changing_conf() const { return conf() + "/changing.conf"; }
  [[nodiscard]] std::string local_conf() const { return conf() + "/local"; }
  [[nodiscard]] std::string hba() const { return conf() + "/pg_hba.conf"; }
  [[nodiscard]] std::string ident() const { return conf() + "/pg_ident.conf"; }
  [[nodiscard]] std::string passfile() const { return conf() + "/epoch.pass"; }
  [[nodiscard]] std::string copy_passfile() const { return conf() + "/copy.pass"; }
  [[nodiscard]] std::string settings() const { return directory + "/settings"; }
  /// Which run of the server was started, and which one was ended on purpose, by whom.
  [[nodiscard]] std::string run_note() const { return directory + "/run"; }
  [[nodiscard]] std::string end_note() const { return directory + "/ended"; }
  [[nodiscard]] std::string flag_note() const { return directory + "/waits"; }

  static std::string life(const std::string& data) { return data + "/holdfast.life"; }
};

}  // namespace holdfast::postgres

// The lab as a drill uses it: commands on its hosts, faults, and the site's own words.
//
// Blocking; used by one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "drill/outcome.h"
#include "drill/site_now.h"
#include "lab/client.h"
#include "model/site.h"

namespace holdfast::drill {

struct Spoken {
  int code = -1;  ///< of the process
  std::string out, err;
};

class Twin {
 public:
  static Result<Twin> connect(model::Site site, const std::string& directory);

  [[nodiscard]] const model::Site& site() const { return site_; }
  [[nodiscard]] const std::string& directory() const { return directory_; }
  [[nodiscard]] lab::Client& lab() { return client_; }

  /// `holdfast WORDS` on a host, to its end. `stop_fd`: as for lab::Client::execute().
  Result<Spoken> run(const std::string& host,
                     const std::vector<std::string>& words,
                     int stop_fd = -1);
  /// The same on the first host with a controller that has power and gives an answer, beginning
  /// with the one that answered last.
  Result<Spoken> operate(const std::vector<std::string>& words);

  Result<SiteNow> now();
  /// Until it is as wanted; false when it is not within `limit`.
  bool await(const std::function<bool(const SiteNow&)>& wanted, Duration limit);
  /// What was said since, by the controller that answers.
  std::vector<Said> said_since(WallTime since);
  /// Where clients stand: a clinic, or else a service host.
  [[nodiscard]] std::string clinic() const;

 private:
  Twin(model::Site site, std::string directory, lab::Client client);

  model::Site site_;
  std::string directory_;
  lab::Client client_;
  std::vector<std::string> controllers_;  ///< who answered last comes first
};

}  // namespace holdfast::drill

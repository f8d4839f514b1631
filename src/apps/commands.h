// The subcommands of `holdfast`, each one function over a struct of its options.
//
// Parsing the command line happens elsewhere; each function returns the exit code of the process.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::apps {

struct CheckOptions {
  std::string file{};
  bool json = false;    ///< the result as JSON on standard output
  bool schema = false;  ///< print the JSON Schema of site files instead of checking one
};

/// 0 when the site is valid, warnings or not; 2 when it is not; 3 when the file cannot be read.
int command_check(const CheckOptions& options);

struct RulesOptions {
  bool json = false;
};

/// Always 0.
int command_rules(const RulesOptions& options);

struct ReadinessOptions {
  std::string site{};
  bool json = false;
};

/// 0, whatever the forecasts say; 2 or 3 when the site cannot be used.
int command_readiness(const ReadinessOptions& options);

struct SimulateOptions {
  std::string site;
  std::string at = "10s";         ///< when the faults strike
  std::vector<std::string> fail;  ///< process=HOST, host=NAME, zone=NAME, region=NAME
  std::string lasts;              ///< how long what failed stays away; empty: until the end
  std::string until = "60s";      ///< how long the phase with faults is
  std::uint64_t seed = 1;         ///< which run of the simulated network and disks
  bool json = false;
};

/// 0 when every promise held, 1 when a checker found a violation, 2 or 3 for wrong input.
int command_simulate(const SimulateOptions& options);

struct DemoOptions {
  std::string site = "examples/ris-two-regions.yaml";
  std::string region = "east";
  std::uint64_t seed = 1;
  bool json = false;
};

/// Loses a region of the site for a while in simulated time and tells the story. Codes as for
/// simulate.
int command_demo(const DemoOptions& options);

struct SimCommand {
  std::string site;         ///< path of the site file
  std::uint64_t first = 1;  ///< the seeds to run, both included
  std::uint64_t last = 1000;
  int jobs = 1;                  ///< worker processes
  bool json = false;             ///< JSON lines on standard output, the summary last
  std::string resume_file;       ///< a summary to go on from and to keep up to date; empty: none
  bool story = false;            ///< tell every seed's whole story, not only that it failed
  double check_determinism = 0;  ///< share of the seeds that are run twice, 0 to 1
  double limit = 0;              ///< no new seed after so many seconds; 0: no limit
  bool until_failure = false;    ///< no new seed once a smaller one has failed
  std::string defect;            ///< a deliberate defect to switch on; "list": print them all
};

/// 0 when no checker found anything; 1 when one did; 2 or 3 when the site cannot be used.
int command_sim(const SimCommand& command);

struct ExploreCommand {
  bool full = false;  ///< every interleaving, to `depth` events; else a schedule with `delays`
  int depth = 10;     ///< with full: events on a path; 0: no bound
  int delays = 1;     ///< otherwise: how often an event may be held back
  int faults = 1;
  int faults_within = 0;       ///< faults only among so many first events; 0: anywhere
  int quanta = 4;              ///< how often the detection time may pass
  int switchovers = 0;         ///< how often an operator may ask for one
  bool fast_recovery = false;  ///< a crashed PostgreSQL restarts in place sooner than policy waits
  bool lying_disks = false;    ///< no power-loss protection, and a power cut may take a record
  std::uint64_t max_states = 5'000'000;
  double seconds = 60;
  bool json = false;
};

/// 0 when no state broke a promise; 1, with the shortest path to it, when one did.
int command_explore(const ExploreCommand& command);

}  // namespace holdfast::apps

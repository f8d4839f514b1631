// A store under test: how its controllers reach it, how time passes, and what can be broken.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "engine/store.h"
#include "model/sites_for_test.h"

namespace holdfast::store_test {

class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual int controllers() const = 0;
  virtual engine::Store& store(int controller) = 0;
  [[nodiscard]] virtual MonoTime now() const = 0;
  /// Lets time pass until `done`, or until `limit` has passed. True: it is done.
  virtual bool run_until(const std::function<bool()>& done, Duration limit) = 0;

  /// How many members can be broken; 0 = none.
  [[nodiscard]] virtual int members() const { return 0; }
  virtual void kill(int) {}
  virtual void start(int) {}
  virtual void freeze(int) {}
  virtual void thaw(int) {}
  /// −1: there is none, or nobody knows.
  virtual int leader() { return -1; }

  void run(Duration d) {
    run_until([] { return false; }, d);
  }

  const model::Site site = model::two_regions();
};

struct Maker {
  std::string name;
  std::function<std::unique_ptr<Backend>()> make;

  friend std::ostream& operator<<(std::ostream& out, const Maker& it) { return out << it.name; }
};

std::unique_ptr<Backend> make_sim_backend();
std::unique_ptr<Backend> make_sqlite_backend();
std::unique_ptr<Backend> make_etcd_backend(int members);

}  // namespace holdfast::store_test

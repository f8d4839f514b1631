// The store as a controller's process uses it: etcd for a site, SQLite for a single controller.
//
// The simulator's model obeys the same contract; one set of conformance tests holds for all three.
#pragma once

#include <functional>

#include "engine/ports.h"

namespace holdfast::engine {

class Store {
 public:
  virtual ~Store() = default;

  /// Begins one operation on the record of `cluster` (its place in the site file). `done` is called
  /// once, on the loop's thread and never from inside this call; after a broken connection with
  /// kUnknown. kRead is linearizable; it answers with a null record if the cluster has none.
  virtual void submit(int cluster,
                      const StoreOp& op,
                      std::function<void(const StoreAnswer&)> done) = 0;

  /// Writes the first record of a cluster that has none; kConflict if it has one.
  virtual void create(int cluster,
                      core::RecordPtr first,
                      std::function<void(const StoreAnswer&)> done) = 0;

  /// Shows every change from now on, resuming by itself after a break; a record may be shown twice,
  /// and of several changes in a row only the last. Call once.
  virtual void watch(std::function<void(int cluster, const core::RecordPtr&)> seen) = 0;
};

}  // namespace holdfast::engine

// Passes what the simulated site shows on to everyone who watches, in the order in which they came.
#pragma once

#include <vector>

#include "sim/observer.h"

namespace holdfast::sim {

class Observers : public Observer {
 public:
  /// Must outlive the run.
  void add(Observer& observer) { list_.push_back(&observer); }

  void on_write_sent(SimTime t, int cluster, int data_class, WriteId write) override {
    for (Observer* it : list_) it->on_write_sent(t, cluster, data_class, write);
  }
  void on_write_logged(SimTime t,
                       MemberRef at,
                       core::Incarnation by,
                       Epoch epoch,
                       Timeline timeline,
                       Lsn lsn,
                       WriteId write) override {
    for (Observer* it : list_) it->on_write_logged(t, at, by, epoch, timeline, lsn, write);
  }
  void on_write_done(SimTime t,
                     MemberRef at,
                     Epoch epoch,
                     WriteId write,
                     ClientResult result,
                     bool cancelled) override {
    for (Observer* it : list_) it->on_write_done(t, at, epoch, write, result, cancelled);
  }
  void on_read(SimTime t,
               MemberRef at,
               core::Incarnation by,
               Epoch epoch,
               Timeline timeline,
               Lsn lsn) override {
    for (Observer* it : list_) it->on_read(t, at, by, epoch, timeline, lsn);
  }
  void on_proposal(SimTime asked, int cluster) override {
    for (Observer* it : list_) it->on_proposal(asked, cluster);
  }
  void on_record(SimTime t,
                 int cluster,
                 const core::RecordPtr& before,
                 const core::RecordPtr& after) override {
    for (Observer* it : list_) it->on_record(t, cluster, before, after);
  }
  void on_leading(SimTime t,
                  MemberRef at,
                  core::Incarnation by,
                  Epoch epoch,
                  Timeline timeline,
                  Lsn lsn,
                  bool in_place) override {
    for (Observer* it : list_) it->on_leading(t, at, by, epoch, timeline, lsn, in_place);
  }
  void on_open(SimTime t, MemberRef at, core::Incarnation by, Epoch epoch, bool open) override {
    for (Observer* it : list_) it->on_open(t, at, by, epoch, open);
  }
  void on_core_event(SimTime t, int cluster, int host, const core::Event& event) override {
    for (Observer* it : list_) it->on_core_event(t, cluster, host, event);
  }
  void on_fault(SimTime t, const Fault& fault, bool begins) override {
    for (Observer* it : list_) it->on_fault(t, fault, begins);
  }
  void on_exposure(SimTime t, int cluster, Duration exposure) override {
    for (Observer* it : list_) it->on_exposure(t, cluster, exposure);
  }

 private:
  std::vector<Observer*> list_;
};

}  // namespace holdfast::sim

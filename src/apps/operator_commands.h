// What operators ask of a running site, each verb one function that returns the exit code.
#pragma once

#include <string>

#include "apps/site_client.h"

namespace holdfast::apps {

struct StatusOptions {
  SiteOptions site;
  bool json = false;
  bool watch = false;
};
int command_status(const StatusOptions& options);

struct EventsOptions {
  SiteOptions site;
  bool follow = false;
  bool json = false;  ///< a line of JSON for each
};
int command_events(const EventsOptions& options);

struct ExplainOptions {
  SiteOptions site;
  std::string what;  ///< the number of an event, or a rule's identifier
};
int command_explain(const ExplainOptions& options);

struct BootstrapOptions {
  SiteOptions site;
  std::string cluster;  ///< empty: every cluster of the site
  int wait_s = 120;
};
int command_bootstrap(const BootstrapOptions& options);

struct AuditOptions {
  SiteOptions site;
  std::string file;    ///< empty: the one of this host
  std::string digest;  ///< noted elsewhere; must be found in it
};
/// 0 when every line is as it was written; 1 when one is not.
int command_audit_verify(const AuditOptions& options);

struct OperateOptions {
  SiteOptions site;
  std::string cluster;
  std::string to;            ///< of a switchover
  bool powered_off = false;  ///< of accept-loss
  int wait_s = 30;           ///< for switchover and failover: until the new primary serves
};
int command_switchover(const OperateOptions& options);
/// Moves a cluster, or each one, to the first member in the site file's order that is ready to
/// lead.
int command_failback(const OperateOptions& options);
int command_failover(const OperateOptions& options);
int command_approve(const OperateOptions& options);
int command_resume(const OperateOptions& options);
int command_accept_loss(const OperateOptions& options);

}  // namespace holdfast::apps

#include "codec/site_fill_checks.h"

#include <algorithm>

#include "codec/site_read.h"

namespace holdfast::codec {
namespace {

constexpr Duration kTimeoutUnlessGiven = 1s;

void fill_times(const Node& node, model::Check& check) {
  read(node, "interval", check.interval);
  check.timeout = std::min(check.interval, kTimeoutUnlessGiven);
  read(node, "timeout", check.timeout);
  check.connect_timeout = check.tls_timeout = check.answer_timeout = check.timeout;
  read(node, "connect_timeout", check.connect_timeout);
  read(node, "tls_timeout", check.tls_timeout);
  read(node, "answer_timeout", check.answer_timeout);
  read(node, "minimum_down", check.minimum_down);
}

void fill_expectations(const Node& node, model::Check& check) {
  read(node, "path", check.path);
  read(node, "server_name", check.server_name);
  read(node, "status", check.status);
  read(node, "contains", check.contains);
  read(node, "json", check.json);
  read(node, "verify", check.verify);
  read(node, "authority", check.authority);
  read(node, "warn_before_expiry", check.warn_before_expiry);
  read(node, "query", check.query);
  read(node, "answer", check.answer);
  read(node, "database", check.database);
  read(node, "user", check.user);
  read(node, "password_file", check.password_file);
  read_choice(node, "role", check.role);
  read(node, "lag_below", check.lag_below);
  read(node, "message_type", check.message_type);
  read(node, "receiver", check.receiver);
  read(node, "command", check.command);
  read(node, "healthy_when", check.healthy_when);
}

}  // namespace

model::Check fill_check(const Entry& entry) {
  const Node& node = entry.value;
  model::Check check;
  check.name = entry.key;
  read_choice(node, "kind", check.kind);
  read(node, "target", check.target);
  fill_times(node, check);
  read(node, "rise", check.rise);
  read(node, "fall", check.fall);
  read(node, "inverted", check.inverted);
  read_choice(node, "disabled", check.disabled);
  if (const Node* from = node.find("from")) {
    for (const Node& name : from->items) check.from.push_back(name.text);
  }
  fill_expectations(node, check);
  return check;
}

}  // namespace holdfast::codec

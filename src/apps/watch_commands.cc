// The commands that only look: status, events, explain, audit.
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "apps/operator_commands.h"
#include "apps/status_table.h"
#include "core/rule.h"
#include "node/audit_log.h"

namespace holdfast::apps {
namespace {

using codec::Json;

constexpr timespec kLook{0, 500'000'000};

int report(const Error& error) {
  std::fprintf(stderr, "holdfast: %s\n", error.message.c_str());
  return exit_code(error.code);
}

int explain_rule(const std::string& id) {
  for (const core::RuleTable& table : core::rule_tables()) {
    for (const core::Rule* rule : table.rules) {
      if (id != rule->id) continue;
      std::printf("%s  %s\nIt belongs to the table '%s': %s\n",
                  rule->id,
                  rule->sentence,
                  table.name,
                  table.question);
      return 0;
    }
  }
  return report({Errc::kNotFound, "There is no rule '" + id + "'; see `holdfast rules`.", {}});
}

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 19 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

int command_status(const StatusOptions& options) {
  Result<std::unique_ptr<SiteClient>> client = SiteClient::open(options.site);
  if (!client) return report(client.error());
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  for (;;) {
    if (options.json) {
      Result<std::string> text = (*client)->get_text("/v1/status");
      if (!text) return report(text.error());
      std::printf("%s\n", text->c_str());
    } else {
      const Result<Json> status = (*client)->get("/v1/status");
      if (!status && !options.watch) return report(status.error());
      if (options.watch && terminal) std::printf("\x1b[H\x1b[2J");
      const std::string text =
          status ? status_table(*status, terminal) : status.error().message + '\n';
      std::printf("%s", text.c_str());
    }
    std::fflush(stdout);
    if (!options.watch) return 0;
    nanosleep(&kLook, nullptr);
  }
}

int command_events(const EventsOptions& options) {
  Result<std::unique_ptr<SiteClient>> client = SiteClient::open(options.site);
  if (!client) return report(client.error());
  std::string controller;
  std::int64_t after = 0;
  for (;;) {
    Result<Json> answer = (*client)->get("/v1/events?after=" + std::to_string(after));
    if (!answer && !options.follow) return report(answer.error());
    if (answer) {
      // Numbers belong to one life of one controller.
      const std::string life = answer->at("controller").text + answer->at("since_us").text;
      const bool other = !controller.empty() && life != controller;
      controller = life;
      if (other) {
        std::fprintf(stderr, "Now from %s.\n", answer->at("controller").text.c_str());
      } else {
        for (const Json& event : answer->at("events").items)
          std::printf("%s\n", (options.json ? event_json(event) : event_line(event)).c_str());
      }
      const std::vector<Json>& events = answer->at("events").items;
      const bool all = other || events.empty();
      after = all ? answer->at("last").integer() : events.back().at("number").integer();
      std::fflush(stdout);
      if (!options.follow && after >= answer->at("last").integer()) return 0;
    }
    if (options.follow) nanosleep(&kLook, nullptr);
  }
}

int command_explain(const ExplainOptions& options) {
  if (!is_number(options.what)) return explain_rule(options.what);
  Result<std::unique_ptr<SiteClient>> client = SiteClient::open(options.site);
  if (!client) return report(client.error());
  const std::int64_t number = std::stoll(options.what);
  Result<Json> answer = (*client)->get("/v1/events?after=" + std::to_string(number - 1));
  if (!answer) return report(answer.error());
  const std::vector<Json>& events = answer->at("events").items;
  if (events.empty() || events.front().at("number").integer() != number) {
    return report({Errc::kNotFound,
                   answer->at("controller").text + " does not have event " + options.what +
                       "; it keeps the last few thousand.",
                   {}});
  }
  const Json& event = events.front();
  std::printf("%s\n  said by %s in epoch %s\n",
              event_line(event).c_str(),
              event.at("from").text.c_str(),
              event.at("epoch").text.c_str());
  const std::string& rule = event.at("rule").text;
  return rule.empty() ? 0 : explain_rule(rule);
}

int command_audit_verify(const AuditOptions& options) {
  const std::string path = options.file.empty() ? options.site.dir + "/audit.log" : options.file;
  const Result<codec::AuditHead> head = node::verify_audit_file(path, options.digest);
  if (!head) return report(head.error());
  std::printf("%s: %llu lines, all as they were written; the last digest is %s.\n",
              path.c_str(),
              static_cast<unsigned long long>(head->number),
              head->digest.c_str());
  return 0;
}

}  // namespace holdfast::apps

// Rules about health checks: keys that belong to a kind, times that fit, conditions that end.
#include <algorithm>
#include <map>

#include "model/check_words.h"
#include "model/condition.h"
#include "model/placement.h"
#include "model/rules.h"
#include "model/schema_checks.h"
#include "model/socket_address.h"
#include "model/words.h"

namespace holdfast::model {
namespace {

FieldPath path_of(const Check& check, std::string key) {
  return {"checks", check.name, std::move(key)};
}

/// A key that only some kinds know.
struct KindKey {
  const char* key;
  bool (*known)(CheckKind);
  bool (*needed)(const Check&);
  bool (*given)(const Check&);  ///< differs from the default
};

bool never(const Check&) { return false; }

template <CheckKind kind>
bool is(CheckKind it) {
  return it == kind;
}
template <CheckKind kind>
bool is_of(const Check& it) {
  return it.kind == kind;
}
template <auto member>
bool differs(const Check& it) {
  return it.*member != Check{}.*member;
}
bool has_name(CheckKind it) { return speaks_http(it) || speaks_tls(it); }

constexpr KindKey kKindKeys[] = {
    {"target",
     has_target,
     [](const Check& it) { return has_target(it.kind); },
     differs<&Check::target>},
    {"path", speaks_http, never, differs<&Check::path>},
    {"server_name", has_name, never, differs<&Check::server_name>},
    {"status", speaks_http, never, differs<&Check::status>},
    {"contains", speaks_http, never, differs<&Check::contains>},
    {"json", speaks_http, never, differs<&Check::json>},
    {"verify", speaks_tls, never, differs<&Check::verify>},
    {"authority", speaks_tls, never, differs<&Check::authority>},
    {"warn_before_expiry", speaks_tls, never, differs<&Check::warn_before_expiry>},
    {"query", is<CheckKind::kDns>, is_of<CheckKind::kDns>, differs<&Check::query>},
    {"answer", is<CheckKind::kDns>, never, differs<&Check::answer>},
    {"database", is<CheckKind::kPostgres>, never, differs<&Check::database>},
    {"user", is<CheckKind::kPostgres>, never, differs<&Check::user>},
    {"password_file", is<CheckKind::kPostgres>, never, differs<&Check::password_file>},
    {"role", is<CheckKind::kPostgres>, never, differs<&Check::role>},
    {"lag_below", is<CheckKind::kPostgres>, never, differs<&Check::lag_below>},
    {"message_type", is<CheckKind::kHl7>, never, differs<&Check::message_type>},
    {"receiver", is<CheckKind::kHl7>, never, differs<&Check::receiver>},
    {"command", is<CheckKind::kCommand>, is_of<CheckKind::kCommand>, differs<&Check::command>},
    {"healthy_when",
     is<CheckKind::kCalculated>,
     is_of<CheckKind::kCalculated>,
     differs<&Check::healthy_when>},
    {"from", is_probed, never, differs<&Check::from>},
};

void check_keys(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    const std::string kind(word_of(check.kind));
    for (const KindKey& key : kKindKeys) {
      const bool given = key.given(check);
      if (given && !key.known(check.kind))
        findings.add(path_of(check, key.key),
                     std::string("'") + key.key + "' means nothing to a check of kind " + kind,
                     "another kind, or no such key");
      if (!given && key.needed(check))
        findings.add(path_of(check, "kind"),
                     "a check of kind " + kind + " needs the key '" + key.key + "'",
                     std::string("the key '") + key.key + "'");
    }
  }
}

/// One text that has to be well formed; an absent one is not its business.
struct Wording {
  const char* key;
  std::string Check::*text;
  bool (*good)(const std::string&);
  const char* allowed;
};

bool is_visible(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

constexpr Wording kWordings[] = {
    {"target",
     &Check::target,
     [](const std::string& text) { return parse_target(text).has_value(); },
     "an address and a port from 1 to 65535, as in 10.1.2.3:8080 or [fd00::1]:8080"},
    {"path",
     &Check::path,
     [](const std::string& text) { return text[0] == '/' && is_visible(text); },
     "a path that begins with / and is written in visible ASCII characters"},
    {"server_name",
     &Check::server_name,
     [](const std::string& text) { return parse_question(text + " A").has_value(); },
     "a host name"},
    {"status",
     &Check::status,
     [](const std::string& text) { return parse_status(text).has_value(); },
     "numbers and ranges from 100 to 599, as in 200-299, 401"},
    {"json",
     &Check::json,
     [](const std::string& text) { return parse_json_match(text).has_value(); },
     "a path and a value, as in $.status == \"UP\" or $.items[0].ready"},
    {"query",
     &Check::query,
     [](const std::string& text) { return parse_question(text).has_value(); },
     "a name and one of the types A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT"},
    {"answer",
     &Check::answer,
     [](const std::string& text) { return parse_address(text).has_value(); },
     "an address"},
    {"command",
     &Check::command,
     [](const std::string& text) { return text[0] == '/'; },
     "a program by its full path"},
    {"message_type",
     &Check::message_type,
     [](const std::string& text) { return is_visible(text) && text.find('|') == text.npos; },
     "a type as in MSH-9, like NMQ^N01"},
    {"receiver",
     &Check::receiver,
     [](const std::string& text) { return is_visible(text) && text.find('|') == text.npos; },
     "a name as in MSH-5, without delimiters"},
};

void check_wording(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    for (const Wording& wording : kWordings) {
      const std::string& text = check.*wording.text;
      if (text.empty() || wording.good(text)) continue;
      findings.add(path_of(check, wording.key),
                   std::string("'") + wording.key + "' cannot be understood",
                   wording.allowed);
    }
  }
}

void check_timeout(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    if (check.timeout <= check.interval) continue;
    findings.add(path_of(check, "timeout"),
                 "timeout " + duration_text(check.timeout) + " is longer than the interval " +
                     duration_text(check.interval),
                 "at most " + duration_text(check.interval) + ", or a longer interval");
  }
}

void check_phases(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    for (const auto& [key, phase] : {std::pair{"connect_timeout", check.connect_timeout},
                                     std::pair{"tls_timeout", check.tls_timeout},
                                     std::pair{"answer_timeout", check.answer_timeout}}) {
      if (phase <= check.timeout) continue;
      findings.add(path_of(check, key),
                   std::string(key) + ' ' + duration_text(phase) + " is longer than the whole " +
                       duration_text(check.timeout),
                   "at most " + duration_text(check.timeout) + ", or a longer timeout");
    }
  }
}

void check_from(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    for (std::size_t i = 0; i < check.from.size(); ++i) {
      const std::string& name = check.from[i];
      const auto earlier = check.from.begin() + static_cast<std::ptrdiff_t>(i);
      const bool twice = std::find(check.from.begin(), earlier, name) != earlier;
      if (site.find_host(name) && !twice) continue;
      FieldPath path = path_of(check, "from");
      path.push_back(list_step(i));
      findings.add(std::move(path),
                   twice ? "vantage point is named twice" : "vantage point is no host of the site",
                   "a host, once");
    }
  }
}

void check_pair(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    if (!is_probed(check.kind) || vantage_points(site, check).size() != 2) continue;
    findings.add({"checks", check.name},
                 "check '" + check.name + "' has two vantage points",
                 "one, or at least three");
  }
}

void check_condition(const Site& site, Findings& findings) {
  for (const Check& check : site.checks) {
    if (check.healthy_when.empty()) continue;
    const ConditionReading reading = parse_condition(check.healthy_when);
    if (!reading.problem.empty()) {
      findings.add(path_of(check, "healthy_when"),
                   "the condition cannot be understood: " + reading.problem,
                   "names of checks with and, or, not and N of (a, b, c)");
      continue;
    }
    for (const std::string& name : reading.condition.names) {
      if (site.find_check(name)) continue;
      findings.add(path_of(check, "healthy_when"),
                   "the condition names '" + name + "', which is no check",
                   "names of checks");
    }
  }
}

/// The checks that each check's condition names.
using Children = std::vector<std::vector<Index>>;

Children children_of(const Site& site) {
  Children children(site.checks.size());
  for (std::size_t i = 0; i < site.checks.size(); ++i) {
    if (site.checks[i].kind != CheckKind::kCalculated) continue;
    for (const std::string& name : parse_condition(site.checks[i].healthy_when).condition.names) {
      if (const auto child = site.find_check(name)) children[i].push_back(*child);
    }
  }
  return children;
}

/// What is reached from a check leads back to it.
bool is_on_cycle(const Children& children, Index start) {
  std::vector<bool> seen(children.size(), false);
  std::vector<Index> todo = children[start];
  while (!todo.empty()) {
    const Index at = todo.back();
    todo.pop_back();
    if (at == start) return true;
    if (seen[at]) continue;
    seen[at] = true;
    todo.insert(todo.end(), children[at].begin(), children[at].end());
  }
  return false;
}

void check_cycle(const Site& site, Findings& findings) {
  const Children children = children_of(site);
  for (Index i = 0; i < children.size(); ++i) {
    if (children[i].empty() || !is_on_cycle(children, i)) continue;
    findings.add(path_of(site.checks[i], "healthy_when"),
                 "the condition of '" + site.checks[i].name + "' depends on itself",
                 "conditions that end at checks that are probed");
  }
}

constexpr Rule kRules[] = {
    {"check.key",
     Gravity::kError,
     "a key that the kind does not know, or the lack of one that it needs, is a mistake in the "
     "kind or in the key",
     check_keys},
    {"check.wording",
     Gravity::kError,
     "what is probed, and what is expected, has to be clear before anything is sent",
     check_wording},
    {"check.timeout",
     Gravity::kError,
     "a probe must have ended when the next one is due, or slow targets pile probes up",
     check_timeout},
    {"check.phase-timeout",
     Gravity::kError,
     "a part cannot take longer than the whole",
     check_phases},
    {"check.from",
     Gravity::kError,
     "every vantage point has one vote, and somebody has to run there",
     check_from},
    {"check.two-views",
     Gravity::kWarning,
     "of two vantage points neither outvotes the other, so that one alone cannot declare anything "
     "unhealthy",
     check_pair},
    {"check.condition",
     Gravity::kError,
     "a calculated check follows from checks that exist, and can come out either way",
     check_condition},
    {"check.cycle",
     Gravity::kError,
     "a check that follows from itself would stay whatever it was",
     check_cycle},
};

}  // namespace

std::span<const Rule> check_rules() { return kRules; }

}  // namespace holdfast::model

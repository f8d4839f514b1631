#include "adapters/postgres/settings.h"

#include <sstream>

#include "adapters/postgres/names.h"

namespace holdfast::postgres {
namespace {

constexpr const char* kHead = "holdfast-settings 1";

std::string word(core::Incarnation incarnation) {
  return incarnation.is_set() ? incarnation_name(incarnation) : "-";
}

bool read_word(std::istream& in, core::Incarnation& incarnation) {
  std::string text;
  if (!(in >> text)) return false;
  incarnation = core::Incarnation{};
  if (text == "-") return true;
  const auto parsed = parse_incarnation(text);
  if (!parsed) return false;
  incarnation = *parsed;
  return true;
}

bool read_pair(std::istream& in, core::Pair& pair) {
  std::size_t count = 0;
  if (!(in >> pair.id.value >> pair.epoch.value)) return false;
  if (!read_word(in, pair.primary) || !(in >> pair.w >> count)) return false;
  if (count > pair.s.capacity()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    core::Incarnation member;
    if (!read_word(in, member)) return false;
    pair.s.push_back(member);
  }
  return true;
}

}  // namespace

std::string write_settings(const Settings& it) {
  std::ostringstream out;
  out << kHead << "\nprimary " << it.primary << "\nopen " << it.open << "\nleads " << it.leads.value
      << "\nsource " << word(it.source) << ' ' << it.source_epoch.value << "\ncredential "
      << it.credential.value << "\npair " << it.pair.id.value << ' ' << it.pair.epoch.value << ' '
      << word(it.pair.primary) << ' ' << it.pair.w << ' ' << it.pair.s.size();
  for (const core::Incarnation& member : it.pair.s) out << ' ' << word(member);
  out << "\nversion " << it.version << "\nend\n";
  return out.str();
}

Result<Settings> read_settings(const std::string& text) {
  const auto corrupt = [] {
    return fail(Errc::kCorrupt, "the settings beside the data directory do not read back");
  };
  std::istringstream in(text);
  std::string line;
  if (!std::getline(in, line) || line != kHead) return corrupt();
  Settings it;
  for (std::string name; in >> name;) {
    bool good = false;
    if (name == "end") return it;
    if (name == "primary") good = static_cast<bool>(in >> it.primary);
    if (name == "open") good = static_cast<bool>(in >> it.open);
    if (name == "leads") good = static_cast<bool>(in >> it.leads.value);
    if (name == "credential") good = static_cast<bool>(in >> it.credential.value);
    if (name == "version") good = static_cast<bool>(in >> it.version);
    if (name == "source") good = read_word(in, it.source) && (in >> it.source_epoch.value);
    if (name == "pair") good = read_pair(in, it.pair);
    if (!good) return corrupt();
  }
  return corrupt();
}

}  // namespace holdfast::postgres

#include "apps/defects.h"

#include <cstdio>

#include "base/defect.h"

#ifdef HOLDFAST_DEFECTS
#include "base/json_writer.h"
#endif

namespace holdfast::apps {

#ifdef HOLDFAST_DEFECTS

namespace {

struct Named {
  Defect defect;
  std::string_view name;
  std::string_view sentence;
};

constexpr Named kNamed[] = {
#define HF_NAMED(name, sentence) {Defect::name, #name, sentence},
    HF_DEFECT_LIST(HF_NAMED)
#undef HF_NAMED
};

void print(const Named& it, bool json) {
  if (!json) {
    std::printf("%-28s %s\n", it.name.data(), it.sentence.data());
    return;
  }
  JsonWriter line;
  line.begin_object().field("type", "defect").field("name", it.name);
  line.field("sentence", it.sentence).end_object();
  std::printf("%s\n", line.text().c_str());
}

}  // namespace

std::optional<int> begin_defect(std::string_view name, bool json) {
  for (const Named& it : kNamed) {
    if (name == "list") print(it, json);
    if (name != it.name) continue;
    active_defect = it.defect;
    return std::nullopt;
  }
  if (name == "list") return 0;
  std::fprintf(stderr,
               "there is no defect %.*s; `--defect list` prints them\n",
               static_cast<int>(name.size()),
               name.data());
  return 2;
}

#else

std::optional<int> begin_defect(std::string_view, bool) {
  std::fprintf(stderr,
               "this binary has no deliberate defects compiled in; build the preset defects\n");
  return 2;
}

#endif

}  // namespace holdfast::apps

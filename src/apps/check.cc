// `holdfast check`: is this site file right, and what does the site protect against?
#include <cstdio>

#include "apps/commands.h"
#include "apps/load_site.h"
#include "codec/check_report.h"
#include "codec/json_schema.h"

namespace holdfast::apps {

int command_check(const CheckOptions& options) {
  if (options.schema) {
    std::fputs(codec::site_json_schema().c_str(), stdout);
    return 0;
  }
  const Result<codec::SiteReading> reading = read_site_file(options.file);
  if (!reading) {
    std::fprintf(stderr, "%s\n", reading.error().message.c_str());
    return exit_code(reading.error().code);
  }
  if (options.json) {
    std::fputs(codec::check_json(*reading).c_str(), stdout);
  } else {
    std::fputs(codec::diagnostics_text(*reading).c_str(), stderr);
    if (reading->ok()) std::fputs(codec::check_summary(*reading).c_str(), stdout);
  }
  return reading->ok() ? 0 : exit_code(Errc::kInvalidInput);
}

}  // namespace holdfast::apps

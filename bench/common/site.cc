#include "common/site.h"

#include <cstdio>
#include <cstdlib>

#include "adapters/yaml/yaml_tree.h"
#include "codec/site_file.h"

namespace holdfast::bench {

model::Site load_site(const std::string& path) {
  const Result<codec::Tree> tree = yaml::read_tree(path);
  if (!tree) {
    std::fprintf(stderr, "%s\n", tree.error().message.c_str());
    std::exit(2);
  }
  codec::SiteReading reading = codec::read_site(*tree);
  if (!reading.ok()) {
    std::fprintf(stderr, "%s has errors; `holdfast check` tells them\n", path.c_str());
    std::exit(2);
  }
  return std::move(reading.site);
}

}  // namespace holdfast::bench

// What the parts of a site mean together: every mistake that can be known before anything runs.
//
// A table of rules, each a stable id and one sentence that says why it is so. A finding names the
// field it is about; the codec knows where that stands in the file. Total for any site, however
// odd.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/field_path.h"
#include "model/site.h"

namespace holdfast::model {

enum class Gravity {
  kError,    ///< the site cannot work as it says
  kWarning,  ///< it works, but probably not as meant
};

class Findings;

struct Rule {
  std::string_view id;
  Gravity gravity = Gravity::kError;
  std::string_view sentence;
  void (*check)(const Site&, Findings&) = nullptr;
};

struct Finding {
  const Rule* rule = nullptr;
  FieldPath path;
  std::string what;     ///< this case
  std::string allowed;  ///< what would be accepted; may be empty
};

/// Collects what the rules find.
class Findings {
 public:
  void add(FieldPath path, std::string what, std::string allowed = {});

 private:
  friend std::vector<Finding> validate(const Site& site);
  const Rule* rule_ = nullptr;
  std::vector<Finding> found_;
};

/// Every rule there is, in the order in which they run.
std::vector<const Rule*> validation_rules();

std::vector<Finding> validate(const Site& site);

}  // namespace holdfast::model

#include "node/store_choice.h"

namespace holdfast::node {

Result<std::unique_ptr<engine::Store>> open_store(net::Loop&,
                                                  const model::Site&,
                                                  const std::shared_ptr<net::TlsContext>&,
                                                  const StoreChoice& choice) {
  return fail(Errc::kUnsupported, "There is no store '" + choice.kind + "' in this build.");
}

}  // namespace holdfast::node

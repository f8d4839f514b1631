// The same scripts against real etcd, and what only etcd does.
#include "conformance.h"

namespace holdfast::store_test {
namespace {

const auto kName = [](const testing::TestParamInfo<Maker>& info) { return info.param.name; };

const auto kSingle = Maker{"one_member", [] { return make_etcd_backend(1); }};
const auto kThree = Maker{"three_members", [] { return make_etcd_backend(3); }};

INSTANTIATE_TEST_SUITE_P(SlowEtcd, StoreConformance, testing::Values(kSingle, kThree), kName);
INSTANTIATE_TEST_SUITE_P(SlowEtcd, StoreFaults, testing::Values(kSingle, kThree), kName);
INSTANTIATE_TEST_SUITE_P(SlowEtcd, StoreHistory, testing::Values(kThree), kName);

}  // namespace
}  // namespace holdfast::store_test

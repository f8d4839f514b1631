#include <gtest/gtest.h>

#include "adapters/sqlite/sqlite_store.h"
#include "backend.h"
#include "real_loop.h"

namespace holdfast::store_test {
namespace {

class SqliteBackend : public Backend {
 public:
  SqliteBackend() {
    sqlite::SqliteConfig config;
    config.path = folder_.path() / "store.db";
    config.limit = 10s;  // a busy machine is not what is tested
    config.problem = [](const std::string& what) { ADD_FAILURE() << what; };
    auto store = sqlite::open_store(loop_, site, config);
    EXPECT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
  }

  [[nodiscard]] int controllers() const override { return 1; }
  engine::Store& store(int) override { return *store_; }
  [[nodiscard]] MonoTime now() const override { return loop_.now(); }
  bool run_until(const std::function<bool()>& done, Duration limit) override {
    return run_loop_until(loop_, done, limit);
  }

 private:
  TemporaryFolder folder_;
  net::Loop loop_;
  std::unique_ptr<engine::Store> store_;
};

}  // namespace

std::unique_ptr<Backend> make_sqlite_backend() { return std::make_unique<SqliteBackend>(); }

}  // namespace holdfast::store_test

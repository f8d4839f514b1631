#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "adapters/crypto/identity.h"
#include "adapters/crypto/secret.h"
#include "adapters/crypto/secret_file.h"

namespace holdfast::crypto {
namespace {

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/holdfast-crypto-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 07777;
}

TEST(Credential, is_the_published_hmac) {
  // RFC 4231, case 2.
  EXPECT_EQ(credential("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Credential, differs_for_each_epoch_and_secret) {
  EXPECT_NE(credential("s", "orders|7"), credential("s", "orders|8"));
  EXPECT_NE(credential("s", "orders|7"), credential("t", "orders|7"));
}

TEST(RandomBytes, are_as_many_as_asked_and_never_the_same) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Result<std::string> bytes = random_bytes(32);
    ASSERT_TRUE(bytes.has_value());
    EXPECT_EQ(bytes->size(), 32U);
    seen.insert(*bytes);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Identity, says_who_it_is_and_how_long) {
  const Result<PemPair> authority = make_authority();
  ASSERT_TRUE(authority.has_value()) << authority.error().message;
  const Result<PemPair> host =
      issue(*authority, {"db-east-a", kHostUnit, {"db-east-a", "127.0.0.1", "::1"}}, 10);
  ASSERT_TRUE(host.has_value()) << host.error().message;
  const Result<CertificateFacts> facts = read_certificate(host->certificate);
  ASSERT_TRUE(facts.has_value()) << facts.error().message;
  EXPECT_EQ(facts->subject.name, "db-east-a");
  EXPECT_EQ(facts->subject.unit, kHostUnit);
  EXPECT_EQ(facts->not_after - facts->not_before, 10 * 24h + 1h);
  EXPECT_NE(host->key.find("BEGIN PRIVATE KEY"), std::string::npos);
}

TEST(Identity, two_of_one_name_have_different_keys) {
  const PemPair authority = make_authority().value();
  const Subject subject{"admin", "administrator", {}};
  EXPECT_NE(issue(authority, subject)->key, issue(authority, subject)->key);
}

TEST(Identity, names_that_would_become_syntax_are_refused) {
  const PemPair authority = make_authority().value();
  for (const char* name : {"", "a,DNS:b", "a b", "a/b", "a\nb"}) {
    EXPECT_EQ(issue(authority, {name, kHostUnit, {}}).error().code, Errc::kInvalidInput) << name;
    EXPECT_EQ(issue(authority, {"a", kHostUnit, {name}}).error().code, Errc::kInvalidInput) << name;
    EXPECT_EQ(issue(authority, {"a", name, {}}).error().code, Errc::kInvalidInput) << name;
  }
  EXPECT_EQ(issue(authority, {std::string(65, 'a'), kHostUnit, {}}).error().code,
            Errc::kInvalidInput);
}

TEST(Identity, a_mixed_up_or_broken_authority_issues_nothing) {
  const PemPair one = make_authority().value();
  const PemPair two = make_authority().value();
  const Subject subject{"db-east-a", kHostUnit, {}};
  EXPECT_EQ(issue({one.certificate, two.key}, subject).error().code, Errc::kCorrupt);
  EXPECT_EQ(issue({one.certificate, "key"}, subject).error().code, Errc::kCorrupt);
  EXPECT_EQ(read_certificate("").error().code, Errc::kCorrupt);
}

TEST(SecretFile, is_replaced_whole_with_its_mode) {
  const Folder folder;
  const std::string path = folder.at("secret");
  ASSERT_TRUE(write_file(path, "one", kPublicMode).has_value());
  EXPECT_EQ(mode_of(path), kPublicMode);
  ASSERT_TRUE(write_file(path, "two", kSecretMode).has_value());
  EXPECT_EQ(mode_of(path), kSecretMode);
  EXPECT_EQ(read_file(path).value(), "two");
  int files = 0;
  for ([[maybe_unused]] const auto& it : std::filesystem::directory_iterator(folder.at(""))) {
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST(SecretFile, what_is_missing_or_no_folder_is_said) {
  const Folder folder;
  EXPECT_EQ(read_file(folder.at("none")).error().code, Errc::kNotFound);
  EXPECT_EQ(write_file(folder.at("none/file"), "x", kSecretMode).error().code, Errc::kNotFound);
  ASSERT_TRUE(write_file(folder.at("file"), "x", kSecretMode).has_value());
  EXPECT_FALSE(make_folders(folder.at("file/below")).has_value());
}

TEST(SecretFile, folders_are_made_for_whom_they_are_meant) {
  const Folder folder;
  ASSERT_TRUE(make_folders(folder.at("a/b/c")).has_value());
  ASSERT_TRUE(make_folders(folder.at("a/b/c")).has_value());
  EXPECT_EQ(mode_of(folder.at("a/b")), kSecretFolder);
  ASSERT_TRUE(make_folders(folder.at("a/open"), kOpenFolder).has_value());
  EXPECT_EQ(mode_of(folder.at("a/open")), kOpenFolder);
  EXPECT_EQ(make_folder(folder.at("a"), kOpenFolder).error().code, Errc::kAlreadyExists);
}

}  // namespace
}  // namespace holdfast::crypto

import subprocess

import support

CLEAN = """
#include <algorithm>
#include <map>
#include <string>
#include <vector>
namespace holdfast {
int elsewhere(const std::string& text);
std::vector<int> f(const std::map<std::string, int>& m) {
  std::vector<int> out;
  for (const auto& [key, value] : m) out.push_back(value + elsewhere(key + "!"));
  std::sort(out.begin(), out.end());
  return out;
}
}
"""
CLOCK = """
#include <chrono>
long f() { return std::chrono::system_clock::now().time_since_epoch().count(); }
"""
DEVICE = """
#include <random>
unsigned f() { return std::random_device{}(); }
"""
# An allowed type among its arguments does not make a function allowed.
EXISTS = """
#include <string>
namespace std::filesystem { bool exists(int, const std::string&); }
bool f() { return std::filesystem::exists(0, "x"); }
"""
FILE = """
#include <cstdio>
void f() { std::fputs("x", stderr); }
"""


class Purity(support.LintTest):
    tool = "check_purity"
    carried = ("tools/purity.txt",)

    def archive(self, text, name="planted.cc"):
        source = self.plant(name, text)
        made, library = source.with_suffix(".cc.o"), self.root / "libcore.a"
        library.unlink(missing_ok=True)
        subprocess.run(["g++", "-std=c++20", "-O1", "-c", source, "-o", made], check=True)
        subprocess.run(["ar", "rc", library, made], check=True)
        return library

    def test_clean(self):
        self.assert_clean(self.archive(CLEAN))

    def test_clock(self):
        self.assert_found("system_clock::now()", self.archive(CLOCK))
        self.assert_found("libcore.a(planted.cc.o)", self.archive(CLOCK))

    def test_chance(self):
        self.assert_found("random_device", self.archive(DEVICE))

    def test_judged_by_name_not_by_arguments(self):
        self.assert_found("std::filesystem::exists", self.archive(EXISTS))

    def test_only_the_assertion_prints(self):
        self.assert_found("stderr", self.archive(FILE))
        self.assert_clean(self.archive(FILE, "assert.cc"))


support.main()

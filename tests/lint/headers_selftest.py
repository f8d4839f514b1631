import support


class Headers(support.LintTest):
    tool = "check_headers"

    def test_complete(self):
        self.plant("src/base/a.h", "#pragma once\n#include <string>\nstd::string f();\n")
        self.assert_clean()

    def test_missing_include(self):
        self.plant("src/base/a.h", "#pragma once\nstd::string f();\n")
        self.assert_found("src/base/a.h does not compile alone")

    def test_missing_guard(self):
        self.plant("src/base/a.h", "struct A {};\n")
        self.assert_found("redefinition")

    def test_an_unchanged_run_compiles_nothing(self):
        self.plant("src/base/a.h", "#pragma once\nstruct A {};\n")
        self.plant("src/core/b.h", '#pragma once\n#include "base/a.h"\nstruct B { A a; };\n')
        self.assert_clean()
        # A compiler that knows its version and nothing else.
        stub = self.plant("stub", '#!/bin/sh\n[ "$1" = --version ] && exec g++ --version\nexit 1\n')
        stub.chmod(0o755)
        self.assert_clean("--compiler", str(stub))

    def test_a_change_below_is_noticed(self):
        self.plant("src/base/a.h", "#pragma once\nstruct A {};\n")
        self.plant("src/core/b.h", '#pragma once\n#include "base/a.h"\nstruct B { A a; };\n')
        self.assert_clean()
        self.plant("src/base/a.h", "#pragma once\nstruct Other {};\n")
        self.assert_found("src/core/b.h does not compile alone")


support.main()

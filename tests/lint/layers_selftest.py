import support


class Layers(support.LintTest):
    tool = "check_layers"
    carried = ("tools/layers.txt",)

    def found_in(self, name, line, why):
        path = self.plant(name, line + "\n")
        said = self.lint().stdout
        self.assertIn(f"{name}:1:", said)
        self.assertIn(why, said)
        path.unlink()

    def test_allowed(self):
        self.plant("src/base/result.h", "#include <tl/expected.hpp>\n#include <string>\n")
        self.plant("src/base/assert.cc", '#include <cstdio>\n#include "base/assert.h"\n')
        self.plant("src/core/agent/step.cc", '#include "base/a.h"\n#include "core/record/types.h"\n')
        self.plant("src/core/agent/step_test.cc", "#include <gtest/gtest.h>\n#include <fstream>\n")
        self.plant("src/adapters/yaml/tree.cc", '#include <yaml.h>\n#include "engine/ports.h"\n')
        self.plant("src/apps/main.cc", '#include <CLI/CLI.hpp>\n#include "sim/run.h"\n')
        self.assert_clean()

    def test_commented_out_is_nothing(self):
        self.plant("src/base/a.h", '// #include "core/b.h"\n/*\n#include "core/b.h"\n*/\n')
        self.assert_clean()

    def test_upward(self):
        self.found_in("src/base/a.h", '#include "core/b.h"', "nothing of ours")
        self.found_in("src/core/b.cc", '#include "codec/c.h"', "core may include only: base model")
        self.found_in("src/sim/s.cc", '#include "adapters/yaml/t.h"', "sim may include only")

    def test_adapters_do_not_know_each_other(self):
        self.found_in("src/adapters/etcd/e.cc", '#include "adapters/yaml/t.h"', "adapters/etcd may")
        self.found_in("src/adapters/etcd/e.cc", '#include "engine/loop.h"', "adapters/etcd may")

    def test_unknown_room(self):
        self.found_in("src/attic/a.h", '#include "base/a.h"', "no row")
        self.found_in("src/base/a.h", '#include "neighbour.h"', "start with a room")

    def test_third_party(self):
        self.found_in("src/core/b.h", "#include <tl/expected.hpp>", "no row for here")
        self.found_in("src/apps/a.h", "#include <CLI/CLI.hpp>", "no row for here")
        self.found_in("src/codec/c.cc", "#include <yaml.h>", "no row for here")

    def test_standard_headers(self):
        self.found_in("src/core/b.cc", "#include <thread>", "refused here")
        self.found_in("src/model/m.cc", "#include <time.h>", "refused here")
        self.found_in("src/codec/c.cc", "#include <fstream>", "refused here")
        self.found_in("src/apps/a.h", "#include <iostream>", "refused here")

    def test_operating_system(self):
        self.found_in("src/engine/e.cc", "#include <unistd.h>", "no operating system")
        self.found_in("src/sim/s.cc", "#include <sys/time.h>", "no operating system")


support.main()

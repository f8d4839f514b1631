import support


def function(head, lines, tail="}\n"):
    return head + "\n" + "  work();\n" * (lines - 2) + tail


class Tree(support.LintTest):
    tool = "check_tree"

    def test_clean(self):
        self.plant("src/base/a.cc", function("void f() {", 70))
        self.plant("docs/a.md", "All is well.\n" * 500)
        self.assert_clean()

    def test_long_file(self):
        self.plant("docs/a.md", "line\n" * 501)
        self.assert_found("docs/a.md:1: 501 lines")

    def test_leftover_notes(self):
        self.plant("src/base/a.cc", "// TO" + "DO: later\n")
        self.assert_found("src/base/a.cc:1: a leftover note")
        self.plant("src/base/a.cc", "// FIX" + "ME\n")
        self.assert_found("src/base/a.cc:1: a leftover note")

    def test_tab(self):
        self.plant("tools/a", "x\n\ty\n")
        self.assert_found("tools/a:2: tab")
        (self.root / "tools/a").unlink()
        self.plant("tests/golden/tab/site.yaml", "x:\ty\n")
        self.assert_clean()

    def test_climbing_path(self):
        self.plant("docs/a.md", "see .." + "/b.md\n")
        self.assert_found("docs/a.md:1: a path that climbs")

    def test_long_line(self):
        self.plant("src/base/a.h", "// " + "é" * 97 + "\n")
        self.assert_clean()
        self.plant("src/base/a.h", "// " + "é" * 98 + "\n")
        self.assert_found("src/base/a.h:1: 101 characters")

    def test_long_functions(self):
        long = {
            "plain": function("namespace n {\nvoid f() {", 71, "}\n}\n"),
            "method": function("class A final : public B {\n public:\n  int f() const {", 71, "}\n};\n"),
            "constructor": function("A::A(int x) : a_{x}, b_(x), c_{1} {", 71),
            "braced default": function("void f(Options options = {}, int x = 1) {", 71),
            "test": function("TEST(Subject, does) {", 71),
            "operator": function("bool operator==(const A& a, const A& b) {", 71),
            "returns a struct": function("struct stat look(int fd) {", 71),
            "template": function("template <class T>\nauto f(T x) -> std::vector<T> {", 71),
            "odd literals": function("int f() { g('{', \"}\", 1'000, R\"(}{)\");", 71),
            "behind a table": "const int kA[] = {\n1,\n};\n" + function("void f() {", 71),
        }
        for kind, text in long.items():
            self.plant(f"src/base/{kind}.cc", text)
        said = self.lint().stdout
        for kind in long:
            self.assertRegex(said, rf"src/base/{kind}.cc:\d+: a function of 71 lines")

    def test_what_is_no_function(self):
        self.plant("src/base/a.cc", function("const std::array<int, f(2)> kTable = {", 90, "};\n"))
        self.plant("src/base/b.cc", function("class A : public B<decltype(c)> {", 90, "};\n"))
        self.plant("src/base/c.cc", "namespace n {\n" + "void f() { g(); }\n" * 90 + "}\n")
        self.assert_clean()


support.main()

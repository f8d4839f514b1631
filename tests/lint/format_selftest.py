import support

GOOD = "int f(int x) { return x; }\n"
BAD = "int  f( int x ){return x;}\n"


class Format(support.LintTest):
    tool = "check_format"
    carried = (".clang-format",)

    def test_formatted(self):
        self.plant("src/base/a.cc", GOOD)
        self.assert_clean()

    def test_unformatted_and_fixed(self):
        path = self.plant("src/base/a.cc", BAD)
        self.assert_found("src/base/a.cc: not formatted")
        self.assertEqual(path.read_text(), BAD)
        self.assert_clean("--fix")
        self.assertEqual(path.read_text(), GOOD)
        self.assert_clean()


support.main()

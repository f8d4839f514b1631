"""A lint's self-test plants files in a tree of its own, runs the lint on it, and reads what it says."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


class LintTest(unittest.TestCase):
    tool = ""
    carried = ()  # files of the repository that the lint reads

    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="lint-"))
        self.addCleanup(shutil.rmtree, self.root)
        for name in self.carried:
            self.plant(name, (REPOSITORY / name).read_text())

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def lint(self, *args):
        return subprocess.run(
            [sys.executable, REPOSITORY / "tools" / self.tool, "--root", self.root, *args],
            capture_output=True,
            text=True,
            check=False,
        )

    def assert_clean(self, *args):
        done = self.lint(*args)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def assert_found(self, what, *args):
        done = self.lint(*args)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(what, done.stdout)


def main():
    unittest.main()

import support

PLANTED = """
    auto t = std::chrono::system_clock::now();
    auto t = std::chrono::steady_clock::now();
    using C = std::chrono::high_resolution_clock;
    long t = time(nullptr);
    long t = std::time(nullptr);
    int r = rand();
    std::random_device seed;
    std::uniform_int_distribution<int> d(0, 1);
    std::normal_distribution<double> d;
    std::shuffle(a.begin(), a.end(), g);
    const char* home = std::getenv("HOME");
    std::this_thread::yield();
    std::thread worker(f);
    std::unordered_map<int, int> m;
    std::unordered_set<int> s;
    std::map<const Host*, int> by_address;
    clock_gettime(CLOCK_BOOTTIME, &t);
""".strip().splitlines()

INNOCENT = """
    // system_clock, rand() and std::thread are only mentioned
    const char* text = "steady_clock::now() and time(0)";
    auto raw = R"(getenv("HOME"))";
    MonoTime time = input.time();
    runtime(3); branding(4); view.time(now);
    std::map<int, Host*> by_number;
    Duration since(MonoTime time);
"""


class Nondet(support.LintTest):
    tool = "check_nondet"

    def test_innocent(self):
        self.plant("src/core/b.cc", INNOCENT)
        self.assert_clean()

    def test_each_is_caught_in_each_room(self):
        for room in ("base", "model", "core", "codec", "engine", "sim"):
            self.plant(f"src/{room}/planted.cc", "\n".join(PLANTED))
        said = self.lint().stdout
        for room in ("base", "model", "core", "codec", "engine", "sim"):
            for number, line in enumerate(PLANTED, 1):
                self.assertIn(f"src/{room}/planted.cc:{number}:", said, line)

    def test_elsewhere_is_allowed(self):
        self.plant("src/apps/jobs.cc", "\n".join(PLANTED))
        self.assert_clean()

    def test_only_tests_read_the_environment(self):
        self.plant("src/core/b_test.cc", 'auto u = std::getenv("HF_UPDATE_GOLDEN");\n')
        self.assert_clean()
        self.plant("src/core/b_test.cc", "std::random_device seed;\n")
        self.assert_found("random_device")


support.main()

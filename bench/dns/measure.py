#!/usr/bin/env python3
"""The DNS responder beside gdnsd, Knot, NSD and a bare UDP echo: JSON lines of queries per second and latency.

usage: bench/dns/measure.py [--bench build/release/bench/dns_bench] [--rounds 5] [--seconds 4]

Every server has one thread for UDP on cpu 0, the client (dnsperf) is on cpu 1. Servers are measured
round-robin, so that a noisy minute hits all of them; `ratio` is against gdnsd in the same round.
Latency is that of 20,000 queries a second, from the client's own record of each. Needs root, two
cpus, and the packages gdnsd, knot, nsd and dnsperf; what is not installed is left out.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

NAME = "www.fo.test"
QUERY = b"\1\2\1\0\0\1\0\0\0\0\0\0\3www\2fo\4test\0\0\1\0\1"
ZONE = """$TTL 60
@ SOA ns.elsewhere. hostmaster 1 3600 600 86400 60
@ NS ns.elsewhere.
www 60 A 10.0.0.0
"""
STEADY = 20000


def emit(**fields):
    print(json.dumps({"suite": "dns", **fields}), flush=True)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return udp.getsockname()[1]


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)


def gdnsd(folder, port):
    write(folder, "gdnsd/config", f"""
options => {{ listen => [ 127.0.0.1:{port} ], udp_threads => 1, tcp_threads => 1,
  run_dir => "{folder}/gdnsd/run", state_dir => "{folder}/gdnsd/state" }}
plugins => {{ simplefo => {{ service_types => [ up ], www => {{ primary => 10.0.0.0,
  secondary => 11.0.0.0 }} }} }}
""")
    for sub in ("run", "state"):
        os.makedirs(f"{folder}/gdnsd/{sub}", exist_ok=True)
    write(folder, "gdnsd/zones/fo.test", ZONE.replace("A 10.0.0.0", "DYNA simplefo!www"))
    return ["gdnsd", "-c", folder + "/gdnsd", "start"]


def knot(folder, port):
    write(folder, "knot/knot.conf", f"""
server:
    rundir: "{folder}/knot"
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}/knot"
zone:
  - domain: fo.test
    storage: "{folder}"
    file: zone
""")
    return ["knotd", "-c", folder + "/knot/knot.conf"]


def nsd(folder, port):
    write(folder, "nsd/nsd.conf", f"""
server:
    ip-address: 127.0.0.1@{port}
    server-count: 1
    username: ""
    database: ""
    zonesdir: "{folder}"
    zonelistfile: "{folder}/nsd/zone.list"
    xfrdfile: "{folder}/nsd/xfrd.state"
    pidfile: "{folder}/nsd/nsd.pid"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: fo.test
    zonefile: zone
""")
    return ["nsd", "-d", "-c", folder + "/nsd/nsd.conf"]


def processor_seconds(pid):
    total = 0.0
    for child in subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True,
                                text=True, check=False).stdout.split():
        total += processor_seconds(int(child))
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return total + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, command, port, folder):
        self.port = port
        with open(os.path.join(folder, "log"), "ab") as log:
            self.process = subprocess.Popen(["taskset", "-c", "0"] + command, stdout=log, stderr=log)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.2)
            for _ in range(100):
                try:
                    client.sendto(QUERY, ("127.0.0.1", port))
                    if client.recv(512):
                        break
                except OSError:
                    time.sleep(0.05)
            else:
                raise SystemExit(f"no answer from {command}: see {folder}/log")
        time.sleep(0.3)

    def dnsperf(self, queries, seconds, more):
        return subprocess.run(["taskset", "-c", "1", "dnsperf", "-s", "127.0.0.1", "-p", str(self.port),
                               "-d", queries, "-l", str(seconds), "-T", "1", "-c", "1", "-q", "100"]
                              + more, capture_output=True, text=True, check=True).stdout

    def measure(self, queries, seconds):
        before = processor_seconds(self.process.pid)
        said = self.dnsperf(queries, seconds, [])
        used = processor_seconds(self.process.pid) - before
        rate = float(re.search(r"Queries per second:\s+([\d.]+)", said)[1])
        lost = int(re.search(r"Queries lost:\s+(\d+)", said)[1])
        said = self.dnsperf(queries, 2, ["-Q", str(STEADY), "-v"])
        times = sorted(float(line.split()[-1]) for line in said.splitlines() if line.startswith("> "))
        return {"kqps": rate / 1000, "kqps_per_server_cpu": rate * seconds / max(used, 0.01) / 1000,
                "p99_us": times[len(times) * 99 // 100] * 1e6, "lost": lost}

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def commands(folder, bench):
    """name -> (command for a port, names to ask for)."""
    found = {"echo": (lambda port: [bench, "echo", str(port)], 1)}
    for program, make in (("gdnsd", gdnsd), ("knotd", knot), ("nsd", nsd)):
        if shutil.which(program):
            found[make.__name__] = (lambda port, make=make: make(folder, port), 1)
    for names, flips in ((10, 0), (1000, 0), (100000, 0), (100000, 100), (10, 100)):
        label = f"holdfast {names}" + (f", {flips} flips/s" if flips else "")
        found[label] = (lambda port, names=names, flips=flips:
                        [bench, "serve", str(port), str(names), str(flips)], names)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", default="build/release/bench/dns_bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin"
    bench = os.path.abspath(args.bench)
    emit(load=os.getloadavg()[0], seconds=args.seconds, rounds=args.rounds)
    for names in (10, 1000, 100000):
        print(subprocess.run(["taskset", "-c", "0", bench, "inside", str(names)], check=True,
                             capture_output=True, text=True).stdout, end="", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        write(folder, "zone", ZONE)
        results = {}
        for this_round in range(args.rounds):
            row = {}
            for label, (command, names) in commands(folder, bench).items():
                queries = os.path.join(folder, f"queries-{names}")
                if not os.path.exists(queries):
                    asked = [NAME] + [f"n{i * 7919 % names}.fo.test" for i in range(1, names)]
                    write(folder, f"queries-{names}",
                          "".join(f"{name} A\n" for name in asked if name != "n0.fo.test"))
                port = free_port()
                server = Server(command(port), port, folder)
                try:
                    row[label] = server.measure(queries, args.seconds)
                finally:
                    server.stop()
            for label, figures in row.items():
                if "gdnsd" in row:
                    figures["ratio"] = figures["kqps"] / row["gdnsd"]["kqps"]
                    figures["cpu_ratio"] = (figures["kqps_per_server_cpu"]
                                            / row["gdnsd"]["kqps_per_server_cpu"])
                    figures["p99_ratio"] = figures["p99_us"] / row["gdnsd"]["p99_us"]
                results.setdefault(label, []).append(figures)
                emit(round=this_round, server=label, **{k: round(v, 3) for k, v in figures.items()})
        for label, rows in results.items():
            emit(summary=True, server=label, rounds=len(rows),
                 **{key: round(statistics.median(row[key] for row in rows), 3) for key in rows[0]},
                 ratio_range=[round(f(row.get("ratio", 0) for row in rows), 2) for f in (min, max)])


if __name__ == "__main__":
    main()

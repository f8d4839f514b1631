#!/usr/bin/env python3
"""The same zone in Holdfast, Knot and NSD: generated queries, and every difference that is not listed.

usage: tests/dns/differential.py --holdfast build/dev/holdfast [--queries 20000] [--seed 1]

Servers that are not installed are left out; with none of them the test is skipped (exit code 77).
What may differ is in `differences`, each with its reason; docs/dns.md repeats the list.
"""

import argparse
import collections
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import zone
from wire import TYPES, Malformed, Response, make_query

WINDOW = 32  # queries under way at once: what a socket's buffer holds with ease
NXDOMAIN = 3


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        return udp.getsockname()[1]


class Server:
    def __init__(self, name, command, port, folder):
        self.name, self.port = name, port
        self.log = open(os.path.join(folder, name + ".log"), "wb")
        self.process = subprocess.Popen(command, cwd=folder, stdout=self.log, stderr=self.log)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(0.5)

    def ready(self):
        for _ in range(100):
            try:
                self.socket.send(make_query(1, zone.Asked(zone.APEX, TYPES["SOA"])))
                if Response(self.socket.recv(4096)).rcode == 0:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} does not answer: see {self.log.name}")

    def ask(self, queries):
        """{number: response}; what gets no answer, as asked thrice, is missing."""
        answers, wanted = {}, {number for number, _ in queries}
        for _ in range(3):
            missing = [(number, query) for number, query in queries if number not in answers]
            for _, query in missing:
                self.socket.send(query)
            try:
                while len(answers) < len(queries):
                    data = self.socket.recv(65535)
                    number = data[0] << 8 | data[1]
                    if number in wanted:  # else it answers what was asked twice, too late
                        answers[number] = data[2:]
            except OSError:
                continue
            break
        return answers

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as out:
        out.write(text)


def start_knot(folder, port):
    write(folder, "knot.conf", f"""
server:
    rundir: "{folder}"
    listen: 127.0.0.1@{port}
    udp-workers: 1
database:
    storage: "{folder}"
zone:
  - domain: {zone.APEX}
    storage: "{folder}"
    file: zone
    semantic-checks: off
""")
    return Server("knot", ["knotd", "-c", "knot.conf"], port, folder)


def start_nsd(folder, port):
    write(folder, "nsd.conf", f"""
server:
    ip-address: 127.0.0.1@{port}
    server-count: 1
    username: ""
    database: ""
    zonesdir: "{folder}"
    zonelistfile: "{folder}/zone.list"
    xfrdfile: "{folder}/xfrd.state"
    pidfile: "{folder}/nsd.pid"
    minimal-responses: yes
    refuse-any: no
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: {zone.APEX}
    zonefile: zone
""")
    return Server("nsd", ["nsd", "-d", "-c", "nsd.conf"], port, folder)


def start_holdfast(folder, port, binary):
    listen = f"127.0.0.1:{port}"
    return Server("holdfast", [binary, "dns", "serve", "site.yaml", "--listen", listen], port, folder)


def differences(asked, ours, theirs):
    """What is not as it should be; the listed exceptions are left out."""
    found = []

    def same(what, a, b):
        if a != b:
            found.append(f"{what}: {a!r} / {b!r}")

    same("response", ours.answers_back, True)
    same("rcode", ours.rcode, theirs.rcode)
    if ours.rcode not in (0, NXDOMAIN):
        return found  # what such a message holds besides is each server's taste
    same("aa", ours.authoritative, theirs.authoritative)
    same("question", ours.question, theirs.question)
    same("opt", ours.opt, theirs.opt)
    if asked.type == TYPES["ANY"]:
        return found  # RFC 8482: one small record instead of all
    if ours.truncated:
        # All of it, or TC and nothing: parts of a set help nobody (RFC 2181 section 9).
        same("tc", theirs.truncated or theirs.size > ours_limit(asked) - 60, True)
        same("empty", (ours.answer, ours.authority, ours.additional), ([], [], []))
        return found
    if theirs.truncated:
        return found + (["tc: only theirs"] if ours.size > ours_limit(asked) else [])
    same("answer", ours.answer, theirs.answer)
    same("authority", ours.authority, theirs.authority)
    if any(record[1] == TYPES["NS"] for record in ours.authority):
        same("glue", ours.additional, theirs.additional)
    else:
        same("additional", ours.additional, [])  # addresses of NS and SRV have to be asked for
    return found


def ours_limit(asked):
    return 512 if asked.edns is None else min(max(asked.edns, 512), 1232)


def compare(chance, names, first, holdfast, others, tally):
    asked = {(first + i) % 65536: zone.draw_query(chance, names) for i in range(WINDOW)}
    queries = [(i, make_query(i, it)) for i, it in asked.items()]
    ours = holdfast.ask(queries)
    for other in others:
        theirs = other.ask(queries)
        for i, it in asked.items():
            try:
                if i not in ours or i not in theirs:
                    found = ["no answer: ours" * (i not in ours) + "theirs" * (i not in theirs)]
                else:
                    found = differences(it, Response(b"\0\0" + ours[i]), Response(b"\0\0" + theirs[i]))
            except Malformed as error:
                found = [f"malformed: {error}"]
            tally[other.name]["compared"] += 1
            for what in found:
                tally[other.name][what.split(":")[0]] += 1
                if sum(tally[other.name].values()) - tally[other.name]["compared"] <= 20:
                    print(f"{other.name}: {it}\n    {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--holdfast", default="build/dev/holdfast")
    parser.add_argument("--queries", type=int, default=20000)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = zone.records(args.seed, args.hosts)
    names = [zone.APEX if row[0] == "@" else f"{row[0]}.{zone.APEX}" for row in rows]
    starts = [start for program, start in (("knotd", start_knot), ("nsd", start_nsd))
              if shutil.which(program) or os.path.exists("/usr/sbin/" + program)]
    os.environ["PATH"] += ":/usr/sbin"
    if not starts:
        print("skipped: neither knotd nor nsd is installed (packages knot and nsd)")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        write(folder, "site.yaml", zone.site_file(rows))
        write(folder, "zone", zone.zone_file(rows))
        servers = [start_holdfast(folder, free_port(), os.path.abspath(args.holdfast))]
        servers += [start(folder, free_port()) for start in starts]
        try:
            for server in servers:
                server.ready()
            tally = {server.name: collections.Counter() for server in servers[1:]}
            chance = random.Random(args.seed)
            for first in range(0, args.queries, WINDOW):
                compare(chance, names, first, servers[0], servers[1:], tally)
        finally:
            for server in servers:
                server.stop()
    wrong = 0
    for name, counts in tally.items():
        wrong += sum(counts.values()) - counts["compared"]
        print(f"{name}: {counts['compared']} queries compared, differences: "
              f"{ {what: n for what, n in counts.items() if what != 'compared'} or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""One zone with everything, as a site file for Holdfast and as a zone file for the others."""

import random
from dataclasses import dataclass

from wire import TYPES

APEX = "ris.example"
HEAD = """\
application: RIS
regions:
  main: {zones: [a]}
hosts:
  db: {zone: main-a}
clusters:
  ris: {durability: none, members: [db]}
dns:
  zones:
    - apex: ris.example
      contact: hostmaster@ris.example
      name_servers: [ns1, ns2.sub.deep, ns.elsewhere.]
      serial: 7
      ttl: 1h
      negative_ttl: 30s
      records:
"""


def records(seed, hosts):
    """(name, type, values), names relative to the apex."""
    chance = random.Random(seed)
    rows = [("ns1", "A", ["192.0.2.1"]), ("ns1", "AAAA", ["2001:db8::1"]),
            ("ns2.sub.deep", "A", ["192.0.2.2"]), ("@", "TXT", ["apex"]), ("@", "A", ["192.0.2.3"]),
            ("_http._tcp", "SRV", ["10 5 443 h1", "10 5 444 h2"]),
            ("alias1", "CNAME", ["alias2"]), ("alias2", "CNAME", ["h1"]),
            ("away", "CNAME", ["www.elsewhere."]), ("gone", "CNAME", ["nothing.here"]),
            ("intocut", "CNAME", ["x.cut"]), ("intowild", "CNAME", ["x.wild"]),
            ("*.wild", "A", ["192.0.2.4"]), ("*.wild", "TXT", ["wild"]), ("here.wild", "TXT", ["no"]),
            ("*.walias", "CNAME", ["h2"]), ("*.wgone", "CNAME", ["nothing"]),
            ("cut", "NS", ["ns.cut", "ns.elsewhere."]), ("ns.cut", "A", ["192.0.2.5"]),
            ("far", "NS", ["ns.elsewhere."]), ("under.cut2", "NS", ["ns1"]),
            ("big", "TXT", [f"{i} " + "x" * 200 for i in range(8)]),
            ("many", "A", [f"198.51.100.{i}" for i in range(1, 40)]),
            ("mid", "TXT", ["y" * 250, "z" * 200]), ("UPPER", "A", ["192.0.2.6"])]
    for i in range(hosts):
        rows.append((f"h{i}", "A", [f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"]))
        if chance.random() < 0.3:
            rows.append((f"h{i}", "AAAA", [f"2001:db8::{i + 16:x}"]))
        if chance.random() < 0.1:
            rows.append((f"a.b{i}.c{i % 7}", "A", ["192.0.2.7"]))
    return rows


def quoted(text):
    return '"' + text + '"'


def site_file(rows):
    lines = [f"        - {{name: {quoted(name)}, type: {kind}, "
             f"values: [{', '.join(quoted(value) for value in values)}]}}\n"
             for name, kind, values in rows]
    return HEAD + "".join(lines)


def zone_file(rows):
    """As Holdfast makes SOA and NS of the site's fields."""
    lines = [f"$ORIGIN {APEX}.\n$TTL 3600\n",
             "@ SOA ns1 hostmaster 7 3600 600 604800 30\n",
             "@ NS ns1\n@ NS ns2.sub.deep\n@ NS ns.elsewhere.\n"]
    for name, kind, values in rows:
        for value in values:
            if kind == "TXT":
                value = " ".join(quoted(value[i:i + 255]) for i in range(0, len(value), 255))
            lines.append(f"{name} {kind} {value}\n")
    return "".join(lines)


@dataclass
class Asked:
    name: str
    type: int = 1
    klass: int = 1
    edns: int = None
    version: int = 0
    dnssec_ok: bool = False
    options: bytes = b""
    opcode: int = 0
    flags: int = 0x0100


WORDS = ["a", "b", "x", "www", "nothing", "h1", "*", "wild", "cut", "ns", "_tcp", "c3", "deep"]


def random_case(chance, name):
    return "".join(c.upper() if chance.random() < 0.5 else c for c in name)


def draw_query(chance, names):
    """Mostly what resolvers ask, with a share of everything else."""
    name = chance.choice(names)
    how = chance.random()
    if how < 0.25:
        name = ".".join(chance.choice(WORDS) for _ in range(chance.randint(1, 4))) + "." + name
    elif how < 0.4:
        name = name.split(".", 1)[-1]
    elif how < 0.43:
        name = chance.choice(["", "example", "other.example", "ris.example.org", "xris.example"])
    elif how < 0.45:
        name = ".".join(["l" * chance.randint(1, 63)] * 3) + "." + APEX
    name = name.replace("@.", "")
    if chance.random() < 0.5:
        name = random_case(chance, name)
    asked = Asked(name[:250].strip("."), chance.choice(list(TYPES.values())))
    if chance.random() < 0.3:
        asked.type = TYPES["A"]
    if asked.type == TYPES["OPT"]:
        asked.type = TYPES["TXT"]
    if chance.random() < 0.6:
        asked.edns = chance.choice([0, 512, 600, 1000, 1232, 4096, 65535])
        asked.dnssec_ok = chance.random() < 0.3
        if chance.random() < 0.03:
            asked.version = chance.choice([1, 255])
        if chance.random() < 0.1:
            asked.options = b"\xfd\xe9\0\3abc"
    if chance.random() < 0.01 and asked.version == 0:
        asked.klass = chance.choice([3, 254])
    if chance.random() < 0.01:
        # Wrong in this one way only: which of two faults is told first is each server's taste.
        asked.opcode, asked.klass, asked.version = chance.choice([1, 2, 3, 6]), 1, 0
    asked.flags = chance.choice([0, 0x0100, 0x0110, 0x0120])
    return asked

"""DNS messages for the differential test: queries made, responses read into comparable values."""

import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28,
         "SRV": 33, "OPT": 41, "DS": 43, "ANY": 255, "TYPE65280": 65280}


def encode_name(name):
    return b"".join(bytes([len(l)]) + l.encode() for l in name.split(".") if l) + b"\0"


def make_query(number, asked):
    opt = b""
    if asked.edns is not None:
        flags = 0x8000 if asked.dnssec_ok else 0
        opt = b"\0" + struct.pack(">HHBBHH", 41, asked.edns, 0, asked.version, flags,
                                  len(asked.options)) + asked.options
    head = struct.pack(">HHHHHH", number, asked.opcode << 11 | asked.flags, 1, 0, 0, 1 if opt else 0)
    return head + encode_name(asked.name) + struct.pack(">HH", asked.type, asked.klass) + opt


class Malformed(Exception):
    pass


def read_name(data, at):
    labels, end = [], None
    for _ in range(256):
        if at >= len(data):
            raise Malformed("name cut off")
        length = data[at]
        if length >= 0xC0:
            end = at + 2 if end is None else end
            at = (length & 0x3F) << 8 | data[at + 1]
            continue
        at += 1
        if length == 0:
            return b".".join(labels).lower(), at if end is None else end
        labels.append(data[at:at + length])
        at += length
    raise Malformed("name without end")


def read_rdata(data, at, kind, size):
    """The data with its names in full, so that compression makes no difference."""
    end = at + size
    if kind in (TYPES["NS"], TYPES["CNAME"]):
        return read_name(data, at)[0]
    if kind == TYPES["SOA"]:
        primary, at = read_name(data, at)
        contact, at = read_name(data, at)
        return primary + b" " + contact + b" " + data[at:end]
    if kind == TYPES["SRV"]:
        return data[at:at + 6] + read_name(data, at + 6)[0]
    return data[at:end]


class Response:
    """What of a response has to agree."""

    def __init__(self, data):
        if len(data) < 12:
            raise Malformed("no header")
        _, flags, questions, *counts = struct.unpack(">HHHHHH", data[:12])
        self.size = len(data)
        self.rcode, self.truncated = flags & 15, bool(flags & 0x200)
        self.authoritative, self.answers_back = bool(flags & 0x400), bool(flags & 0x8000)
        self.opcode, self.rest = flags >> 11 & 15, flags & 0x01B0
        at = 12
        if questions:
            at = read_name(data, at)[1] + 4
        self.question = data[12:at]
        self.opt = None
        sections = []
        for count in counts:
            records = []
            for _ in range(count):
                owner, at = read_name(data, at)
                kind, klass, ttl, size = struct.unpack(">HHIH", data[at:at + 10])
                at += 10
                if kind == TYPES["OPT"]:
                    self.opt = (ttl >> 16 & 255, bool(ttl & 0x8000))
                    self.rcode |= (ttl >> 24) << 4
                else:
                    records.append((owner, kind, klass, ttl, read_rdata(data, at, kind, size)))
                at += size
            sections.append(sorted(records))
        if at != len(data):
            raise Malformed("bytes after the message")
        self.answer, self.authority, self.additional = sections

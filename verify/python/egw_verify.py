#!/usr/bin/env python3
"""egw-verify in Python: checks the telemetry of a gateway with its public key, by the standard library alone.

  egw_verify.py (--key KEY | --trust-first | --unsigned) [--from [EPOCH:]N] [--to [EPOCH:]N]
                [--expect EPOCH:N:HEAD] [FILE | -]...

Says the same as egw-verify, line by line, from code of its own: see ../README.md. Files are JSON lines or one JSON
value, with .gz or without. It is slow (a signature takes some milliseconds), and holds all in memory.
"""
import argparse, base64, gzip, hashlib, json, os, re, sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

# ---- Ed25519, RFC 8032: signatures are checked as written there, S below L, and R as bytes ----

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def edwards_add(p, q):
    """Points are (X, Y, Z, T), x = X/Z, y = Y/Z, xy = T/Z."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(k, point, add, zero):
    result = zero
    while k:
        if k & 1:
            result = add(result, point)
        point, k = add(point, point), k >> 1
    return result


def edwards_times(k, p):
    return times(k, p, edwards_add, (0, 1, 1, 0))


def edwards_decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def edwards_encode(p):
    inverse = pow(p[2], -1, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = edwards_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def ed25519_holds(key, message, signature):
    point, s = edwards_decode(key), int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    negative = (P - point[0], point[1], 1, P - point[3])
    return edwards_encode(edwards_add(edwards_times(s, BASE), edwards_times(h, negative))) == signature[:32]


# ---- ECDSA over P-256 with SHA-256, FIPS 186-4 ----

Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def p256_add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % Q == 0:
        return None
    slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, Q) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, Q)
    x = (slope * slope - p[0] - q[0]) % Q
    return (x, (slope * (p[0] - x) - p[1]) % Q)


def es256_holds(key, message, signature):
    point = (int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big"))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s < N):
        return False
    e, w = int.from_bytes(hashlib.sha256(message).digest(), "big"), pow(s, -1, N)
    sum = p256_add(times(e * w % N, G, p256_add, None), times(r * w % N, point, p256_add, None))
    return sum is not None and sum[0] % N == r


# ---- Keys and names ----


def base64url(text):
    """Its bytes, where it is the one way to write them."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return data if base64.urlsafe_b64encode(data).rstrip(b"=").decode() == text else None


def key_of(data):
    """(algorithm, bytes); None where it is no point, or one of small order."""
    if data is not None and len(data) == 32:
        point = edwards_decode(data)
        # As egw-verify: what is no point at all will not hold, and needs no word of its own.
        y = int.from_bytes(data, "little") & (2**255 - 1)
        small = point is not None and edwards_encode(edwards_times(8, point)) == bytes([1]) + bytes(31)
        return None if small or y >= P or y in (1, P - 1) else ("Ed25519", data)
    if data is not None and len(data) == 64:
        x, y = int.from_bytes(data[:32], "big"), int.from_bytes(data[32:], "big")
        if max(x, y) < Q and (y * y - x * x * x + 3 * x - B) % Q == 0:
            return ("ES256", data)
    return None


def key_of_text(text):
    if os.path.exists(text):
        text = open(text, encoding="utf-8").read()
    text = text.strip()
    if text.startswith("-----BEGIN PUBLIC KEY-----"):
        der = base64.b64decode("".join(text.splitlines()[1:-1])).hex()
        prefixes = ("302a300506032b6570032100", "3059301306072a8648ce3d020106082a8648ce3d03010703420004")
        return key_of(next((bytes.fromhex(der[len(p):]) for p in prefixes if der.startswith(p)), None))
    return key_of(bytes.fromhex(text) if re.fullmatch("[0-9a-fA-F]{64}|[0-9a-fA-F]{128}", text) else base64url(text))


def gateway_id(key):
    return base64.b32encode(hashlib.sha256(key).digest()).decode().lower()[:16]


# ---- JSON that can be read in one way only, and its canonical form: RFC 8785 ----


class NotReadable(ValueError):
    pass


def number(text):
    value = float(text)
    if value in (float("inf"), float("-inf")) or Decimal(repr(value)) != Decimal(text):
        raise NotReadable
    return value


def members(pairs):
    names = dict(pairs)
    if len(names) != len(pairs):
        raise NotReadable
    return names


def refuse(_):
    raise NotReadable


def parse(text):
    value = json.loads(text, parse_int=number, parse_float=number, parse_constant=refuse, object_pairs_hook=members)
    canonical(value).encode("utf-8")  # halves of surrogate pairs have no UTF-8
    return value


def canonical(value, depth=0):
    if depth > 64:
        raise NotReadable
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{quoted(n)}:{canonical(value[n], depth + 1)}" for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if isinstance(value, float):
        return number_text(value)
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def number_text(value):
    """ECMAScript, Number::toString: Python finds the same digits, and sets the point in another way."""
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digits))
    k, n = len(digits), len(digits) + exponent
    if k <= n <= 21:
        text = digits + "0" * (n - k)
    elif 0 < n <= 21:
        text = digits[:n] + "." + digits[n:]
    elif -6 < n <= 0:
        text = "0." + "0" * -n + digits
    else:
        text = digits[0] + ("." + digits[1:] if k > 1 else "") + f"e{n - 1:+d}"
    return "-" * sign + text


# ---- Shapes of docs/cloud-protocol.md ----

SAFE = 2**53 - 1
integer = lambda v: isinstance(v, float) and v == int(v) and abs(v) <= SAFE
count = lambda v: integer(v) and v >= 0
positive = lambda v: count(v) and v > 0
string = lambda v: isinstance(v, str)
name = lambda v: string(v) and v != ""
matches = lambda pattern: lambda v: string(v) and re.fullmatch(pattern, v) is not None
hash_text, epoch_id, gateway_name = matches("[0-9a-f]{64}"), matches("[0-9a-f]{16}"), matches("[a-z2-7]{16}")
algorithm = matches("Ed25519|ES256|none")
quality = matches("estimated|suspect|missing|sensor_error")
or_null = lambda check: lambda v: v is None or check(v)


def commits(v):
    return isinstance(v, list) and len(v) == 2 and all(map(positive, v)) and v[0] <= v[1]


def wrong_member(value, shape):
    """The first, by name, that is wrong, missing or should not be there."""
    names = sorted({*value, *shape}, key=lambda name: name.encode("utf-16-be"))
    return next((n for n in names if n not in shape or n not in value or not shape[n](value[n])), None)


def reading(v):
    return (
        isinstance(v, list)
        and 2 <= len(v) <= 3
        and count(v[0])
        and (v[1] is None or isinstance(v[1], float))
        and (len(v) == 2 or quality(v[2]))
    )


def series(v):
    return isinstance(v, list) and all(map(reading, v))


def named(check):
    return lambda v: isinstance(v, dict) and all(n != "" and check(item) for n, item in v.items())


PLACE = {"epoch": epoch_id, "sequence": positive, "head": hash_text}
RECORDS = {
    "epoch": {
        **{"gateway": gateway_name, "publicKey": string, "algorithm": algorithm, "epoch": epoch_id, "atMs": count},
        "previous": or_null(lambda v: isinstance(v, dict) and wrong_member(v, PLACE) is None),
    },
    "readings": {"commit": positive, "readings": named(named(series))},
    "restart": {"atMs": count, "bootId": name, "version": name},
    "clock_step": {"atMs": count, "stepMs": integer},
    "store gap": {
        **{"number": count, "reason": name, "readings": or_null(count)},
        **{"fromMs": or_null(integer), "toMs": or_null(integer)},
    },
    "commits gap": {
        **{"reason": name, "commits": lambda v: commits(v), "readings": or_null(count)},
        **{"fromMs": or_null(integer), "toMs": or_null(integer)},
    },
    "chain gap": {
        **{"reason": name, "from": positive, "to": positive, "before": hash_text, "head": hash_text},
        "readings": or_null(count),
    },
}
BATCH = {
    **{"v": lambda v: v == 1 and v is not True, "gateway": gateway_name, "algorithm": algorithm, "epoch": epoch_id},
    **{"from": positive, "to": count, "count": count, "before": hash_text, "head": hash_text, "signature": string},
    "records": lambda v: isinstance(v, list) and v != [],
}
MESSAGE = {
    **{"v": lambda v: v == 1 and v is not True, "kind": lambda v: v == "telemetry", "gateway": gateway_name},
    "batches": lambda v: isinstance(v, list) and all(isinstance(b, dict) for b in v),
}


def record_fault(record):
    if not isinstance(record, dict):
        return ""
    kind = record.get("kind")
    if kind == "gap":
        kind = "commits gap" if "commits" in record else "chain gap" if "head" in record else "store gap"
    elif not string(kind) or " " in kind or kind not in RECORDS:
        return "kind"
    before = {"epoch": epoch_id} if kind == "chain gap" and "epoch" in record else {}
    wrong = wrong_member(record, {"kind": string, **RECORDS[kind], **before})
    return "to" if wrong is None and kind == "chain gap" and record["from"] > record["to"] else wrong


# ---- One batch by itself ----


def check_batch(batch, chain, where):
    """Adds it to the chain, or what is wrong with it."""

    def bad(reason, message, record):
        chain["faults"].append((reason, message, record, where))

    def spoil(reason, message):
        first, last = batch.get("from"), batch.get("to")
        bad(reason, message, int(first) if positive(first) else None)
        if integer(first) and integer(last) and 1 <= first <= last:
            chain["spoiled"].append((int(first), int(last)))

    signature = base64url(batch["signature"]) if string(batch.get("signature")) else None
    wrong = wrong_member(batch, BATCH)
    if wrong is None and (signature is None or len(signature) != (0 if batch["algorithm"] == "none" else 64)):
        wrong = "signature"
    if wrong is not None:
        return spoil("batch_shape", f"is no batch of version 1: {quoted(wrong)}")
    first, last, records = int(batch["from"]), int(batch["to"]), batch["records"]
    if last - first + 1 != len(records):
        return spoil("numbering", f"says records {first} to {last}, and has {len(records)}")
    head = bytes.fromhex(batch["before"])
    for record in records:
        head = hashlib.sha256(head + canonical(record).encode()).digest()
    if head.hex() != batch["head"]:
        return spoil("chain", "its records do not lead to its head")
    row = {**batch, "from": first, "to": last, "count": int(batch["count"]), "signature": signature, "where": where}
    row.update(gaps=[], times=[], first_commit=0, last_commit=0, start=None)
    misshapen = False
    for number, record in enumerate(records, first):
        fault = record_fault(record)
        if fault is not None:
            bad("record_shape", f"is no record of version 1: {quoted(fault)}", number)
        else:
            fault = take_record(row, record, number)
            if fault is not None:
                bad(*fault, number)
        misshapen |= fault is not None
    if not misshapen and len(row["times"]) != row["count"]:
        return spoil("count", f"says {row['count']} readings, and has {len(row['times'])}")
    row["times"] = (min(row["times"]), max(row["times"])) if row["times"] else None
    row["records"] = None
    chain["rows"].append(row)


def take_record(row, record, number):
    kind = record["kind"]
    if (kind == "epoch") != (number == 1):
        return "epoch_record", "an epoch is the first record of a chain, and no other"
    if kind == "readings":
        row["times"] += [r[0] for d in record["readings"].values() for s in d.values() for r in s]
        commit, before = record["commit"], row["last_commit"]
        row["last_commit"], row["first_commit"] = commit, row["first_commit"] or commit
        if commit <= before:
            return "numbering", "its commit does not follow the one before"
    if kind == "gap":
        row["gaps"].append({**record, "record": number})
        if "epoch" not in record and record.get("to", 0) >= number:
            return "gap", "declares records gone that come after it"
    if kind == "epoch":
        data, kind = base64url(record["publicKey"]), record["algorithm"]
        key = None if kind == "none" else key_of(data)
        nameless = kind == "none" and data == b""
        if (
            data is None
            or any(record[n] != row[n] for n in ("gateway", "epoch", "algorithm"))
            or (not nameless and gateway_id(data) != record["gateway"])
            or (kind != "none" and (key is None or key[0] != kind))
        ):
            return "epoch_record", "the epoch record is not of this gateway and chain"
        row["start"] = {**record, "key": key}
    return None


def is_signed(row, key):
    lines = ["gw-telemetry-1", row["gateway"], row["epoch"], str(row["to"]), str(row["count"]), row["head"]]
    holds = ed25519_holds if key[0] == "Ed25519" else es256_holds
    return holds(key[1], "\n".join(lines).encode(), row["signature"])


# ---- The batches of a chain held against each other ----


def same(one, other):
    return all(one[n] == other[n] for n in ("from", "to", "count", "before", "head"))


def first_outside(spans, first, last):
    for span in sorted(spans):
        if span[0] > first:
            return first, min(last, span[0] - 1)
        first = max(first, span[1] + 1)
        if first > last:
            return None
    return first, last


def authentic(chain, key, algorithm, start, end):
    """What the gateway has signed, each once; the others are spoiled."""
    faults, spoiled, good, repeated = list(chain["faults"]), list(chain["spoiled"]), [], 0
    for row in sorted(chain["rows"], key=lambda row: row["from"]):
        if row["to"] < start or (end is not None and row["from"] > end):
            continue
        if good and same(row, good[-1]) and row["signature"] == good[-1]["signature"]:
            repeated += 1
            continue
        if row["algorithm"] != algorithm:
            message = f"is of {row['algorithm']}, and the gateway signs with {algorithm}"
            faults.append(("algorithm", message, row["from"], row["where"]))
        elif key is not None and not is_signed(row, key):
            faults.append(("signature", "its signature is not of the gateway", row["from"], row["where"]))
        else:
            good.append(row)
            continue
        spoiled.append((row["from"], row["to"]))
    return faults, spoiled, good, repeated


def walk(found, start, end, places, later):
    """`later`: gaps of this chain that chains after it declare."""
    faults, spoiled, good, repeated = found

    def bad(reason, message, record, where=None):
        faults.append((reason, message, record, where))

    declared = [gap for row in good for gap in row["gaps"]]
    gaps = [gap for gap in declared if "from" in gap and "epoch" not in gap] + [{**g, "record": g["from"]} for g in later]
    held = spoiled + [(int(gap["from"]), int(gap["to"])) for gap in gaps]
    following, last, commit, rows, boundaries = start, None, 0, [], {0: "0" * 64}

    def miss(until, where=None):
        span = first_outside(held, following, until)
        if span is not None:
            bad("missing", f"records {span[0]} to {span[1]} are missing, and not declared", span[0], where)

    for row in good:
        boundaries.setdefault(row["from"] - 1, row["before"])
        if last is not None and row["from"] <= last["to"]:
            repeated += 1
            if not same(row, last):
                others = f"records {last['from']} to {last['to']} of {last['where']}"
                bad("disagreement", f"says otherwise than {others}", row["from"], row["where"])
            continue
        boundaries[row["to"]] = row["head"]
        if row["from"] > following:
            miss(row["from"] - 1, row["where"])
        before = last["head"] if last and last["to"] == row["from"] - 1 else row["before"]
        if row["before"] != ("0" * 64 if row["from"] == 1 else before):
            bad("link", "does not follow the record before it", row["from"], row["where"])
        if 0 < row["first_commit"] <= commit:
            bad("numbering", "its commit does not follow the one before", row["from"], row["where"])
        commit, last, following = max(commit, row["last_commit"]), row, row["to"] + 1
        rows.append(row)
    limit = end or float("inf")
    named_last = max([end or 0, 0, *(min(s[0] - 1, limit) for s in spoiled), *(p["sequence"] for p in places)])
    if following <= named_last:
        miss(int(named_last))
    for place in places:
        sequence = int(place["sequence"])
        known = boundaries.get(sequence)
        if sequence < start or last is None or sequence > last["to"] or known == place["head"]:
            continue
        if known is not None or first_outside(held, sequence, sequence) is not None:
            who = "the chain after it" if place["by"] == "previous" else "the acknowledgement"
            bad(place["by"], f"{who} names another head", sequence)
    for gap in gaps:
        if (
            boundaries.get(int(gap["from"]) - 1, gap["before"]) != gap["before"]
            or boundaries.get(int(gap["to"]), gap["head"]) != gap["head"]
        ):
            bad("gap", "declares records gone, and names other hashes around them", gap["record"])
    newest = {}
    for gap in declared:
        name = tuple(str(gap.get(n)) for n in ("number", "commits", "epoch", "from", "to"))
        if name not in newest or newest[name]["record"] <= gap["record"]:
            newest[name] = gap
    faults.sort(key=lambda fault: fault[2] or float("inf"))
    return faults, rows, list(newest.values()), repeated


# ---- All of it ----


class CannotCheck(Exception):
    pass


class Verifier:
    def __init__(self, keys, trusts_first=False, accepts_unsigned=False, start=None, end=None, expected=()):
        self.keys = {gateway_id(key[1]): key for key in keys}
        self.trusts_first, self.accepts_unsigned = trusts_first, accepts_unsigned
        self.start, self.end, self.expected = start, end, expected
        self.chains, self.faults, self.notes, self.batches, self.others = {}, [], [], 0, 0

    def add_text(self, text, where):
        try:
            value = parse(text)
        except (ValueError, ArithmeticError, RecursionError):
            value = None
        for item in value if isinstance(value, list) else [value]:
            self.add(item, where)

    def add(self, value, where):
        if not isinstance(value, dict):
            self.faults.append(("unreadable", "is not readable as JSON", None, where))
        elif "kind" not in value:
            self.add_batch(value, where)
        elif value["kind"] != "telemetry":
            self.others += 1
        elif (wrong := wrong_member(value, MESSAGE)) is not None:
            self.faults.append(("unreadable", f"is no telemetry of version 1: {quoted(wrong)}", None, where))
        else:
            for batch in value["batches"]:
                if batch.get("gateway") == value["gateway"]:
                    self.add_batch(batch, where)
                else:
                    self.faults.append(("unreadable", "has a batch of another gateway than it says", None, where))

    def add_batch(self, batch, where):
        self.batches += 1
        if not gateway_name(batch.get("gateway")) or not epoch_id(batch.get("epoch")):
            self.faults.append(("unreadable", "is no batch of version 1", None, where))
            return
        chain = self.chain(batch["gateway"], batch["epoch"])
        rows = len(chain["rows"])
        check_batch(batch, chain, where)
        for row in chain["rows"][rows:]:
            if row["start"] is not None and chain["start"] is None and self.is_believed(row):
                chain["start"] = row["start"]

    def is_believed(self, row):
        key = self.keys.get(row["gateway"]) or (row["start"]["key"] if self.trusts_first else None)
        if key is None:
            return self.accepts_unsigned and row["algorithm"] == "none"
        return key[0] == row["algorithm"] and is_signed(row, key)

    def chain(self, gateway, epoch):
        empty = {"gateway": gateway, "epoch": epoch, "rows": [], "faults": [], "spoiled": [], "start": None}
        return self.chains.setdefault((gateway, epoch), empty)

    def previous(self, chain):
        place = chain["start"] and chain["start"]["previous"]
        return place and self.chain(chain["gateway"], place["epoch"])

    def in_order(self):
        for chain in list(self.chains.values()):
            self.previous(chain)
        for place in self.expected:
            if not any(epoch == place["epoch"] for _, epoch in self.chains):
                self.chain([*(g for g, _ in self.chains), *self.keys, ""][0], place["epoch"])
        ordered = []
        when = lambda chain: chain["start"]["atMs"] if chain["start"] else -1
        for chain in sorted(self.chains.values(), key=lambda c: (c["gateway"], when(c), c["epoch"])):
            line = []
            while chain is not None and chain not in line:
                line.append(chain)
                chain = self.previous(chain)
            ordered += [chain for chain in reversed(line) if chain not in ordered]
        return ordered

    def asked(self, chains):
        if not self.start and not self.end:
            return chains
        if len({chain["gateway"] for chain in chains}) > 1:
            raise CannotCheck("--from and --to are for one gateway, and there are batches of more")

        def index(record):
            epoch, number = record
            seen = [c for c in chains if (c["rows"] or c["faults"]) and epoch in (None, c["epoch"])]
            if not seen:
                raise CannotCheck(f"there is no batch of chain {epoch or ''}")
            if len(seen) > 1:
                raise CannotCheck(f"there is more than one chain: say EPOCH:{number}")
            return chains.index(seen[0])

        return chains[index(self.start) if self.start else 0 : index(self.end) + 1 if self.end else None]

    def key_for(self, chain):
        gateway, rows = chain["gateway"], sorted(chain["rows"], key=lambda row: row["from"])
        if gateway in self.keys or not rows:
            return self.keys.get(gateway)
        fault = lambda reason, message: chain["faults"].append((reason, message, rows[0]["from"], rows[0]["where"]))
        if (chain["start"] or rows[0])["algorithm"] == "none":
            if self.accepts_unsigned:
                self.notes.append(f"gateway {gateway}: NOT SIGNED: this shows what was lost, and not who sent it")
            else:
                fault("unsigned", "is not signed, and --unsigned was not said")
            return None
        own = [c["start"]["key"] for c in self.chains.values() if c["gateway"] == gateway and c["start"]]
        own = [key for key in own if key] if self.trusts_first else []
        if not own:
            fault("key", "there is no key for this gateway")
            return None
        text = base64.urlsafe_b64encode(own[0][1]).rstrip(b"=").decode()
        self.notes.append(
            f"gateway {gateway}: TRUSTED ON FIRST SIGHT: key {text} stands in what was checked with it; "
            "compare the id with the one that the gateway shows"
        )
        return own[0]

    def begin(self, chain):
        key, rows = self.key_for(chain), chain["rows"]
        asked = lambda n: n[1] if n and (n[0] == chain["epoch"] or (n[0] is None and rows)) else None
        start, end = asked(self.start) or 1, asked(self.end)
        first = min(rows, key=lambda row: row["from"]) if rows else {"algorithm": ""}
        kind = key[0] if key else (chain["start"] or first)["algorithm"]
        after = [c["start"]["previous"] for c in self.chains.values() if c["gateway"] == chain["gateway"] and c["start"]]
        places = [{**p, "by": "previous"} for p in after if p] + [{**p, "by": "expected"} for p in self.expected]
        places = [p for p in places if p["epoch"] == chain["epoch"] and (end is None or p["sequence"] <= end)]
        return chain, authentic(chain, key, kind, start, end), start, end, places

    def finish(self):
        """(whether all is proven, the lines that say so)"""
        if self.batches + len(self.faults) == 0:
            raise CannotCheck("there is no batch in what was given")
        found, lines, repeated = list(self.faults), shortened(self.faults, ""), 0
        begun = [self.begin(chain) for chain in self.asked(self.in_order())]
        told = [(c["gateway"], gap) for c, (_, _, good, _), *_ in begun for row in good for gap in row["gaps"]]
        for chain, authentic_rows, start, end, places in begun:
            later = [gap for who, gap in told if who == chain["gateway"] and gap.get("epoch") == chain["epoch"]]
            faults, rows, gaps, again = walk(authentic_rows, start, end, places, later)
            title = f"gateway {chain['gateway']}, epoch {chain['epoch']}: "
            found, repeated = found + faults, repeated + again
            lines += shortened(faults, title) if faults else [title + complete(rows, gaps)]
        verdict = "NOT VERIFIED" if found else "verified"
        again = f", {repeated} of them repeated" if repeated else ""
        others = f", {counted(self.others, 'other message')}" if self.others else ""
        notes = [f"NOTE {note}" for note in dict.fromkeys(self.notes)]
        batches = "1 batch" if self.batches == 1 else f"{self.batches} batches"
        return not found, [*notes, *lines, f"{verdict}: {batches}{again}{others}"]


def shortened(faults, title):
    lines = []
    for _, message, record, where in faults[:10]:
        which = "" if record is None else f"record {record}: "
        lines.append(f"BAD {title}{which}{where + ': ' if where else ''}{message}")
    return lines + ([f"… and {len(faults) - 10} more"] if len(faults) > 10 else [])


def complete(rows, gaps):
    if not rows:
        return "all of it is declared gone"
    first, last = rows[0]["from"], rows[-1]["to"]
    lost = int(sum(gap["readings"] or 0 for gap in gaps))
    least = "at least " if any(gap["readings"] is None for gap in gaps) else ""
    gap_text = f"{counted(len(gaps), 'declared gap')} ({least}{counted(lost, 'reading')})" if gaps else "no gaps"
    times = [row["times"] for row in rows if row["times"]]
    readings = counted(sum(row["count"] for row in rows), "reading")
    span = f" from {time_text(min(t[0] for t in times))} to {time_text(max(t[1] for t in times))}" if times else ""
    return f"records {first} to {last} complete, {gap_text}, {readings}{span}"


def counted(count, what):
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def time_text(at_ms):
    try:
        at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=at_ms)
    except OverflowError:
        return str(int(at_ms))
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def options_of(words):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--trust-first", action="store_true")
    parser.add_argument("--unsigned", action="store_true")
    parser.add_argument("--from", dest="start")
    parser.add_argument("--to", dest="end")
    parser.add_argument("--expect", action="append", default=[])
    parser.add_argument("files", nargs="*", default=["-"])
    # A key may begin with a dash: what follows the name of an option is its value.
    taken = iter(words)
    words = [f"{w}={next(taken, '')}" if w in ("--key", "--from", "--to", "--expect") else w for w in taken]
    options = parser.parse_args(words)
    keys = [key_of_text(text) for text in options.key]
    if None in keys or not (keys or options.trust_first or options.unsigned):
        parser.error("say --key KEY with the public key of a gateway, or --trust-first, or --unsigned")

    def record(text):
        match = re.fullmatch(r"(?:([0-9a-f]{16}):)?([1-9]\d{0,14})", text)
        return (match[1], int(match[2])) if match else parser.error(f"{text} is no record: NUMBER or EPOCH:NUMBER")

    def place(text):
        match = re.fullmatch(r"([0-9a-f]{16}):([1-9]\d{0,14}):([0-9a-f]{64})", text)
        if not match:
            parser.error("--expect: say it as EPOCH:NUMBER:HEAD, of an acknowledgement")
        return {"epoch": match[1], "sequence": int(match[2]), "head": match[3]}

    start, end = (record(text) if text else None for text in (options.start, options.end))
    places = [place(text) for text in options.expect]
    return Verifier(keys, options.trust_first, options.unsigned, start, end, places), options.files


def main():
    verifier, files = options_of(sys.argv[1:])
    try:
        for file in files:
            data = sys.stdin.buffer.read() if file == "-" else open(file, "rb").read()
            where = "stdin" if file == "-" else file
            add_data(verifier, gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data, where)
        proven, lines = verifier.finish()
    except (OSError, EOFError, CannotCheck) as error:
        sys.exit(print(f"egw_verify: {error}", file=sys.stderr) or 2)
    print("\n".join(lines))
    sys.exit(0 if proven else 1)


def add_data(verifier, data, where):
    """One value, or one a line."""
    lines = data.split(b"\n")
    whole = sum(1 for line in lines if line.strip()) > 1 and is_one_value(data)
    for number, line in [(1, data)] if whole else enumerate(lines, 1):
        if line.strip():
            try:
                verifier.add_text(line.decode("utf-8"), f"{where}:{number}")
            except UnicodeDecodeError:
                verifier.add(None, f"{where}:{number}")


def is_one_value(data):
    try:
        json.loads(data)
        return True
    except (ValueError, ArithmeticError, RecursionError):
        return False


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks the telemetry of a gateway with nothing but its public key and the standard library of Python 3.11.

  egw_verify.py --key KEY [FILE | -]...

KEY is Ed25519, in base64url or hex. Files are JSON, one value after the other: batches, lists of them, messages. What
is checked is docs/cloud-protocol.md. Ends with 0: all is proven; 1: not all is; 2: it could not be checked.
"""
import base64, hashlib, json, re, sys
from datetime import datetime, timedelta
from decimal import Decimal

# ---- Ed25519 as in RFC 8032, section 6. Points are (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z ----
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(k, point):
    result = (0, 1, 1, 0)
    while k:
        result, point, k = add(result, point) if k & 1 else result, add(point, point), k >> 1
    return result

def decode(data):
    """None where it is no point, or not written in the one way there is."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

def encode(point):
    x, y = (n * pow(point[2], -1, P) % P for n in point[:2])
    return (y | (x & 1) << 255).to_bytes(32, "little")

BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def is_signed(key, text, signature):
    (x, y, z, t), s = decode(key), int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little")
    return s < L and encode(add(times(s, BASE), times(h % L, (P - x, y, z, P - t)))) == signature[:32]

# ---- JSON that can be read in one way only, and its canonical form: RFC 8785 ----
def number(text):
    value = float(text)
    if abs(value) == float("inf") or Decimal(repr(value)) != Decimal(text):
        raise ValueError("no double says this")
    return value

def members(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)

READER = json.JSONDecoder(parse_int=number, parse_float=number, parse_constant=number, object_pairs_hook=members)
SPACES = re.compile(r"[ \t\r\n]*")

def values_in(text):
    """(line, value) one after the other; None for a line that cannot be read."""
    text, at, line, counted_to = text + "\n", 0, 1, 0
    while (start := SPACES.match(text, at).end()) < len(text):
        line, counted_to = line + text.count("\n", counted_to, start), start
        try:
            value, at = READER.raw_decode(text, start)
            canonical(value).encode()  # halves of surrogate pairs have no UTF-8
        except (ValueError, ArithmeticError, RecursionError):
            value, at = None, text.index("\n", start)
        yield from ((line, item) for item in (value if isinstance(value, list) else [value]))

def canonical(value, depth=0):
    if depth > 64:
        raise ValueError("too deep")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name], depth + 1)}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    return number_text(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)

def number_text(value):
    """As ECMAScript writes it: Python finds the same digits, and sets the point in another way."""
    exact = Decimal(repr(value)).normalize() if value else Decimal(0)
    return f"{exact:f}" if not value or 1e-6 <= abs(value) < 1e21 else f"{exact:e}"

# ---- The format, as patterns of the canonical form. Numbers are below 10^14: as a time that is the year 5138 ----
HASH, EPOCH, GATEWAY, ALGORITHM = '"[0-9a-f]{64}"', '"[0-9a-f]{16}"', '"[a-z2-7]{16}"', '"(Ed25519|ES256|none)"'
COUNT, PLUS, TEXT = "(0|[1-9][0-9]{0,13})", "[1-9][0-9]{0,13}", r'"([^"\\]|\\.)+"'
LOST, TIME, BASE64 = f"(null|{COUNT})", f"(null|-?{COUNT})", '"[A-Za-z0-9_-]*"'
READING = rf'\[{COUNT},(null|[0-9.e+-]+)(,"(estimated|suspect|missing|sensor_error)")?\]'

def many(item, ends):
    return rf"\{ends[0]}({item}(,{item})*)?\{ends[1]}"

def shape(**members):
    return r"\{" + ",".join(f'"{name}":{members[name]}' for name in sorted(members)) + r"\}"

DEVICES = many(f"{TEXT}:" + many(f"{TEXT}:" + many(READING, "[]"), "{}"), "{}")
OWN = {"gateway": GATEWAY, "algorithm": ALGORITHM, "epoch": EPOCH}
SPAN = {"from": PLUS, "to": PLUS, "before": HASH, "head": HASH}
GAP = {"kind": '"gap"', "reason": TEXT, "readings": LOST}
PREVIOUS = f"(null|{shape(epoch=EPOCH, head=HASH, sequence=PLUS)})"
BATCH = re.compile(shape(v="1", count=COUNT, records=r"\[\]", signature=BASE64, **OWN, **SPAN))
RECORD = re.compile("|".join((
    shape(kind='"epoch"', publicKey=BASE64, previous=PREVIOUS, atMs=COUNT, **OWN),
    shape(kind='"readings"', commit=PLUS, readings=DEVICES),
    shape(kind='"restart"', atMs=COUNT, bootId=TEXT, version=TEXT),
    shape(kind='"clock_step"', atMs=COUNT, stepMs=f"-?{COUNT}"),
    shape(number=COUNT, fromMs=TIME, toMs=TIME, **GAP),
    shape(commits=rf"\[{PLUS},{PLUS}\]", fromMs=TIME, toMs=TIME, **GAP),
    shape(**GAP, **SPAN),
    shape(epoch=EPOCH, **GAP, **SPAN),
)))

# ---- A batch by itself ----
def add_batch(chain, batch, key, where):
    """Whether it was there already. A bad one is told in the faults, its records are spoiled, and not missing too."""
    first, last = (int(n) if isinstance(n, float) and 0 < n < 1e14 else 0 for n in map(batch.get, ("from", "to")))
    row = {**batch, "from": first, "to": last, "where": where, "gaps": [], "commits": [], "times": []}
    if faults := faults_of_batch(batch, row, key):
        chain["faults"] += [(at, where + message) for at, message in faults]
        chain["spoiled"] += [(first, last)] if 0 < first <= last else []
        return False
    chain["start"] = row["records"][0] if first == 1 else chain["start"]
    return chain["rows"].setdefault(tuple(row[name] for name in (*SPAN, "count")), row) is not row

def faults_of_batch(batch, row, key):
    records, first, last = batch.get("records"), row["from"], row["to"]
    is_batch = isinstance(records, list) and BATCH.fullmatch(canonical({**batch, "records": []}))
    signature = bytes_of(batch["signature"], 64) if is_batch else b""
    if not is_batch or bool(signature) == (batch["algorithm"] == "none"):
        return [(first, "is no batch of version 1")]
    if last - first + 1 != len(records):
        return [(first, f"says records {first} to {last}, and has {len(records)}")]
    head, found = bytes.fromhex(batch["before"]), []
    for at, record in enumerate(records, first):
        head = hashlib.sha256(head + canonical(record).encode()).digest()
        found.append((at, fault_of_record(record, at, row, key)))
    if head.hex() != batch["head"]:
        return [(first, "its records do not lead to its head")]
    faults, numbers = [fault for fault in found if fault[1]], (str(last), canonical(batch["count"]))
    text = "\n".join(("gw-telemetry-1", batch["gateway"], batch["epoch"], *numbers, batch["head"]))
    if not faults and len(row["times"]) != batch["count"]:
        faults.append((first, f"says {numbers[1]} readings, and has {len(row['times'])}"))
    elif batch["algorithm"] != "Ed25519":
        faults.append((first, f"is of {batch['algorithm']}, and the gateway signs with Ed25519"))
    elif not is_signed(key, text.encode(), signature):
        faults.append((first, "its signature is not of the gateway"))
    return faults

def fault_of_record(record, at, row, key):
    if not RECORD.fullmatch(canonical(record)):
        return "is no record of version 1"
    if (record["kind"] == "epoch") != (at == 1):
        return "an epoch is the first record of a chain, and no other"
    if record["kind"] == "epoch":
        is_own = all(record[name] == row[name] for name in OWN) and bytes_of(record["publicKey"], 32) == key
        return None if is_own else "the epoch record is not of this gateway and chain"
    if record["kind"] == "readings":
        row["times"] += [r[0] for device in record["readings"].values() for series in device.values() for r in series]
        row["commits"].append(record["commit"])
        if record["commit"] <= max(row["commits"][:-1], default=0):
            return "its commit does not follow the one before"
    if record["kind"] == "gap":
        start, end = record.get("commits", (record.get("from", 0), record.get("to", 0)))
        if start > end:
            return "is no record of version 1"
        row["gaps"].append({"epoch": row["epoch"], **record, "record": at})
        if "epoch" not in record and record.get("to", 0) >= at:
            return "declares records gone that come after it"

def bytes_of(text, length):
    """Of base64url, where this is the one way to write so many of them; else none."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) % 4 != 1 else b""
    return data if len(data) == length and base64.urlsafe_b64encode(data).decode().rstrip("=") == text else b""

# ---- A chain: its batches held against each other ----
def walk(chain, rows, places, gaps):
    """Adds what is wrong, and counts what is said twice. Places are (record, head) that the next chain names."""
    bad = lambda record, message, where="": chain["faults"].append((record, where + message))
    gone = [(int(gap["from"]), int(gap["to"])) for gap in gaps] + chain["spoiled"]
    heads, last, commit, needed, repeated = {0: "0" * 64}, {"to": 0, "head": "0" * 64}, 0, 1, 0
    for row in rows:
        first, where = row["from"], row["where"]
        if first <= last["to"]:
            other = f"records {last['from']} to {last['to']} of {last['where'].removesuffix(': ')}"
            bad(first, f"says otherwise than {other}", where)
            repeated += 1
            continue
        if first == last["to"] + 1 and row["before"] != last["head"]:
            bad(first, "does not follow the record before it", where)
        if row["commits"] and row["commits"][0] <= commit:
            bad(first, "its commit does not follow the one before", where)
        heads.setdefault(first - 1, row["before"])
        heads[row["to"]], commit, last = row["head"], max([commit, *row["commits"]]), row
    for first, end in sorted(gone + [(row["from"], row["to"]) for row in rows] + [(at + 1, at) for at, _ in places]):
        if first > needed:
            where = next((row["where"] for row in rows if row["from"] > needed), "")
            bad(needed, f"records {needed} to {first - 1} are missing, and not declared", where)
        needed = max(needed, end + 1)
    for at, head in places:
        is_gone = at not in heads and any(first <= at <= end for first, end in gone)
        if at <= last["to"] and heads.get(at) != head and not is_gone:
            bad(at, "the chain after it names another head")
    for gap in gaps:
        around = {gap["from"] - 1: gap["before"], gap["to"]: gap["head"]}
        if any(heads.get(at, head) != head for at, head in around.items()):
            bad(gap["record"], "declares records gone, and names other hashes around them")
    return repeated

# ---- All of it, what is said, and the command line ----
def verify(key, texts):
    """(whether all is proven, the lines that say so) of (name, text)s; no lines where there is nothing to check."""
    gateway = base64.b32encode(hashlib.sha256(key).digest()).decode().lower()[:16]
    chains, lines, batches, others, repeated = {}, [], 0, 0, 0
    chain_of = lambda epoch: chains.setdefault(epoch, {"rows": {}, "faults": [], "spoiled": [], "start": {}})
    for where, item in ((f"{name}:{line}: ", item) for name, text in texts for line, item in values_in(text)):
        kind = item.get("kind", "batch") if isinstance(item, dict) else None
        found = [item] if kind == "batch" else item.get("batches") if kind == "telemetry" else []
        others += kind not in (None, "batch", "telemetry")
        if kind is None or not isinstance(found, list):
            lines.append(f"BAD {where}is not readable as JSON")
            continue
        for batch in found:
            batches += 1
            names = [canonical(batch.get(name)) for name in ("gateway", "epoch")] if isinstance(batch, dict) else []
            if not re.fullmatch(GATEWAY + EPOCH, "".join(names)):
                lines.append(f"BAD {where}is no batch of version 1")
            elif batch.get("gateway") != gateway:
                lines.append(f"BAD {where}there is no key for this gateway")
            else:
                repeated += add_batch(chain_of(batch["epoch"]), batch, key, where)
    starts = [chain["start"]["previous"] for chain in chains.values() if chain["start"].get("previous")]
    for start in starts:
        chain_of(start["epoch"])
    gaps = [gap for chain in chains.values() for row in chain["rows"].values() for gap in row["gaps"] if "head" in gap]
    proven = not lines
    for epoch, chain in sorted(chains.items(), key=lambda item: (item[1]["start"].get("atMs", -1), item[0])):
        rows = sorted(chain["rows"].values(), key=lambda row: row["from"])
        places = [(int(start["sequence"]), start["head"]) for start in starts if start["epoch"] == epoch]
        repeated += walk(chain, rows, places, [gap for gap in gaps if gap["epoch"] == epoch])
        title, faults = f"gateway {gateway}, epoch {epoch}: ", sorted(chain["faults"], key=lambda f: f[0] or 1e15)
        lines += [f"BAD {title}{f'record {at}: ' if at else ''}{message}" for at, message in faults]
        lines += [] if faults else [title + complete(rows)]
        proven = proven and not faults
    more = f", {repeated} of them repeated" * (repeated > 0) + f", {counted(others, 'other message')}" * (others > 0)
    return proven, lines and [*lines, f"{'verified' if proven else 'NOT VERIFIED'}: {counted(batches, 'batch')}{more}"]

def complete(rows):
    if not rows:
        return "all of it is declared gone"
    what = lambda gap: str([gap.get(name) for name in ("number", "commits", "epoch", "from", "to")])
    lost = {what(gap): gap["readings"] for row in rows for gap in row["gaps"]}.values()  # the last word counts
    readings = ("at least " if None in lost else "") + counted(int(sum(filter(None, lost))), "reading")
    gaps = f"{counted(len(lost), 'declared gap')} ({readings})" if lost else "no gaps"
    times = [at_ms for row in rows for at_ms in row["times"]]
    time = lambda ms: (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"
    span = f" from {time(min(times))} to {time(max(times))}" if times else ""
    return f"records {rows[0]['from']} to {rows[-1]['to']} complete, {gaps}, {counted(len(times), 'reading')}{span}"

def counted(count, what):
    return f"{count} {what}" + ("" if count == 1 else "es" if what.endswith("ch") else "s")

def key_of(text):
    is_hex = re.fullmatch("([0-9a-fA-F]{64}){1,2}", text)
    key = bytes.fromhex(text) if is_hex else bytes_of(text, 32) or bytes_of(text, 64)
    if len(key) == 64:
        raise ValueError("ES256 is checked by egw-verify only")
    point = decode(key) if key else None
    if not point or encode(times(8, point)) == encode(times(0, point)):
        raise ValueError("--key: this is no public key of a gateway, or one that vouches for anything")
    return key

def main(words):
    try:
        if len(words) < 2 or words[0] != "--key" or any(word.startswith("--") for word in words[2:]):
            raise ValueError(__doc__)
        key, files = key_of(words[1]), words[2:] or ["-"]
        files = [("stdin", sys.stdin.buffer) if name == "-" else (name, open(name, "rb")) for name in files]
        proven, lines = verify(key, [(name, file.read().decode("utf-8", "surrogateescape")) for name, file in files])
        if not lines:
            raise ValueError("there is no batch in what was given")
        print("\n".join(lines))
        return 0 if proven else 1
    except (ValueError, OSError) as error:
        print(f"egw_verify: {error}", file=sys.stderr)
        return 2

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

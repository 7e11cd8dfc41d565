# Cases on standard input, [{"arguments": [...], "lines": [...]}]: what egw_verify.py says of each, as JSON.
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "verify", "python"))
import egw_verify

answers = []
for case in json.load(sys.stdin):
    verifier, _ = egw_verify.options_of(case["arguments"])
    egw_verify.add_data(verifier, "".join(line + "\n" for line in case["lines"]).encode(), "batches.jsonl")
    proven, lines = verifier.finish()
    answers.append({"exitCode": 0 if proven else 1, "says": lines})
print(json.dumps(answers))

# Cases on standard input, [{"arguments": [...], "lines": [...]}]: what egw_verify.py says of each, as JSON.
import io, json, os, sys, tempfile
from contextlib import redirect_stderr, redirect_stdout

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "verify", "python"))
import egw_verify

answers = []
cases = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for case in cases:
        with open("batches.jsonl", "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in case["lines"])
        said, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(errors):
            exit_code = egw_verify.main([*case["arguments"], "batches.jsonl"])
        answers.append({"exitCode": exit_code, "says": (errors if exit_code == 2 else said).getvalue().splitlines()})
    os.chdir("/")
print(json.dumps(answers))

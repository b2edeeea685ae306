#!/usr/bin/env python3
"""Stored verdicts.

same: A stored verdict gives the same reports as the run that stored it: every `thresh eval` of the cases is
run with each report, once from the run itself and once by `thresh report` from the verdict document, and
the two have to be the same bytes and the same exit code.

changed: Documents changed by hand are refused: each value of one of them is changed, each key taken away; of
EVERY values one.

usage: check_stored.py same|changed THRESH CASES_FOLDER [EVERY]
"""
import concurrent.futures
import copy
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

# Stands in for thresh while a case runs: makes every report twice. A process that is started takes longer
# than thresh itself, so there are no more of them than need be.
STAND_IN = """#!/bin/sh
case "$1 $*" in *--help*) exit ;; eval*) ;; *) exec "$THRESH" "$@" ;; esac
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
n=0
while [ -e "$KEEP/$n.run.json" ]; do n=$((n + 1)); done
again= from= to= before=
for word in "$@"; do
    case $word in --all|-a|--quiet|-q|--ascii|--color=*|--lang=*) again="$again $word" ;; esac
    [ "$before" != --lang ] || again="$again --lang=$word"
    before=$word
done
for f in $FORMATS; do from="$from -o $f:$KEEP/$n.run.$f"; to="$to -o $f:$KEEP/$n.stored.$f"; done
"$THRESH" "$@" $from >/dev/null 2>&1; run=$?
[ $run = 2 ] && exit 2
"$THRESH" report "$KEEP/$n.run.json" $again $to >"$KEEP/$n.word" 2>&1; stored=$?
[ $run = $stored ] || echo "exit $run, then $stored: $*" >>"$KEEP/$n.word"
exit $run
"""


def run_case(case, thresh, formats):
    """Messages of what differed, and how many runs there were. Cases of a report make every one; the others
    those that show most of what a verdict holds."""
    if case.parent.name != "report":
        formats = [f for f in formats if f in ("text", "json", "html")]
    return run_in_copy(case, thresh, formats)


def run_in_copy(case, thresh, formats):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        shutil.copytree(case, folder / "case")
        (folder / "bin").mkdir()
        (folder / "keep").mkdir()
        script = folder / "bin/thresh"
        script.write_text(STAND_IN)
        script.chmod(0o755)
        env = {"PATH": f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "COLUMNS": "100",
               "HOME": str(folder), "THRESH": thresh, "KEEP": str(folder / "keep"), "FORMATS": " ".join(formats),
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
        subprocess.run(["sh", "-c", (case / "cmd").read_text()], cwd=folder / "case", env=env, check=False,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        faults = []
        words = sorted((folder / "keep").glob("*.word"))
        for word in words:
            faults += [f"{case.name}: {word.read_text()}"] * (word.stat().st_size > 0)
            for form in formats:
                run, stored = (word.with_name(f"{word.stem}.{of}.{form}") for of in ("run", "stored"))
                if not (stored.exists() and run.read_bytes() == stored.read_bytes()):
                    faults.append(f"{case.name}: {form} is another one")
        return faults, len(words)


def places(node, at=()):
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield at + (key,)
        yield from places(value, at + (key,))


def other(value):
    """A value that is not this one, of the same type where there is one."""
    if value is None or isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return value + "x" if isinstance(value, str) else None


def refuses(thresh, text, why):
    done = subprocess.run([thresh, "report", "-"], input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 2 and done.stderr and not done.stdout, (why, done)


def changed_documents(thresh, case, options, every):
    run = subprocess.run([thresh, "eval", "b.json", "c.json", *options, "-o", "json"], cwd=case,
                         capture_output=True, check=False)
    document = json.loads(run.stdout)
    # spaces and line ends are nobody's business
    spaced = subprocess.run([thresh, "report", "-"], input=json.dumps(document, indent=4).encode(),
                            capture_output=True, check=False)
    assert spaced.returncode == run.returncode, spaced
    count = 0
    for path in itertools.islice(places(document), 0, None, every):
        changed = copy.deepcopy(document)
        parent = changed
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = other(parent[path[-1]])
        refuses(thresh, json.dumps(changed), path)
        if isinstance(path[-1], str):
            del parent[path[-1]]
            refuses(thresh, json.dumps(changed), path)
        count += 1
    for text in ("", "{}", "[]", "{\"schema\": \"thresh/result/v2\"}", json.dumps({**document, "more": 1}),
                 run.stdout.decode()[:-40]):
        refuses(thresh, text, text[:60])
    return count


def same(thresh, cases, _):
    listed = subprocess.run([thresh, "report", "--formats"], capture_output=True, text=True, check=True)
    formats = [line.split()[0] for line in listed.stdout.splitlines()]
    assert "json" in formats and "text" in formats
    folders = [c.parent for c in sorted(cases.glob("*/*/cmd")) if "thresh eval" in c.read_text()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(lambda c: run_case(c, thresh, formats), folders))
    faults, runs = [w for words, _ in done for w in words], sum(n for _, n in done)
    print("\n".join(faults))
    assert runs > 200, f"only {runs} runs: the cases were not found"
    print(f"{runs} verdicts in {len(formats)} formats, {len(faults)} differ")
    return 1 if faults else 0


def changed(thresh, cases, every):
    count = sum(changed_documents(thresh, cases / case, options, every) for case, options in (
        ("report/json", ["-p", "search"]),
        ("roi/eval-accept", ["--roi", "roi.yaml", "--draws", "100"]),
        ("report/rivals", ["--rival", "A=a.json", "--rival", "B=x.json"])))
    assert count > 100, f"only {count} changes"
    print(f"{count} changes by hand were refused")
    return 0


if __name__ == "__main__":
    sys.exit({"same": same, "changed": changed}[sys.argv[1]](
        os.path.abspath(sys.argv[2]), pathlib.Path(sys.argv[3]), int((sys.argv + ["1"])[4])))

#!/usr/bin/env python3
"""The verdict documents that thresh writes are valid against the schema, and the schema refuses
documents that are not: each required key taken away, each type changed, one key too many.

usage: check_schema.py THRESH PROJECT_ROOT
"""
import copy
import datetime
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import yaml

PAIRS = [
    ("image-classification", "baseline.json", "compressed.json", ["-p", "classification"]),
    ("search", "baseline.json", "compressed-5.json", ["-p", "search"]),
    ("search", "baseline.json", "compressed.json", ["-p", "search", "--anchor", "baseline.json"]),
    ("eight-scenarios", "baseline.json", "compressed.json", ["-p", "finance"]),
    ("phone-camera", "baseline.json", "compressed-55mb.json", ["-p", "camera.yaml"]),
    ("layered-shop", "baseline.json", "int4.json", ["--group", "vip"]),
    ("lm-eval", "bf16.json", "awq.json", []),
    ("roi", "baseline.json", "int8.json", ["--roi", "roi.yaml", "--draws", "2000"]),
]


def document(thresh, folder, args):
    done = subprocess.run([thresh, "eval", *args, "-o", "json"], cwd=folder, capture_output=True,
                          check=False)
    doc = json.loads(done.stdout)
    assert doc["exit_code"] == done.returncode, (args, done.returncode)
    return doc


def paths(node, at=()):
    """Every place in a document, the root excepted."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield at + (key,)
        yield from paths(value, at + (key,))


def changed(doc, path, change):
    copied = copy.deepcopy(doc)
    parent = copied
    for key in path[:-1]:
        parent = parent[key]
    change(parent, path[-1])
    return copied


def refuse_changes(doc, at, validator):
    """Each key below `at` taken away, and each value made a list."""
    refused, inside = 0, doc[at] if at else doc
    for path in paths(inside, (at,) if at else ()):
        if "phrase" in path[:-1]:
            continue
        if isinstance(path[-1], str):
            assert not validator.is_valid(changed(doc, path, lambda p, k: p.pop(k))), f"still valid without {path}"
            refused += 1
        broken = changed(doc, path, lambda p, k: p.__setitem__(k, [[]]))
        assert not validator.is_valid(broken), f"still valid with a list at {path}"
        refused += 1
    return refused


def check_returns(thresh, root, verdict, validator):
    """The return in a verdict, and the document of its own."""
    schema = json.loads((root / "configs/schemas/roi-result-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    own, refused = jsonschema.Draft202012Validator(schema), refuse_changes(verdict, "roi", validator)
    for args in ([], ["baseline.json", "int8.json"], ["baseline.json", "int4.json"]):
        done = subprocess.run([thresh, "roi", "roi.yaml", *args, "-o", "json", "--draws", "2000"],
                              cwd=root / "examples/roi", capture_output=True, check=False)
        doc = json.loads(done.stdout)
        assert doc["exit_code"] == done.returncode
        own.validate(doc)
    assert {k: doc[k] for k in verdict["roi"]}.keys() == verdict["roi"].keys()
    return refused + refuse_changes(doc, None, own)


RANKINGS = [
    ("customer-service-bot", ["baseline.json", "int8.json", "int4-pruned.json", "-p", "bot.yaml"]),
    ("search", ["baseline.json", "compressed.json", "compressed-3.json", "compressed-5.json", "-p", "search",
                "--by", "ndcg"]),
    ("search", ["baseline.json", "compressed-5.json", "-p", "search"]),
    ("roi", ["baseline.json", "int8.json", "int4.json", "--by", "roi", "--roi", "roi.yaml", "--draws", "2000"]),
]


def check_rankings(thresh, root):
    """Candidates in order, with and without a return."""
    schema = json.loads((root / "configs/schemas/rank-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    own = jsonschema.Draft202012Validator(schema)
    for folder, args in RANKINGS:
        done = subprocess.run([thresh, "rank", *args, "-o", "json"], cwd=root / "examples" / folder,
                              capture_output=True, check=False)
        doc = json.loads(done.stdout)
        assert doc["exit_code"] == done.returncode
        own.validate(doc)
        assert all(len(c["axes"]) == len(doc["axes"]) for c in doc["candidates"])
    assert doc["model"] and doc["candidates"][0]["roi"]
    return len(RANKINGS), refuse_changes(doc, None, own)


def check_matrices(thresh, root):
    """Scenarios by candidates: served, refused and closed ones, and one left to review."""
    schema = json.loads((root / "configs/schemas/matrix-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator, refused = jsonschema.Draft202012Validator(schema), 0
    for folder, args in (
        ("search", ["baseline.json", "compressed.json", "compressed-5.json", "-p", "search", "-p", "finance"]),
        ("layered-shop", ["baseline.json", "int8.json", "int4.json", "--layer", "core", "--layer", "auxiliary",
                          "--group", "vip", "--group", "free", "--by", "accuracy"]),
    ):
        done = subprocess.run([thresh, "rank", *args, "--matrix", "-o", "json"], cwd=root / "examples" / folder,
                              capture_output=True, check=False)
        doc = json.loads(done.stdout)
        assert doc["exit_code"] == done.returncode
        validator.validate(doc)
        refused += refuse_changes(doc, None, validator)
    return refused


CALIBRATIONS = [
    ("examples/calibration", ["-y", "complaints", "-y", "retained"]),
    ("examples/calibration", ["-y", "complaints", "-y", "satisfaction", "--mapping"]),
    ("tests/cases/calibrate/no-trend", []),
    ("tests/cases/calibrate/parted", []),
    ("examples/calibration", ["-y", "satisfaction", "--perceptible", "0.1", "--unacceptable", "0.3"]),
]


def check_calibrations(thresh, root):
    """Limits that are known, those that the data cannot tell, and mappings."""
    schema = json.loads((root / "configs/schemas/calibration-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator, codes = jsonschema.Draft202012Validator(schema), set()
    for folder, args in CALIBRATIONS:
        history = next((root / folder).glob("h*.csv")).name
        done = subprocess.run([thresh, "calibrate", history, *args, "-o", "json"], cwd=root / folder,
                              capture_output=True, check=False)
        doc = json.loads(done.stdout)
        assert doc["exit_code"] == done.returncode
        validator.validate(doc)
        codes.add(done.returncode)
    assert codes == {0, 3}, codes
    for key in ("bins", "points", "drawn"):
        doc["outcomes"][0][key] = doc["outcomes"][0][key][:1]
    return len(CALIBRATIONS), refuse_changes(doc, None, validator)


def check_alerts(thresh, root):
    """Every line that the monitor writes of the example and of the cases."""
    schema = json.loads((root / "configs/schemas/alert-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator, lines, refused = jsonschema.Draft202012Validator(schema), [], 0
    for folder, args in (("examples/monitor", ["--profile", "shop.yaml", "--baseline", "baseline.json"]),
                         ("examples/monitor", ["--window", "5m", "--baseline", "live", "--drift", "latency_ms",
                                               "--adaptive", "on"]),
                         ("tests/cases/monitor/silence", ["--profile", "mine.yaml", "--baseline", "b.json", "--window", "20"]),
                         ("tests/cases/monitor/floor", ["--profile", "mine.yaml", "--baseline", "b.json"])):
        done = subprocess.run([thresh, "monitor", "events.jsonl", *args, "--quiet"], cwd=root / folder,
                              capture_output=True, text=True, check=False)
        lines += [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        validator.validate(line)
    kinds = {line.get("reason") for line in lines}
    assert kinds >= {"beyond-limit", "recovered", "no-data", "service-down", "below-floor", "first-windows", "stable"}, kinds
    for reason in kinds:
        line = next(one for one in lines if one["reason"] == reason)
        for key in line:
            broken = changed(line, (key,), lambda p, k: p.__setitem__(k, [[]]))
            assert not validator.is_valid(broken), f"still valid with a list at {key}"
            refused += 1
            if "level" in line:
                assert not validator.is_valid(changed(line, (key,), lambda p, k: p.pop(k))), f"still valid without {key}"
                refused += 1
        assert not validator.is_valid({**line, "surplus": 1})
    return len(lines), refused


def check_rollouts(thresh, root):
    """A rollout from its beginning to its end: what it writes, and its plan, which editors check."""
    example, refused = root / "examples/rollout", 0

    def schema_of(name):
        schema = json.loads((root / f"configs/schemas/{name}-v1.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    result, status, simulation = (schema_of(f"rollout-{n}") for n in ("result", "status", "simulation"))
    plan = yaml.safe_load((example / "rollout.yaml").read_text())
    plans = schema_of("rollout")
    plans.validate(plan)
    asking = yaml.safe_load((example / "rollout-prometheus.yaml").read_text())
    plans.validate(asking)
    server = asking["prometheus"]
    for faulty in ({**server, "arms": "version"}, {k: v for k, v in server.items() if k != "candidate"},
                   {**server, "queries": {"latency": {"n": "n[$since]", "sum": "s[$since]"}}}, {"arm": "version"},
                   {**server, "queries": {"latency": {"n": "n[5m]"}}}, {**server, "scrape": "soon"},
                   {**server, "queries": {"latency": {"n": {"baseline": "n[$since]"}}}}):
        assert not plans.is_valid({**asking, "prometheus": faulty}), faulty
        refused += 1
    with tempfile.TemporaryDirectory() as temporary:
        def run(hours, *args):
            at = datetime.datetime(2026, 11, 25) + datetime.timedelta(hours=hours)
            done = subprocess.run([thresh, "rollout", *args, "-o", "json", "--state", f"{temporary}/s.db",
                                   "--at", at.strftime("%Y-%m-%dT%H:%M:%SZ")], cwd=example, capture_output=True, check=False)
            doc = json.loads(done.stdout)
            assert doc.get("exit_code", 0) == done.returncode, done.returncode
            return doc

        run(0, "init", "rollout-prometheus.yaml")
        status.validate(run(0, "init", "rollout.yaml"))
        for hours, file, step in ((1, "stage-5.csv", "hold"), (12, "stage-5.csv", "advance"), (60, "stage-20.csv", "advance"),
                                  (90, "stage-50.csv", "rollback")):
            doc = run(hours, "observe", "rollout.yaml", file)
            result.validate(doc)
            assert doc["step"] == step, doc["step"]
            refused += refuse_changes(doc, None, result) if hours == 90 else 0
        ended = run(91, "status", "rollout.yaml")
        status.validate(ended)
        played = run(0, "init", "rollout.yaml", "--simulate", "--runs", "100")
        simulation.validate(played)
        return refused + refuse_changes(ended, None, status) + refuse_changes(played, None, simulation)


def check_records(thresh, root):
    """Entries of the log of each command, and what a monitor says of a run."""
    entry, status = (json.loads((root / f"configs/schemas/{n}-v1.schema.json").read_text()) for n in ("log", "monitor-status"))
    for schema in (entry, status):
        jsonschema.Draft202012Validator.check_schema(schema)
    entry, status, refused = jsonschema.Draft202012Validator(entry), jsonschema.Draft202012Validator(status), 0
    with tempfile.TemporaryDirectory() as temporary:
        def run(folder, *args):
            return subprocess.run([thresh, *args, "--record", f"{temporary}/log.db"], cwd=root / "examples" / folder,
                                  capture_output=True, text=True, check=False).stdout

        run("monitor", "monitor", "events.jsonl", "--baseline", "baseline.json", "--profile", "shop.yaml")
        run("monitor", "monitor", "events.jsonl", "--baseline", "live", "--window", "100")
        run("search", "eval", "baseline.json", "compressed.json", "-p", "search")
        run("search", "rank", "baseline.json", "compressed.json", "-p", "search", "--tier", "edge", "--matrix")
        for step in (["init", "rollout.yaml"], ["observe", "rollout.yaml", "stage-5.csv"], ["abort", "rollout.yaml"]):
            run("rollout", "rollout", *step, "--state", f"{temporary}/s.db")
        entries = [json.loads(line) for line in run("search", "log", "export").splitlines()]
        for one in entries:
            entry.validate(one)
        assert {e["kind"] for e in entries} == {"eval", "rank", "rollout", "monitor"}
        assert {f["role"] for e in entries for f in e["files"]} == {"input", "profile", "built-in", "plan", "state", "clock"}
        refused += refuse_changes(entries[-1], None, entry)
        states = [json.loads(run("search", "log", "show", str(e["id"]), "-o", "json")) for e in entries if e["kind"] == "monitor"]
        states = [s for s in states if s["schema"] == "thresh/monitor-status/v1"]
        assert [s["status"] for s in states] == ["running", "ended"] * 2 and states[0]["baseline"] and states[2]["baseline"] is None
        for state in states:
            status.validate(state)
        return len(entries) + len(states), refused + refuse_changes(states[1], None, status)


def main():
    thresh, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    schema = json.loads((root / "configs/schemas/result-v1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    documents = [document(thresh, root / "examples" / f, [b, c, *o]) for f, b, c, o in PAIRS]
    for doc in documents:
        validator.validate(doc)
    refused = check_returns(thresh, root, documents[-1], validator)
    refused += check_rollouts(thresh, root)
    rankings, refused_rankings = check_rankings(thresh, root)
    refused += refused_rankings
    refused += check_matrices(thresh, root)
    calibrations, refused_calibrations = check_calibrations(thresh, root)
    refused += refused_calibrations
    for path in itertools.islice(paths(documents[1]), 400):
        parent_is_map = isinstance(path[-1], str)
        if parent_is_map:
            broken = changed(documents[1], path, lambda p, k: p.pop(k))
            assert not validator.is_valid(broken), f"still valid without {path}"
            refused += 1
        if path[-1] in ("score", "roi"):
            continue
        broken = changed(documents[1], path, lambda p, k: p.__setitem__(k, [[]]))
        assert not validator.is_valid(broken), f"still valid with a list at {path}"
        refused += 1
    broken = changed(documents[1], ("schema",), lambda p, k: p.__setitem__("surplus", 1))
    assert not validator.is_valid(broken)
    alerts, refused_alerts = check_alerts(thresh, root)
    records, refused_records = check_records(thresh, root)
    refused += refused_alerts + refused_records
    documents_read = len(documents) + rankings + calibrations + records
    print(f"{documents_read} documents and {alerts} alerts are valid, {refused + 1} broken ones are refused")


if __name__ == "__main__":
    main()

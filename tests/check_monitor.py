#!/usr/bin/env python3
"""Kills thresh monitor at random moments and starts it again on the same input: no alert is lost or told
twice, each incident is rolled back once, each alert is on record once, and the state ends as that of a run that
nobody disturbed.

usage: check_monitor.py THRESH [KILLS]
"""
import collections
import hashlib
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

ROWS, REST = 60000, 7000
PROFILE = """schema: thresh/profile/v1
name: watched
axis: scenario
title: A stream with incidents
alerts:
  window: 500
  slide: 100
  actions:
    rollback: {at: red, command: [%s, rollbacks]}
"""
# One write, so that lines of two incidents do not mix; the alert is on standard input.
ROLLBACK = "#!/bin/sh\nalert=$(cat)\nprintf '%s\\n' \"$alert\" >>\"$1\"\n"


def write_stream(path, first, last):
    draw = random.Random(first)
    with open(path, "a") as f:
        for i in range(first, last):
            bad = i // 3000 % 2 == 1
            f.write('{"ts": %d, "accuracy": %d, "latency_ms": %.3f}\n'
                    % (1795579200 + i, draw.random() < (0.8 if bad else 0.94), draw.lognormvariate(3.6 if bad else 3.4, 0.2)))


class Run:
    """A folder with a stream of its own state and output."""

    def __init__(self, thresh, folder, stream, record):
        self.folder, self.record = folder, record
        folder.mkdir()
        hook = folder / "rollback"
        hook.write_text(ROLLBACK)
        hook.chmod(0o755)
        (folder / "watched.yaml").write_text(PROFILE % hook)
        (folder / "baseline.json").write_text('{"accuracy": 0.94, "latency_ms": 30.6}')
        os.symlink(stream, folder / "s.jsonl")
        self.command = [thresh, "monitor", "s.jsonl", "--baseline", "baseline.json", "--profile", "watched.yaml",
                        "--state", "state.db", "--allow-actions", "--quiet", *(["--record", "log.db"] if record else [])]

    def start(self):
        with open(self.folder / "out", "ab") as out, open(self.folder / "err", "ab") as err:
            return subprocess.Popen(self.command, stdout=out, stderr=err, cwd=self.folder)

    def alerts(self):
        return [json.loads(line) for line in (self.folder / "out").read_text().splitlines()]

    def kept(self):
        with sqlite3.connect(self.folder / "state.db") as db:
            return [row[0] for row in db.execute("SELECT id FROM thresh_alert WHERE key = 'monitor s.jsonl' ORDER BY number")]

    def recorded(self):
        """The alerts on record, by the hash of their documents; and how often a run ended."""
        done = subprocess.run([self.command[0], "log", "export", "--record", "log.db"], cwd=self.folder, check=True,
                              capture_output=True)
        entries = [json.loads(line) for line in done.stdout.splitlines()]
        with sqlite3.connect(self.folder / "state.db") as db:
            lines = [row[0] + b"\n" for row in db.execute(
                "SELECT text FROM thresh_alert WHERE key = 'monitor s.jsonl' ORDER BY number")]
        known = {hashlib.sha256(line).hexdigest(): json.loads(line)["id"] for line in lines}
        alerts = [known[e["document"]] for e in entries if e["document"] in known]
        return alerts, [e["verdict"] for e in entries if e["document"] not in known]

    def rollbacks(self):
        path = self.folder / "rollbacks"
        lines = path.read_text().splitlines() if path.exists() else []
        return collections.Counter(json.loads(line)["incident"] for line in lines)


def check_folder(thresh, work, stream):
    """The folder of actions keeps the newest 1,000 of its input, and what is none of it; another input that has the same lines at the
    same times has calls of its own."""
    one = Run(thresh, work / "one", stream, False)
    actions = one.folder / "state.db.actions"
    actions.mkdir()
    mine = hashlib.sha256(f"{one.folder}/s.jsonl".encode()).hexdigest()[:12]
    for i in range(1200):
        path = actions / f"{mine}-{i:032x}-rollback"
        path.write_text("begun\nended 0 0 1 0.001 0 0\n")
        os.utime(path, (1700000000 + i,) * 2)
    others = {"rollback", f"{'0' * 12}-{'1' * 32}-rollback"}
    for name in others:
        (actions / name).write_text("begun\nended 0 0 1 0.001 0 0\n")
    assert one.start().wait() == 0
    incidents = one.rollbacks()
    assert incidents
    os.symlink(stream, one.folder / "t.jsonl")
    one.command[2] = "t.jsonl"
    assert one.start().wait() == 0 and one.rollbacks() == {i: 2 for i in incidents}, one.rollbacks()
    one.command[2] = "s.jsonl"
    write_stream(stream, 8000, 8000 + REST)
    one.start().wait()
    left = {p.name for p in actions.iterdir()}
    kept = sorted(n for n in left if n.startswith(mine) and n.split("-")[1].startswith("0" * 20))
    assert others < left and kept[-1].startswith(f"{mine}-{1199:032x}") and not kept[0].startswith(f"{mine}-{0:032x}"), kept[:3]
    assert 990 <= len([n for n in left if n.startswith(mine)]) <= 1000 + len(incidents), len(left)


def main(thresh, kills):
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        stream = work / "stream.jsonl"
        write_stream(stream, 0, ROWS)
        lasts = {}
        for record in (True, False):
            whole = Run(thresh, work / f"whole{record}", stream, record)
            began = time.monotonic()
            code = whole.start().wait()
            lasts[record] = time.monotonic() - began
            assert code == 1, (code, (whole.folder / "err").read_text())
            if record:
                noted = whole
        wanted = whole.alerts()
        incidents = {a["incident"] for a in wanted if a["level"] == "red"}
        assert len(wanted) >= 20 and len(incidents) >= 5, (len(wanted), len(incidents))
        assert whole.rollbacks() == {i: 1 for i in incidents}, whole.rollbacks()
        assert whole.kept() == [a["id"] for a in wanted]
        assert noted.alerts() == wanted, "the record changed the alerts"
        assert noted.recorded() == ([a["id"] for a in wanted], ["running", "red"]), noted.recorded()

        draw = random.Random(7)
        killed, runs = 0, []
        while killed < kills:
            # a record waits for the disk each time, so that such a run lasts long: one of four
            run = Run(thresh, work / f"run{len(runs)}", stream, len(runs) % 4 == 0)
            runs.append(run)
            while True:
                process = run.start()
                try:
                    code = process.wait(draw.uniform(0, lasts[run.record] / 2))
                    break
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    killed += 1
            for _ in range(500):  # a rollback whose monitor was killed goes on by itself
                if sum(run.rollbacks().values()) >= len(incidents):
                    break
                time.sleep(0.01)
            assert code == 1, (code, (run.folder / "err").read_text())
            assert run.alerts() == wanted, run.folder
            assert run.kept() == [a["id"] for a in wanted]
            assert run.rollbacks() == {i: 1 for i in incidents}, run.rollbacks()
            assert (run.folder / "out").read_bytes() == (whole.folder / "out").read_bytes()
            if not run.record:
                continue
            alerts, others = run.recorded()
            assert alerts == [a["id"] for a in wanted], (run.folder, alerts)
            # one that is killed when its end was put on record and before it is gone begins, and ends, again
            assert others[0] == "running" and others[-1] == "red", others
            assert all(before == "running" for before, end in zip(others, others[1:]) if end == "red"), others
        # their states are alike: what comes next is judged as if nothing had happened
        write_stream(stream, ROWS, ROWS + REST)
        for run in [whole, *runs]:
            run.start().wait()
            assert len(run.alerts()) > len(wanted)
            assert (run.folder / "out").read_bytes() == (whole.folder / "out").read_bytes(), run.folder
        short = work / "short.jsonl"
        write_stream(short, 0, 8000)
        check_folder(thresh, work, short)
        print(f"{killed} kills in {len(runs)} runs of {lasts[False] * 1000:.0f} ms, with a record {lasts[True] * 1000:.0f} ms: {len(wanted)} alerts each, none lost and none "
              f"twice; {len(incidents)} incidents, each rolled back once")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200)

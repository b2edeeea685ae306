#!/usr/bin/env python3
"""What many processes and a SIGKILL do to a rollout: every observation counts once, none is lost, no stage is
skipped, and each step that was taken has the document beside it that was decided, and is on record once.

usage: check_rollout.py THRESH
"""
import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PLAN = """schema: thresh/rollout/v1
name: demo
stages:
  - {share: 50%, samples: 1000000000}
  - {share: 60%, samples: 1000}
metrics: {business: [ctr]}
"""
PROCESSES = 16


def main():
    thresh = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "plan.yaml").write_text(PLAN)

        def start(*args):
            record = ["--record", "log.db"] if args[0] != "status" else []
            return subprocess.Popen([thresh, "rollout", *args, *record], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def finish(process):
            out, err = process.communicate(timeout=60)
            return process.returncode, out, err

        def rows(n):
            # hash and numbers differ, so that none is taken for the one before
            (folder / f"{n}.csv").write_text(f"arm,metric,n,successes\na,ctr,{1000 + n},{200}\nb,ctr,{1000 + n},{200}\n")
            return f"{n}.csv"

        looks = [0]

        def counted():
            """What was there before this look, which adds some itself."""
            looks[0] += 1
            n = 100000 + looks[0]
            code, out, err = finish(start("observe", "plan.yaml", rows(n), "--increment", "-o", "json"))
            assert code == 3, (code, out, err)
            added_now[0] += 1000 + n
            return int(out.split('"samples": ')[1].split(",")[0]) - added_now[0]

        added_now = [0]

        # many begin: one of them does
        begun = [finish(p) for p in [start("init", "plan.yaml", "-q") for _ in range(PROCESSES)]]
        assert sorted(code for code, _, _ in begun) == [0] + [2] * (PROCESSES - 1), begun
        # many add what they counted: all of it is there
        added = [finish(p) for p in [start("observe", "plan.yaml", rows(i), "--increment", "-q") for i in range(PROCESSES)]]
        assert all(code == 3 for code, _, _ in added), added
        want = sum(1000 + i for i in range(PROCESSES))
        assert counted() == want, "counts were lost or doubled"
        # killed at any moment: counted once, or not at all
        killed = done = 0
        for i in range(60):
            process = start("observe", "plan.yaml", rows(100 + i), "--increment", "-q")
            time.sleep(i * 0.002)
            process.send_signal(signal.SIGKILL)
            code = finish(process)[0]
            killed += code == -signal.SIGKILL
            now = counted()
            assert now in (want, want + 1100 + i), f"killed after {i * 2} ms: {now - want} more"
            done += now > want
            want = now
        # each step, the beginning included, has its document
        kept = sqlite3.connect(folder / "plan.db").execute(
            "select count(*), count(distinct id) from thresh_alert where key = 'rollout/demo'").fetchone()
        assert kept == (1 + PROCESSES + looks[0] + done,) * 2, kept
        code, out, _ = finish(start("status", "plan.yaml", "-o", "json"))
        assert code == 0 and '"status": "running"' in out, out
        assert f'"looks": {PROCESSES + looks[0] + done}' in out, out
        # and is on record: a killed process that had counted was put there by the next one, in the words of its own
        log = subprocess.run([thresh, "log", "export", "--record", "log.db"], cwd=folder, capture_output=True, check=True).stdout
        entries = [json.loads(line) for line in log.splitlines()]
        assert [e["verdict"] for e in entries] == ["running"] + ["hold"] * (PROCESSES + looks[0] + done)
        assert len({e["document"] for e in entries}) == len(entries), "a step is on record twice"
        times = [e["time"] for e in entries[1 + PROCESSES:]]
        assert times == sorted(times), "steps are on record in another order"
        assert all(f["sha256"] for e in entries for f in e["files"])
        for one in (1, 2, len(entries) // 2, len(entries)):
            said = subprocess.run([thresh, "log", "replay", str(one), "--record", "log.db"], cwd=folder, capture_output=True, check=True)
            assert b"byte for byte" in said.stdout, said
    print(f"{PROCESSES} processes at once lost nothing; {killed} of 60 killed, {done} of them after they had counted")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What a rollout makes of a state that cannot be had: nothing is lost or doubled, and nothing overwritten.

usage: check_rollout_faults.py writes THRESH PRELOAD    killed, or on a full disk, at each write
       check_rollout_faults.py states THRESH            held, damaged, read-only, another's
       check_rollout_faults.py postgres THRESH          in a server of PostgreSQL, which it starts, and which goes away
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from check_log import Server

PLAN = """schema: thresh/rollout/v1
name: demo
stages: [{share: 50%, samples: SAMPLES}, {share: 100%, samples: 1000}]
metrics: {technical: [error_rate]}
"""
ROWS = "arm,metric,n,successes\na,error_rate,N,0\nb,error_rate,N,0\n"
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5"}


class Rollout:
    """Many looks, or one that goes on to the next stage."""

    def __init__(self, thresh, folder, samples=1000000):
        self.thresh, self.folder, self.count = pathlib.Path(thresh).resolve(), pathlib.Path(folder), 0
        (self.folder / "plan.yaml").write_text(PLAN.replace("SAMPLES", str(samples)))

    def rows(self):
        self.count += 1
        name = f"{self.count}.csv"
        (self.folder / name).write_text(ROWS.replace("N", str(5000 + self.count)))
        return name

    def start(self, action, *args, extra=None, **kwargs):
        return subprocess.Popen([self.thresh, "rollout", action, "plan.yaml", *args], cwd=self.folder, env={**ENVIRONMENT, **(extra or {})},
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)

    def run(self, *args, **kwargs):
        process = self.start(*args, **kwargs)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def must(self, code, *args, **kwargs):
        done = self.run(*args, **kwargs)
        assert done.returncode == code, (args, done)
        return done

    def status(self, *args):
        return json.loads(self.must(0, "status", "-o", "json", *args).stdout)


def writes(rollout, preload):
    """An observation that goes on to the next stage: there before or after, and with its document."""
    loaded, db = {"LD_PRELOAD": str(pathlib.Path(preload).resolve())}, rollout.folder / "plan.db"
    rollout.must(0, "init", "-q")
    begun, count, rows, runs = db.read_bytes(), rollout.folder / "count", rollout.rows(), 0

    def again():
        for file in rollout.folder.glob("plan.db*"):
            file.unlink()
        db.write_bytes(begun)

    rollout.must(0, "observe", rows, "-q", extra={**loaded, "WRITE_COUNT": str(count)})
    total = int(count.read_text())
    assert total > 5, total
    for full in (False, True):
        for at in range(1, total + 1):
            again()
            done = rollout.run("observe", rows, extra={**loaded, "WRITE_AT": str(at), **({"WRITE_FULL": "1"} if full else {})})
            runs += 1
            stands = rollout.status()
            where = (full, at, done, stands)
            assert (stands["looks"], stands["stage"]) in ((0, "50 %"), (1, "100 %")), where
            assert full or done.returncode == -signal.SIGKILL, where
            assert done.returncode < 0 or done.stdout == "" or stands["looks"] == 1, where
            if done.returncode == 2:
                assert "full" in done.stderr and stands["looks"] == 0, where
            kept = sqlite3.connect(db).execute("select count(*) from thresh_alert").fetchone()[0]
            assert kept == 1 + stands["looks"], where
            # it can be gone on with
            if stands["looks"] == 0:
                rollout.must(0, "observe", rows, "-q")
    print(f"{runs} observations that were killed or found the disk full: before or after, nothing half")


def states(rollout):
    db = rollout.folder / "plan.db"
    rollout.must(0, "init", "-q")
    rollout.must(3, "observe", rollout.rows(), "-q", "--increment")
    good = db.read_bytes()

    def refused(words, *args, code=2):
        before = db.read_bytes()
        for action in (["observe", "1.csv"], ["status"], ["abort"]):
            done = rollout.must(code, *action, *args)
            assert words in done.stderr and done.stdout == "", (words, done)
        assert db.read_bytes() == before, words

    # somebody else writes, for longer than one waits
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    waiting = rollout.start("observe", "1.csv")
    out, err = waiting.communicate(timeout=120)
    assert waiting.returncode == 2 and "locked: another process has been writing for 30 seconds" in err and out == "", (out, err)
    holder.execute("ROLLBACK")
    holder.close()
    # cut, overwritten, and of another kind
    db.write_bytes(good[:5000])
    refused("")
    db.write_bytes(good[:100] + b"\xff" * 4000 + good[4100:])
    refused("damaged")
    db.write_bytes(b"text")
    refused("not a database of SQLite; it is left as it is")
    db.write_bytes(good)

    def change(state, right_hash):
        db.write_bytes(good)
        with sqlite3.connect(db) as c:
            kept = bytes(c.execute("select state from thresh_checkpoint").fetchone()[0])
            new = state(kept)
            digest = hashlib.sha256(new if right_hash else kept).hexdigest()
            c.execute("update thresh_checkpoint set state = ?, sha256 = ?", (new, digest))
        c.close()

    db.write_bytes(good)
    stands = rollout.status()
    change(lambda s: s[:-1] + bytes([s[-1] ^ 1]), False)
    refused("the state of 'rollout/demo' is damaged: it does not fit its SHA-256")
    change(lambda s: s[:40], True)
    refused("the state of the rollout is damaged")
    change(lambda s: b"MON1" + s[4:], True)  # of another command
    refused("the state of the rollout is damaged")
    # a stage skipped by hand: its place stands behind the plan's hash and the status
    sha = stands["plan"]["sha256"].encode()
    change(lambda s: s[:s.index(sha) + 65] + b"\1" + s[s.index(sha) + 66:], True)
    refused("changed by hand: its stage does not follow from its history")
    db.write_bytes(good)
    # a plan of the same name that is another one
    plan = (rollout.folder / "plan.yaml").read_text()
    (rollout.folder / "plan.yaml").write_text(plan.replace("1000000", "1000"))
    for code, action in ((2, ["observe", "1.csv"]), (0, ["status"])):
        assert "was edited after the rollout 'demo' began" in rollout.must(code, *action).stderr
    assert db.read_bytes() == good
    (rollout.folder / "plan.yaml").write_text(plan)
    # read-only, and by a user for whom that holds
    kwargs = {}
    if os.geteuid() == 0:
        shutil.copy(rollout.thresh, rollout.folder / "thresh")
        rollout.thresh, kwargs = rollout.folder / "thresh", {"user": "nobody", "group": "nogroup", "extra_groups": []}
        rollout.folder.chmod(0o755)
    db.chmod(0o444)
    done = rollout.run("observe", "1.csv", **kwargs)
    assert done.returncode == 2 and ("read-only" in done.stderr or "cannot" in done.stderr) and db.read_bytes() == good, done
    assert rollout.run("status", **kwargs).returncode == 0
    db.chmod(0o644)
    assert rollout.status()["looks"] == 1
    print("a state that is held, damaged, read-only, another's or changed by hand is told, and left as it is")


def postgres(rollout):
    server = Server(rollout.folder)
    url = server.url()
    try:
        missing = rollout.must(2, "status", "--state", url)
        assert "there is no rollout 'demo'" in missing.stderr and "secret" not in missing.stderr, missing
        rollout.must(0, "init", "--state", url, "-q")
        assert "was begun before" in rollout.must(2, "init", "--state", url).stderr
        # many at once: each counts
        running = [rollout.start("observe", rollout.rows(), "--increment", "-q", "--state", url) for _ in range(12)]
        ends = [(p.communicate(timeout=120), p.returncode) for p in running]
        assert all(code == 3 for _, code in ends), ends
        looks = rollout.status("--state", url)["looks"]
        assert looks == 12, looks
        # gone before, and gone in the middle
        server.stop()
        done = rollout.must(2, "observe", rollout.rows(), "--increment", "--state", url)
        assert "cannot connect" in done.stderr and done.stdout == "" and "secret" not in done.stderr, done
        server.start()
        said = unknown = 0
        for turn in range(6):
            running = [rollout.start("observe", rollout.rows(), "--increment", "-q", "--state", url) for _ in range(8)]
            time.sleep(0.1 + 0.15 * turn)
            server.stop()
            for process in running:
                out, err = process.communicate(timeout=120)
                assert process.returncode == 3 or (process.returncode == 2 and err and not out), (process.returncode, out, err)
                said += process.returncode == 3
                unknown += process.returncode == 2 and "cannot connect" not in err
            server.start()
        now = rollout.status("--state", url)["looks"]
        assert looks + said <= now <= looks + said + unknown, (looks, said, unknown, now)
        kept = int(server.sql("SELECT count(DISTINCT id) FROM thresh_alert"))
        assert kept == 1 + now, (kept, now)
        # to its end, and no further
        rollout.must(0, "abort", "--state", url)
        assert "aborted, for good" in rollout.must(1, "observe", "1.csv", "--state", url).stdout
    finally:
        if server.process.poll() is None:
            server.stop()
    print(f"PostgreSQL: {now} looks, of which {said} were told while the server was killed six times; none lost or doubled")


def main():
    what, thresh, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as temporary:
        rollout = Rollout(thresh, temporary, 1000 if what == "writes" else 1000000)
        {"writes": writes, "states": states, "postgres": postgres}[what](rollout, *rest)


if __name__ == "__main__":
    main()

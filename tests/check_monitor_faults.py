#!/usr/bin/env python3
"""Faults under thresh monitor: each is told and ends with 2, and once it is gone the same command goes on to the
alerts of a run that nobody disturbed, byte for byte.

usage: check_monitor_faults.py full THRESH PRELOAD    a disk that is full at each write of the state, and kills there
       check_monitor_faults.py locked THRESH          a state that another process holds, for short and for long
       check_monitor_faults.py state THRESH           a state that is damaged, somebody else's, read-only, nowhere
       check_monitor_faults.py ends THRESH            signals within a window, and an output that is closed
       check_monitor_faults.py memory THRESH          ten times the rows, and no more memory
"""
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from check_monitor import write_stream

ROWS = 12000
PROFILE = """schema: thresh/profile/v1
name: watched
axis: scenario
title: A stream with incidents
alerts: {window: 500, slide: 100}
"""


class Bench:
    """A stream, and what a run without a fault makes of it."""

    def __init__(self, thresh, work):
        self.thresh, self.work, self.number = thresh, work, 0
        write_stream(work / "s.jsonl", 0, ROWS)
        (work / "watched.yaml").write_text(PROFILE)
        (work / "baseline.json").write_text('{"accuracy": 0.94, "latency_ms": 30.6}')
        self.new()
        done = self.run()
        assert done.returncode == 1, done
        self.wanted = self.out.read_bytes()
        assert self.wanted.count(b"\n") >= 6, self.wanted

    def new(self):
        """A folder for the state and the output of the next run."""
        self.number += 1
        self.folder = self.work / f"run{self.number}"
        self.folder.mkdir()
        self.state, self.out = self.folder / "state.db", self.folder / "out"

    def command(self, *more, stream="s.jsonl"):
        return [self.thresh, "monitor", stream, "--baseline", "baseline.json", "--profile", "watched.yaml",
                "--state", str(self.state), "--quiet", *more]

    def run(self, *more, env=None, **kwargs):
        with open(self.out, "ab") as out:
            return subprocess.run(self.command(*more), cwd=self.work, env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
                                  stdout=out, stderr=subprocess.PIPE, text=True, check=False, timeout=120, **kwargs)

    def goes_on(self):
        done = self.run()
        assert done.returncode == 1, done
        assert self.out.read_bytes() == self.wanted, self.folder

    def refused(self, said, **kwargs):
        done = self.run(**kwargs)
        assert done.returncode == 2 and said in done.stderr, (said, done)
        return done


def full(bench, preload):
    loaded, count = {"LD_PRELOAD": os.path.abspath(preload)}, bench.work / "count"
    bench.new()
    bench.run(env={**loaded, "WRITE_COUNT": str(count)})
    total, told = int(count.read_text()), 0
    assert total >= 20, total
    for at in range(1, total + 1):
        bench.new()
        done = bench.run(env={**loaded, "WRITE_AT": str(at), "WRITE_FULL": "1"})
        # a removal or a sync does not fail: then the run is as it always is
        assert done.returncode == 1 or (done.returncode == 2 and "the disk is full" in done.stderr), (at, done)
        told += done.returncode == 2
        assert bench.wanted.startswith(bench.out.read_bytes())
        bench.goes_on()
        if at % 3 > 0:
            continue
        bench.new()
        done = bench.run(env={**loaded, "WRITE_AT": str(at)})
        assert done.returncode == -signal.SIGKILL, (at, done)
        bench.goes_on()
    assert told >= total // 2, (told, total)
    print(f"{total} writes of the state: the disk full at each, told {told} times, and killed at every third; nothing lost")


def hold(path, statements, seconds=None):
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for statement in statements:
        db.execute(statement).fetchall()
    if seconds is not None:
        threading.Timer(seconds, db.close).start()
    return db


def locked(bench):
    # to be read: another one writes; to be written: another one reads
    for statements in (["BEGIN EXCLUSIVE"], ["BEGIN", "SELECT count(*) FROM thresh_alert"]):
        for seconds in (1, None):
            bench.new()
            part = (bench.work / "s.jsonl").read_bytes()
            (bench.work / "s.jsonl").write_bytes(part[:len(part) // 3])
            bench.run()
            (bench.work / "s.jsonl").write_bytes(part)
            before = bench.out.read_bytes()
            db, began = hold(bench.state, statements, seconds), time.monotonic()
            if seconds is not None:
                bench.goes_on()
                assert time.monotonic() - began >= seconds
                continue
            bench.refused("locked: another process has been writing for 30 seconds")
            assert bench.out.read_bytes() == before
            db.close()
            bench.goes_on()
    print("a state that is held is waited for; after 30 seconds it is said, and nothing is lost")


def state(bench):
    bench.new()
    bench.run()
    good, draw, told = bench.state.read_bytes(), random.Random(5), 0
    damages = [b"", good[:100], good[:len(good) // 2], b"\0" * 4096, b"SQLite format 3\0" + bytes(5000), b"no database\n" * 400]
    for _ in range(40):
        bad = bytearray(good)
        for _ in range(draw.choice((1, 20, 500))):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        damages.append(bytes(bad))
    for bad in damages:
        bench.new()
        bench.state.write_bytes(bad)
        done = bench.run()
        if done.returncode == 2:
            told += 1
            assert bench.state.read_bytes() == bad and done.stderr and not bench.out.read_bytes(), done
        else:  # an empty file is a new state; and not every byte has a meaning
            assert done.returncode == 1, done
        assert [p.name for p in bench.folder.iterdir() if p.name not in ("state.db", "out")] == [], bench.folder
        bench.state.unlink()
        bench.out.unlink()
        bench.goes_on()
    assert told >= 20, told

    # of another program; a folder that is not there; a folder
    bench.new()
    with sqlite3.connect(bench.state) as db:
        db.execute("CREATE TABLE theirs (a)")
    db.close()
    theirs = bench.state.read_bytes()
    bench.refused("that thresh did not make")
    assert bench.state.read_bytes() == theirs
    bench.new()
    bench.state = bench.folder / "nowhere" / "state.db"
    bench.refused("cannot open")
    assert not bench.state.parent.exists()
    bench.state.parent.mkdir()
    bench.goes_on()
    bench.new()
    bench.state.mkdir()
    bench.refused("cannot open")

    # a log of decisions: both may be in one file, and neither harms the other
    bench.new()
    record = [bench.thresh, "eval", "baseline.json", "baseline.json", "--record", str(bench.state)]
    verify = [bench.thresh, "log", "verify", "--record", str(bench.state)]
    subprocess.run(record, cwd=bench.work, stdout=subprocess.DEVNULL, check=True)
    head = subprocess.run(verify, stdout=subprocess.PIPE, check=True).stdout
    bench.goes_on()
    assert subprocess.run(verify, stdout=subprocess.PIPE, check=True).stdout == head

    # read-only: root may write whatever it is
    bench.new()
    bench.goes_on()
    kept = bench.state.read_bytes()
    write_stream(bench.work / "s.jsonl", ROWS, ROWS + 1000)
    bench.work.chmod(0o755)
    bench.folder.chmod(0o555)
    bench.state.chmod(0o444)
    somebody = {"user": 65534} if os.geteuid() == 0 else {}
    try:
        subprocess.run([bench.thresh, "--version"], stdout=subprocess.DEVNULL, check=True, **somebody)
    except (PermissionError, subprocess.CalledProcessError):
        somebody = None  # the program lies where nobody else may go
    if somebody is not None:
        bench.refused("cannot be written", **somebody)
        assert bench.state.read_bytes() == kept
    bench.folder.chmod(0o755)
    bench.state.chmod(0o644)
    before = bench.out.read_bytes()
    assert bench.run().returncode in (0, 1, 3)
    assert bench.out.read_bytes().startswith(before)
    print(f"{told} damaged states were left as they are, and so were those of others")


def wait_for(what):
    for _ in range(2000):
        if what():
            return
        time.sleep(0.01)
    raise AssertionError("it does not come")


def ends(bench):
    whole = (bench.work / "s.jsonl").read_bytes()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        bench.new()
        # within a line, a pane and a window
        (bench.work / "s.jsonl").write_bytes(whole[:len(whole) * 3 // 8 + 17])
        with open(bench.out, "ab") as out:
            running = subprocess.Popen(bench.command("--follow"), cwd=bench.work, stdout=out, stderr=subprocess.PIPE)
        wait_for(lambda: bench.out.stat().st_size > 0)
        running.send_signal(number)
        _, err = running.communicate(timeout=60)
        level = json.loads(bench.out.read_bytes().splitlines()[-1])["level"]
        assert running.returncode in (0, 1, 3) and not err, (running.returncode, err, level)
        (bench.work / "s.jsonl").write_bytes(whole)
        bench.goes_on()
    # an output that nobody reads: what could not be written is written by the next run
    bench.new()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(bench.command(), cwd=bench.work, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == 2 and done.stderr, done
    bench.goes_on()
    if os.path.exists("/dev/full"):
        bench.new()
        with open("/dev/full", "wb") as out:
            done = subprocess.run(bench.command(), cwd=bench.work, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 2 and done.stderr, done
        bench.goes_on()
    print("signals end a run at its place, and an output that fails loses no line")


def memory(bench):
    """Metrics, percentiles, slices, ids, drift and a state: all that is kept, over rows and over ten times as many."""
    def most(rows):
        script = ("import sys\n"
                  "for i in range(int(sys.argv[1]) // 1000):\n"
                  "    sys.stdout.write(''.join('{\"ts\": %d, \"id\": \"%d\", \"region\": \"r%d\", \"accuracy\": %d, \"latency_p95_ms\": %d.%d}\\n'\n"
                  "                             % (1795579200 + i * 50 + k // 20, i * 1000 + k, k % 7, (i + k) % 17 > 0, 20 + k * 7 % 11, k)\n"
                  "                             for k in range(1000)))\n")
        writer = subprocess.Popen([sys.executable, "-c", script, str(rows)], stdout=subprocess.PIPE)
        running = subprocess.Popen([bench.thresh, "monitor", "--baseline", "live", "--by", "region", "--window", "2000", "--slide",
                                    "100", "--drift", "latency_p95_ms", "--quiet"], stdin=writer.stdout, stdout=subprocess.DEVNULL)
        writer.stdout.close()
        peak = 0
        while running.poll() is None:  # of this process and none that it came from
            try:
                with open(f"/proc/{running.pid}/status", encoding="ascii") as f:
                    lines = [line for line in f if line.startswith("VmHWM")]
                with open(f"/proc/{running.pid}/comm", encoding="ascii") as f:
                    own = f.read().strip() == os.path.basename(bench.thresh)[:15]
                peak = max(peak, int(lines[0].split()[1]) if lines and own else 0)
            except (FileNotFoundError, ProcessLookupError):
                pass
            time.sleep(0.005)
        writer.wait()
        assert running.returncode in (0, 1, 3), running.returncode
        return peak / 1024

    short, long = most(50000), most(500000)
    assert 0 < long < 64 and long < short + 2, (short, long)
    print(f"50,000 rows take {short:.1f} MiB, ten times as many {long:.1f} MiB")


def main():
    what, thresh = sys.argv[1], os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(thresh, pathlib.Path(temporary))
        {"full": full, "locked": locked, "state": state, "ends": ends, "memory": memory}[what](bench, *sys.argv[3:])


if __name__ == "__main__":
    main()

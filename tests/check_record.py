#!/usr/bin/env python3
"""Decisions that belong to a state, on record: nothing lost and nothing doubled, whatever comes between the two.

usage: check_record.py steps THRESH ROOT PRELOAD    a rollout that is killed, or finds the disk full, at each write
       check_record.py unwritable THRESH ROOT       a log that may not be written, and its folder
       check_record.py away THRESH ROOT             a monitor whose server of PostgreSQL goes away
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from check_log import Program, Server, check_chain

PLAN = """schema: thresh/rollout/v1
name: demo
stages: [{share: 50%, samples: 1000000000}]
metrics: {business: [ctr]}
"""
NOBODY = 65534


def rows(path, n):
    path.write_text(f"arm,metric,n,successes\na,ctr,{n},200\nb,ctr,{n},200\n")


def steps(p, preload):
    """Whatever happens: what the state has counted is on record once, at the latest by the next command."""
    p.folder = p.work / "rollout"
    p.folder.mkdir()
    (p.folder / "plan.yaml").write_text(PLAN)
    rows(p.folder / "a.csv", 1000)
    rows(p.folder / "b.csv", 1001)
    log, count = p.work / "log.db", p.work / "count"
    loaded = {"LD_PRELOAD": str(pathlib.Path(preload).resolve())}
    observe = ["rollout", "observe", "plan.yaml", "a.csv", "--increment", "-q"]

    def anew():
        for file in [*p.folder.glob("plan.db*"), *p.work.glob("log.db*")]:
            file.unlink()
        p.must(0, "rollout", "init", "plan.yaml", "-q", log=log)

    anew()
    p.must(3, *observe, log=log, extra={**loaded, "WRITE_COUNT": str(count)})
    total, waited, runs = int(count.read_text()), 0, 0
    assert total > 20, total
    for full in (False, True):
        for at in range(1, total + 1, 5 if full else 1):
            runs += 1
            anew()
            done = p.run(*observe, log=log, extra={**loaded, "WRITE_AT": str(at), **({"WRITE_FULL": "1"} if full else {})})
            looks = json.loads(p.must(0, "rollout", "status", "plan.yaml", "-o", "json").stdout)["looks"]
            there = len(p.entries(log)) - 1
            where = (full, at, done, looks, there)
            # nothing is on record that was not decided, and no verdict is given that is not on record
            assert there <= looks, where
            assert (done.returncode, done.stdout != "") in ((-9, False), (2, False), (3, True)), where
            assert done.returncode != 3 or there == looks == 1, where
            waited += there < looks
            if done.returncode == 2:
                assert done.stderr.count("full") >= 1 and ("not on record yet" in done.stderr) == (there < looks), where
            p.must(3, "rollout", "observe", "plan.yaml", "b.csv", "--increment", "-q", log=log)
            entries = p.entries(log)
            check_chain(entries, 2 + looks)
            assert all(f["path"] == "a.csv" for e in entries[1:-1] for f in e["files"] if f["role"] == "input"), where
    assert waited > 2, waited
    p.must(0, "log", "verify", log=log)
    assert "byte for byte" in p.must(0, "log", "replay", "2", log=log).stdout
    print(f"{runs} runs that were killed or found the disk full, {waited} of them between the state and its record:"
          " each step is on record once")


def unwritable(p):
    """By a user who may not: root may everything."""
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    shutil.copy(p.thresh, p.work / "thresh")
    p.thresh = p.work / "thresh"
    closed, folder = p.work / "closed", p.work / "folder"
    for made in (closed, folder):
        made.mkdir()
    p.work.chmod(0o755)
    shutil.copytree(p.root / "examples/search", p.work / "search")
    p.folder = p.work / "search"
    (p.folder / "plan.yaml").write_text(PLAN)
    (p.folder / "s.jsonl").write_text('{"ts": 1795579200, "accuracy": 1}\n' * 50)
    (p.folder / "b.json").write_text('{"accuracy": 0.9}')
    p.must(0, "eval", "baseline.json", "compressed.json", "-p", "search", log=folder / "log.db")
    if who:
        shutil.chown(folder, NOBODY, NOBODY)
        shutil.chown(folder / "log.db", NOBODY, NOBODY)
    commands = [["eval", "baseline.json", "compressed.json", "-p", "search"],
                ["rank", "baseline.json", "compressed.json", "-p", "search"],
                ["rollout", "init", "plan.yaml", "--state", str(folder / "state.db")],
                ["monitor", "s.jsonl", "--baseline", "b.json", "--window", "20"]]
    closed.chmod(0o555)

    def all_refuse(log, text):
        for command in commands:
            done = p.must(2, *command, log=log, **who)
            assert done.stdout == "" and done.stderr.count("\n") == 1 and text in done.stderr, (command, done)
        assert not (folder / "state.db").exists(), "a step was taken that could not be recorded"

    all_refuse(closed / "log.db", "cannot open: Permission denied")
    (folder / "log.db").chmod(0o444)
    all_refuse(folder / "log.db", "cannot be written: it is read-only")
    (folder / "log.db").chmod(0o644)
    folder.chmod(0o555)
    all_refuse(folder / "log.db", "its folder cannot, and a journal has to be made there")
    # to be read it need not be written
    (folder / "log.db").chmod(0o444)
    assert "the log holds" in p.must(0, "log", "verify", log=folder / "log.db", **who).stdout
    assert "byte for byte" in p.must(0, "log", "replay", "last", log=folder / "log.db", extra={"TMPDIR": "/tmp"}, **who).stdout
    folder.chmod(0o755)
    print("a log that may not be written is said before anything is decided, and can be read")


def until(what, seconds=30):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "nothing came of it"
        time.sleep(0.05)


def away(p):
    """Alerts go out and actions run while nobody can record them; what waits is on record later."""
    p.folder = p.work / "watched"
    p.folder.mkdir()
    stream, out = p.folder / "s.jsonl", p.folder / "out"
    (p.folder / "b.json").write_text('{"accuracy": 0.94}')
    (p.folder / "hook.yaml").write_text("schema: thresh/profile/v1\nname: hook\naxis: scenario\ntitle: A hook\n"
                                        "alerts: {window: 50, actions: {hook: {at: [red, none], command: [touch, rolled-back]}}}\n")
    seconds = [1795579200]

    def write(share):
        with open(stream, "a", encoding="utf-8") as f:
            for i in range(400):
                seconds[0] += 1
                f.write('{"ts": %d, "accuracy": %d}\n' % (seconds[0], i % 100 < share * 100))

    def alerts():
        return [json.loads(line) for line in out.read_text().splitlines()]

    def start(*more):
        with open(out, "ab") as f:
            return subprocess.Popen([p.thresh, "monitor", "s.jsonl", "--baseline", "b.json", "--profile", "hook.yaml", "-q", "--record",
                                     url, *more], cwd=p.folder, env=p.env, stdout=f, stderr=subprocess.PIPE, text=True)

    server = Server(p.work)
    url = server.url()
    try:
        write(1)
        run = start("--state", "state.db", "--allow-actions", "--follow")
        until((p.folder / "state.db").exists)
        until(lambda: server.sql("SELECT count(*) FROM pg_class WHERE relname = 'thresh_meta'") == "1"
              and len(p.entries(url)) == 1)
        server.stop()
        write(0.5)
        until(lambda: len(alerts()) >= 1 and alerts()[0]["level"] == "red")
        until((p.folder / "rolled-back").exists)
        run.send_signal(signal.SIGTERM)
        err = run.communicate(timeout=60)[1]
        assert run.returncode == 2 and "the watch goes on" in err and "wait in its state" in err, (run.returncode, err)
        assert "secret" not in err, err
        # it does not begin while it cannot record, and then what waits comes first, as it was then
        again = start("--state", "state.db", "--allow-actions")
        assert "cannot connect" in again.communicate(timeout=60)[1] and again.returncode == 2
        server.start()
        write(1)
        again = start("--state", "state.db", "--allow-actions")
        err = again.communicate(timeout=60)[1]
        assert again.returncode == 0, (again.returncode, err)
        entries = p.entries(url)
        check_chain(entries, len(entries))
        told = [a["level"] for a in alerts()]
        assert told == ["red", "none"], told
        assert [e["verdict"] for e in entries] == ["running", "red", "running", "none", "none"], entries
        assert "--follow" in entries[1]["command"] and "--follow" not in entries[2]["command"], entries
        # without a state what waits is in memory, and is put there before the end
        server.stop()
        server.start()
        run = start("--follow")
        until(lambda: len(p.entries(url)) >= 8)  # running, and both alerts of the stream from its beginning
        server.stop()
        write(0.5)
        until(lambda: alerts()[-1]["level"] == "red")
        server.start()
        run.send_signal(signal.SIGTERM)
        err = run.communicate(timeout=60)[1]
        assert run.returncode == 1 and "on record now" in err, (run.returncode, err)
        assert [e["verdict"] for e in p.entries(url)[5:]] == ["running", "red", "none", "red", "red"]
        p.must(0, "log", "verify", log=url)
        done = p.run("eval", "b.json", "b.json", log=url, extra={"PGOPTIONS": "-c default_transaction_read_only=on"})
        assert done.returncode == 2 and "read-only" in done.stderr and done.stdout == "", done
        # where its state is, and where its metrics are, is on record without a password
        (p.folder / "plan.yaml").write_text(PLAN)
        p.must(0, "rollout", "init", "plan.yaml", "--state", url, log=url)
        assert "secret" not in p.must(0, "log", "export", log=url).stdout
    finally:
        if server.process.poll() is None:
            server.stop()
    print("a server that goes away keeps no alert from going out, and loses none")


def main():
    what, thresh, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        p = Program(thresh, root, pathlib.Path(temporary))
        {"steps": steps, "unwritable": unwritable, "away": away}[what](p, *sys.argv[4:])


if __name__ == "__main__":
    main()

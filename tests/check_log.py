#!/usr/bin/env python3
"""The decision log: does it find every change, lose nothing, and refuse what it must?

usage: check_log.py chain THRESH ROOT              verified by a script of its own, and changed in every way
       check_log.py many THRESH ROOT               32 processes at once
       check_log.py locked THRESH ROOT             a log that somebody holds
       check_log.py faults THRESH ROOT PRELOAD     killed, or on a full disk, at each write
       check_log.py postgres THRESH ROOT UNIT      the same in a server of PostgreSQL, which it starts; UNIT: test_store
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import jsonschema

FIELDS = ("previous id time kind verdict exit_code who host folder revision version command files"
          " document").split()
NOTHING = "0" * 64
SEARCH = ["eval", "baseline.json", "compressed-5.json", "--profile", "search"]
ACCEPTED = ["eval", "baseline.json", "compressed.json", "--profile", "search"]


class Program:
    def __init__(self, thresh, root, work):
        self.thresh, self.root, self.work = pathlib.Path(thresh).resolve(), root, work
        self.folder = root / "examples/search"
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(work), "TMPDIR": str(work),
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}

    def run(self, *args, log=None, extra=None, **kwargs):
        env = {**self.env, **(extra or {}), **({"THRESH_LOG": str(log)} if log else {})}
        return subprocess.run([self.thresh, *args], cwd=self.folder, env=env, text=True, capture_output=True,
                              check=False, timeout=300, **kwargs)

    def must(self, code, *args, **kwargs):
        done = self.run(*args, **kwargs)
        assert done.returncode == code, (args, done.returncode, done.stdout, done.stderr)
        return done

    def entries(self, log):
        return [json.loads(line) for line in self.must(0, "log", "export", log=log).stdout.splitlines()]


def hash_of(entry):
    """What the documents say: anyone can do it."""
    compact = {"separators": (",", ":"), "ensure_ascii": False}
    data = b"thresh/log/v1\n"
    for name in FIELDS:
        value = entry[name]
        text = json.dumps(value, **compact) if isinstance(value, list) else str(value)
        data += f"{name} {len(text.encode())}\n{text}\n".encode()
    return hashlib.sha256(data).hexdigest()


def check_chain(entries, count):
    assert [e["id"] for e in entries] == list(range(1, count + 1)), [e["id"] for e in entries]
    previous = NOTHING
    for entry in entries:
        assert entry["previous"] == previous and entry["hash"] == hash_of(entry), entry
        previous = entry["hash"]
    return previous


def change(log, *statements):
    """As somebody would who owns the file: without the triggers."""
    db = sqlite3.connect(log)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


CHANGES = [
    # what is done, and the entry that is named; a text: the message; None: only a head tells
    (["UPDATE thresh_entry SET verdict = 'accept' WHERE id = 3"], 3),
    (["UPDATE thresh_entry SET who = who || 'x' WHERE id = 1"], 1),
    (["UPDATE thresh_entry SET files = '[]' WHERE id = 2"], 2),
    (["UPDATE thresh_entry SET time = '2020' WHERE id = 5"], 5),
    (["UPDATE thresh_entry SET hash = previous WHERE id = 4"], 4),
    (["DELETE FROM thresh_entry WHERE id = 2"], 2),
    (["DELETE FROM thresh_entry WHERE id = 1"], 1),
    (["DELETE FROM thresh_entry WHERE id = 2", "UPDATE thresh_entry SET id = id - 1 WHERE id > 2"], 2),
    (["UPDATE thresh_entry SET id = 99 WHERE id = 2", "UPDATE thresh_entry SET id = 2 WHERE id = 3",
      "UPDATE thresh_entry SET id = 3 WHERE id = 99"], 2),
    (["UPDATE thresh_entry SET who = CAST(who || char(0) || 'x' AS TEXT) WHERE id = 3"], "NUL"),
    (["DELETE FROM thresh_part WHERE sha256 = (SELECT document FROM thresh_entry WHERE id = 4)"], 4),
    (["DELETE FROM thresh_content WHERE sha256 = (SELECT document FROM thresh_entry WHERE id = 4)"], 4),
    (["UPDATE thresh_content SET size = size + 1 WHERE sha256 = (SELECT document FROM thresh_entry WHERE id = 2)"],
     2),
    (["UPDATE thresh_part SET data = (SELECT data FROM thresh_part WHERE sha256 = (SELECT document FROM"
      " thresh_entry WHERE id = 1)) WHERE sha256 = (SELECT document FROM thresh_entry WHERE id = 2)"], 2),
    (["DELETE FROM thresh_entry WHERE id = 5"], None),
    (["DELETE FROM thresh_entry"], "the log is empty"),
]


def chain(p):
    log = p.work / "log.db"
    for code, args in ((1, SEARCH), (0, ACCEPTED), (1, SEARCH), (0, ["rank", *ACCEPTED[1:]]), (0, ACCEPTED)):
        recorded, plain = p.must(code, *args, log=log), p.must(code, *args)
        assert (recorded.stdout, recorded.stderr) == (plain.stdout, plain.stderr), "the record changed the output"
    head = check_chain(p.entries(log), 5)
    schema = jsonschema.Draft202012Validator(json.loads(p.must(0, "help", "--schema", "log-v1").stdout))
    for entry in p.entries(log):
        schema.validate(entry)
    assert not schema.is_valid({**entry, "surplus": 1}) and not schema.is_valid({**entry, "hash": "x"})
    assert f"head: {head}" in p.must(0, "log", "verify", "--head", head, log=log).stdout
    first = p.entries(log)[0]["hash"]
    assert "is that of entry 1" in p.must(0, "log", "verify", "--head", first, log=log).stdout
    # nothing can be changed by mistake
    db = sqlite3.connect(log)
    for statement in ("UPDATE thresh_entry SET who = 'x'", "DELETE FROM thresh_entry", "DELETE FROM thresh_part",
                      "UPDATE thresh_content SET size = 0",
                      "INSERT OR REPLACE INTO thresh_entry SELECT * FROM thresh_entry WHERE id = 1"):
        try:
            db.execute(statement)
            raise AssertionError(statement)
        except sqlite3.IntegrityError:
            db.rollback()
    db.close()
    for statements, named in CHANGES:
        copy = p.work / "copy.db"
        shutil.copy(log, copy)
        change(copy, *statements)
        done = p.run("log", "verify", log=copy)
        if isinstance(named, str):
            assert done.returncode == 2 and named in done.stderr, (statements, done)
        elif named is not None:
            assert done.returncode == 1 and done.stdout.startswith(f"entry {named}:"), (statements, done)
        else:
            assert done.returncode == 0, (statements, done)
            assert "cut off" in p.must(1, "log", "verify", "--head", head, log=copy).stdout, statements
    # an edit of all that follows holds in itself, and only the head tells
    for code, args in ((1, SEARCH), (0, ACCEPTED)):
        p.must(code, *args, log=p.work / "anew.db")
    p.must(0, "log", "verify", log=p.work / "anew.db")
    p.must(1, "log", "verify", "--head", head, log=p.work / "anew.db")
    # bytes of the file, wherever they are hit: found, or without a meaning
    data, noticed = log.read_bytes(), 0
    exported = p.must(0, "log", "export", log=log).stdout
    for at in range(100, len(data), 997):
        copy.write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1:])
        done = p.run("log", "verify", "--head", head, log=copy)
        if done.returncode == 0:
            assert p.must(0, "log", "export", log=copy).stdout == exported, at
        noticed += done.returncode != 0
    assert noticed > 10, noticed
    # the replay comes from the log alone
    away = p.work / "away"
    shutil.copytree(p.folder, away)
    p.folder = away
    inputs = [a for a in SEARCH if a.endswith(".json")]
    (away / "mine.yaml").write_text("schema: thresh/profile/v1\nname: mine\nextends: [./base.yaml]\n")
    (away / "base.yaml").write_text("schema: thresh/profile/v1\nname: base\nfamilies: {ranking: {accept: 1%, tolerate: 9%}}\n")
    p.must(0, "eval", *inputs, "-p", "mine.yaml", "--tier", "iot", "--select", "ndcg*", log=log)
    p.must(0, "eval", "-", inputs[1], "-p", "mine.yaml", log=log, stdin=open(away / inputs[0], encoding="utf-8"))
    copy_cases(p, away)
    shutil.rmtree(away)
    away.mkdir()
    for number in range(1, len(p.entries(log)) + 1):
        assert "byte for byte" in p.must(0, "log", "replay", str(number), log=log).stdout
    assert not list(p.work.glob("thresh.*")) and not list(away.iterdir()), "a replay left files behind"
    quotes(p)
    print("every change is found, by thresh and by a script; replays come out the same")


def quotes(p):
    """A command of many quotes is shown in time that its length asks for, and not the square of it."""
    log, state, why = p.work / "quotes.db", p.work / "state.db", "'" * 20000
    plan = p.root / "examples/rollout/rollout.yaml"
    p.must(0, "rollout", "init", plan, "--state", state)
    p.must(0, "rollout", "abort", plan, "--state", state, "--why", why, "--record", log)
    before = time.monotonic()
    shown = p.must(0, "log", "show", "last", log=log).stdout
    assert time.monotonic() - before < 4
    assert "".join(shown.split()).count("'\\''" * len(why)) == 1


def copy_cases(p, away):
    """Decisions from folders, samples, golden ids, a model of the return, and rivals."""
    examples, log = p.root / "examples", p.work / "log.db"
    for name in ("per-sample", "roi", "assistant-with-rivals"):
        shutil.copytree(examples / name, away / name)
    for side in ("b", "c"):
        folder = away / side / "model"
        folder.mkdir(parents=True)
        source = examples / "lm-eval" / {"b": "bf16.json", "c": "awq.json"}[side]
        shutil.copy(source, folder / "results_2026-11-20T10-00-00.000000.json")
        mlflow = away / f"{side}-mlflow"
        mlflow.mkdir()
        (mlflow / "accuracy").write_text(f"1732104000000 0.9{'4' if side == 'b' else '3'} 0\n")
    ids = (away / "per-sample/baseline.csv").read_text(encoding="utf-8").splitlines()[1:5]
    (away / "golden.txt").write_text("".join(line.split(",")[0] + "\n" for line in ids))
    rivals, roi = "assistant-with-rivals/", "roi/"
    for args in (
        ["per-sample/baseline.csv", "per-sample/compressed.csv", "--golden", "golden.txt", "--flips", "f.csv",
         "--resamples", "500"],
        ["b", "c", "--profile", "generation"], ["b/", "c/model/"], ["b-mlflow", "c-mlflow"],
        [roi + "baseline.json", roi + "int4.json", "--roi", roi + "roi.yaml", "--draws", "1000", "--anchor", roi + "baseline.json"],
        [rivals + "baseline.json", rivals + "compressed.json", "--rival", f"A={rivals}rival-a.json"],
    ):
        done = p.run("eval", *args, "-o", "json:verdict.json", "-q", "-o", "text", log=log)
        assert done.returncode in (0, 1, 3), (args, done)
    for args in (
        ["per-sample/baseline.csv", "per-sample/compressed.csv", "per-sample/baseline.csv"],
        [roi + "baseline.json", roi + "int4.json", roi + "int8.json", "--roi", roi + "roi.yaml", "--draws", "1000", "--by", "roi"],
    ):
        done = p.run("rank", *args, "-o", "json:ranking.json", log=log)
        assert done.returncode in (0, 1, 3), (args, done)


def many(p, log=None, jobs=32, each=5):
    log = log or p.work / "log.db"
    script = ('i=0; while [ $i -lt %d ]; do i=$((i+1)); "$0" "$@" >/dev/null || [ $? = 1 ] || exit 9; done' % each)
    env = {**p.env, "THRESH_LOG": str(log)}
    began = time.monotonic()
    running = [subprocess.Popen(["sh", "-c", script, p.thresh, *(SEARCH if i % 2 else ACCEPTED)], cwd=p.folder, env=env,
                                stderr=subprocess.PIPE, text=True) for i in range(jobs)]
    failed = [(r.returncode, text) for r in running for text in [r.communicate()[1]] if r.returncode != 0]
    assert not failed, failed
    entries = p.entries(log)
    check_chain(entries, jobs * each)
    assert sum(e["verdict"] == "reject" for e in entries) == jobs // 2 * each
    p.must(0, "log", "verify", log=log)
    print(f"{jobs} processes, {jobs * each} decisions in {time.monotonic() - began:.1f} s: none lost, none twice")


def locked(p):
    log = p.work / "log.db"
    p.must(0, *ACCEPTED, log=log)
    db = sqlite3.connect(log, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    done = p.must(2, *ACCEPTED, log=log)
    assert "locked: another process has been writing for 30 seconds" in done.stderr and done.stdout == "", done
    db.execute("ROLLBACK")
    db.close()
    assert len(p.entries(log)) == 1
    print("a log that somebody holds is waited for, and then said to be locked")


def faults(p, preload):
    log, count = p.work / "log.db", p.work / "count"
    loaded = {"LD_PRELOAD": str(pathlib.Path(preload).resolve())}

    def writes(extra):
        log.unlink(missing_ok=True)
        if extra:
            p.must(0, *ACCEPTED, log=log)
        p.must(1, *SEARCH, log=log, extra={**loaded, "WRITE_COUNT": str(count)})
        return int(count.read_text())

    runs = 0
    # into a log that is new, and into one that is there
    for before in (0, 1):
        total = writes(before)
        assert total > 5, total
        for full in (False, True):
            for at in range(1, total + 1):
                for file in p.work.glob("log.db*"):
                    file.unlink()
                if before:
                    p.must(0, *ACCEPTED, log=log)
                extra = {**loaded, "WRITE_AT": str(at), **({"WRITE_FULL": "1"} if full else {})}
                done = p.run(*SEARCH, log=log, extra=extra)
                runs += 1
                there = p.run("log", "export", log=log)
                entries = there.stdout.splitlines() if there.returncode == 0 else []
                where = (before, full, at, done, there)
                if not full:
                    assert done.returncode == -signal.SIGKILL and done.stdout == "", where
                    assert len(entries) in (before, before + 1), where
                elif done.returncode == 2:
                    assert "full" in done.stderr and done.stdout == "" and len(entries) == before, where
                else:
                    assert done.returncode == 1 and len(entries) == before + 1, where
                # what is left can be gone on with
                p.must(1, *SEARCH, log=log)
                check_chain(p.entries(log), len(entries) + 1)
                p.must(0, "log", "verify", log=log)
    print(f"{runs} runs that were killed or found the disk full: nothing lost, nothing half")


class Server:
    """PostgreSQL, in a folder of its own, on a socket and a free port, by a user that may."""

    def __init__(self, work):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        assert programs, "no server of PostgreSQL: scripts/setup ci installs it"
        self.bin, self.data = programs[-1], work / "data"
        work.chmod(0o755)
        self.data.mkdir()
        self.user = {}
        if os.geteuid() == 0:  # it refuses to run as root
            shutil.chown(self.data, "postgres", "postgres")
            self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.call("initdb", "-D", self.data, "-U", "ci", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.process = None
        self.start()

    def call(self, name, *args):
        subprocess.run([self.bin / name, *args], check=True, capture_output=True, cwd="/", **self.user)

    def start(self):
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1",
             "-c", f"unix_socket_directories={self.data}", "-c", "max_connections=100"],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.user)
        for _ in range(300):
            if subprocess.run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                              check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("the server does not come up")

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)  # at once
        self.process.wait()

    def url(self, database="postgres"):
        return f"postgresql://ci:secret@127.0.0.1:{self.port}/{database}"

    def sql(self, statement):
        done = subprocess.run([self.bin / "psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", statement, self.url()],
                              text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def postgres(p, unit):
    server = Server(p.work)
    try:
        url = server.url()
        there = p.must(2, "log", "list", log=url)
        assert "there is no record here" in there.stderr and "secret" not in there.stderr, there
        many(p, log=url)
        subprocess.run([unit, url], check=True)
        p.must(0, *ACCEPTED, "--record", url)
        shown = p.must(0, "log", "show", "last", log=url).stdout
        assert "secret" not in shown and "thresh eval" in shown, shown
        assert "byte for byte" in p.must(0, "log", "replay", "last", log=url).stdout
        head = p.entries(url)[-1]["hash"]
        for statement in ("UPDATE thresh_entry SET who = 'x'", "DELETE FROM thresh_entry", "TRUNCATE thresh_entry",
                          "DELETE FROM thresh_part"):
            try:
                server.sql(statement)
                raise RuntimeError(statement)
            except AssertionError as refused:
                assert "only ever added to" in str(refused), refused
        server.sql("ALTER TABLE thresh_entry DISABLE TRIGGER ALL; UPDATE thresh_entry SET who = 'x' WHERE id = 7;"
                   "ALTER TABLE thresh_entry ENABLE TRIGGER ALL")
        assert p.must(1, "log", "verify", log=url).stdout.startswith("entry 7: edited")
        # another's database
        server.sql("CREATE DATABASE other")
        other = server.url("other")
        subprocess.run([server.bin / "psql", "-q", "-c", "CREATE TABLE thresh_meta (mark BIGINT, version BIGINT)", other],
                       check=True)
        assert "not of thresh" in p.must(2, *ACCEPTED, log=other).stderr
        gone(p, server, url, head)
        cut_off(p, server, url)
    finally:
        if server.process.poll() is None:
            server.stop()
    print("PostgreSQL: the same, and nothing lost or doubled where it goes away")


class Cutting:
    """Stands between the program and the server, and cuts the connection that says COMMIT, when the server has it."""

    def __init__(self, port):
        self.to, self.cut = port, 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client = self.listening.accept()[0]
            server = socket.create_connection(("127.0.0.1", self.to))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self.pump, args=(*pair, pair[0] is client), daemon=True).start()

    def pump(self, one, other, asks):
        try:
            while data := one.recv(65536):
                other.sendall(data)
                if asks and b"\0COMMIT\0" in data and self.cut == 0:
                    self.cut += 1
                    one.shutdown(socket.SHUT_RDWR)
                    return
            other.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def cut_off(p, server, url):
    """The connection goes away while the server goes on: it takes its time, and the entry is there in the end."""
    server.sql("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$")
    count = len(p.entries(url))
    plan = p.root / "examples/rollout/rollout.yaml"
    for table, command in (("entry", [*SEARCH, "--record"]), ("checkpoint", ["rollout", "init", plan, "--state"])):
        server.sql(f"CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON thresh_{table} DEFERRABLE INITIALLY DEFERRED"
                   " FOR EACH ROW EXECUTE FUNCTION slow()")
        proxy = Cutting(server.port)
        done = p.run(*command, url.replace(str(server.port), str(proxy.port)))
        server.sql(f"DROP TRIGGER slow ON thresh_{table}")  # waits for who is still at it
        assert (proxy.cut, done.returncode, done.stderr) == (1, 1 if table == "entry" else 0, ""), (table, done)
    assert len(p.entries(url)) == count + 1
    p.must(0, "rollout", "status", plan, "--state", url)


def gone(p, server, url, head):
    """The server goes away: before, while somebody waits for a lock, and while it ends a transaction."""
    count = len(p.entries(url))
    # somebody holds the log, and the server goes away under the one that waits
    holder = subprocess.Popen([server.bin / "psql", "-q", "-c", "BEGIN; LOCK TABLE thresh_meta IN EXCLUSIVE MODE; "
                               "SELECT pg_sleep(60)", url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    waiting = subprocess.Popen([p.thresh, *SEARCH, "--record", url], cwd=p.folder, env=p.env, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for _ in range(100):
        if server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "1":
            break
        time.sleep(0.1)
    server.stop()
    out, err = waiting.communicate(timeout=60)
    holder.wait()
    assert waiting.returncode == 2 and out == "" and "lost" in err and "secret" not in err, (waiting.returncode, out, err)
    done = p.must(2, *SEARCH, log=url)
    assert "cannot connect" in done.stderr and done.stdout == "" and "secret" not in done.stderr, done
    server.start()
    assert len(p.entries(url)) == count
    # killed again and again while many write: what was said to be on record is, once, and nothing else
    said = 0
    for turn in range(3):
        running = [subprocess.Popen([p.thresh, *SEARCH, "--record", url], cwd=p.folder, env=p.env,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(24)]
        time.sleep(0.05 + 0.05 * turn)
        server.stop()
        for r in running:
            out, err = r.communicate(timeout=120)
            assert (r.returncode == 1 and out) or (r.returncode == 2 and err and not out), (r.returncode, out, err)
            said += r.returncode == 1
        server.start()
    now = p.entries(url)
    # one that was told "not known" may be there
    assert count + said <= len(now) <= count + said + 3, (count, said, len(now))
    assert now[count - 1]["hash"] == head
    previous = head
    for entry in now[count:]:
        assert entry["previous"] == previous and entry["hash"] == hash_of(entry), entry
        previous = entry["hash"]
    assert len({e["hash"] for e in now}) == len(now)


def main():
    what, thresh, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        p = Program(thresh, root, pathlib.Path(temporary))
        {"chain": chain, "many": many, "locked": locked, "faults": faults, "postgres": postgres}[what](p, *sys.argv[4:])


if __name__ == "__main__":
    main()

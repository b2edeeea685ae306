#!/usr/bin/env python3
"""thresh monitor beside a real Alertmanager: what is raised fires there, what recovers is resolved.

usage: check_alertmanager.py THRESH ALERTMANAGER
"""
import json
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

PROFILE = """schema: thresh/profile/v1
name: watched
axis: scenario
title: Alerts that somebody is paged for
alerts:
  window: 500
  actions:
    page: {at: [orange, red], alertmanager: "%s/"}
    record: {at: red, command: [sh, -c, 'env >variables; cat >alert.json']}
    show: {textfile: thresh.prom}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def active(url):
    with urllib.request.urlopen(f"{url}/api/v2/alerts", timeout=5) as answer:
        return {(a["labels"]["severity"], a["labels"]["metric"]) for a in json.load(answer)}


def write_stream(path, spans):
    draw = random.Random(5)
    with open(path, "w") as f:
        for i in range(3000):
            bad = any(first <= i < last for first, last in spans)
            f.write('{"ts": %d, "accuracy": %d}\n' % (1700000000 + i, draw.random() < (0.8 if bad else 0.95)))


def watch(thresh, work, stream):
    done = subprocess.run([thresh, "monitor", stream, "--baseline", "b.json", "--profile", "watched.yaml", "--state", f"{stream}.db",
                           "--allow-actions"], cwd=work, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main(thresh, program):
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        url = f"http://127.0.0.1:{free_port()}"
        (work / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")
        (work / "watched.yaml").write_text(PROFILE % url)
        (work / "b.json").write_text('{"accuracy": 0.95}')
        write_stream(work / "recovers.jsonl", [(500, 1500)])
        write_stream(work / "stays.jsonl", [(1500, 3000)])
        server = subprocess.Popen([program, "--config.file=am.yml", "--storage.path=data", f"--web.listen-address={url[7:]}",
                                   "--cluster.listen-address="], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    assert active(url) == set()
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            code, said = watch(thresh, work, "stays.jsonl")
            assert code == 1 and "FAILED" not in said, (code, said)
            assert active(url) == {("red", "accuracy")}, active(url)
            variables = dict(line.split("=", 1) for line in (work / "variables").read_text().splitlines() if "=" in line)
            alert = json.loads((work / "alert.json").read_text())
            assert variables["THRESH_LEVEL"] == alert["level"] == "red" and variables["PATH"]
            assert variables["THRESH_ID"] == alert["id"] and variables["THRESH_METRIC"] == "accuracy"
            assert float(variables["THRESH_VALUE"]) == alert["value"], variables
            assert 'thresh_level{metric="accuracy",scope=""} 3' in (work / "thresh.prom").read_text()
            # the same alert, and then its end: nothing is active any more
            code, said = watch(thresh, work, "recovers.jsonl")
            assert code == 0 and "FAILED" not in said, (code, said)
            assert active(url) == set(), active(url)
            text = (work / "thresh.prom").read_text()
            assert re.search(r'^thresh_level{metric="accuracy",scope=""} [01]$', text, re.MULTILINE), text
        finally:
            server.kill()
            server.wait()
        # nobody there: said, and the alerts are told all the same
        (work / "stays.jsonl.db").unlink()
        shutil.rmtree(work / "stays.jsonl.db.actions")
        (work / "watched.yaml").write_text((PROFILE % url).replace("alertmanager:", "retries: 0, alertmanager:"))
        code, said = watch(thresh, work, "stays.jsonl")
        assert code == 1 and "FAILED: unreachable" in said, (code, said)
    print("an Alertmanager was told of what began and of what ended")


if __name__ == "__main__":
    main(*sys.argv[1:])

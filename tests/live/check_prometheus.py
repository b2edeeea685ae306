#!/usr/bin/env python3
"""Range queries against servers that answer rubbish, and against a real Prometheus.

usage: check_prometheus.py rubbish PROBE
       check_prometheus.py real PROBE PROMETHEUS THRESH
"""
import contextlib
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from check_http import drips, endless, hangs, ok, says, server

ENVIRONMENT = {**os.environ, "no_proxy": "*"}
SECOND = 1000000
BASE = 1700000000 - 1700000000 % 15 # a time as today's: in whole steps


def ask(probe, url, *queries, after=BASE * SECOND, until=(BASE + 60) * SECOND, step="15", timeout="2", most="100000", polls=1, header="", environment=()):
    done = subprocess.run([probe, url, str(after), str(until), step, timeout, most, str(polls), header, *queries],
                          capture_output=True, text=True, check=False, timeout=60, env={**ENVIRONMENT, **dict(environment)})
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {"code": done.returncode, "rows": [l[1:] for l in lines if l[0] == "row"],
            "events": [l[1:] for l in lines if l[0] == "event"],
            "polls": [l[1:] for l in lines if l[0] == "poll"], "said": [l[1] for l in lines if l[0] == "said"]}


def matrix(*series):
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": labels, "values": values} for labels, values in series]}}).encode()


def rubbish(probe):
    checks = 0

    def expect(answer, outcome, said="", status=None, rc=None, **options):
        nonlocal checks
        with server(answer) as (port, requests):
            got = ask(probe, f"http://127.0.0.1:{port}", "acc", "a", **options)
        poll = got["polls"][0]
        assert poll[0] == outcome and said in " | ".join(got["said"]), (outcome, said, got)
        assert status is None or poll[1] == str(status), got
        failed = outcome != "answered"
        assert rc is None or poll[6] == str(rc), got
        assert bool(got["said"]) == failed and (not failed or (got["rows"] == [] and poll[4] == f"{BASE}000000" and poll[5] == "1")), got
        assert all(line.startswith(f"http://127.0.0.1:{port}") for line in got["said"]), got
        checks += 1
        return got, requests

    # what is right: order of time, labels, what is no number, a request as it should be
    two = matrix(({"__name__": "x", "a": "1/2", "b": "q\"\\é"}, [[BASE + 15, "0.5"], [BASE + 30.25, "1e3"], [BASE + 45, "NaN"], [BASE + 60, "-Inf"]]),
                 ({}, [[BASE + 30.25, "0.25"], [BASE + 45, "+Inf"], [BASE + 60, "0.1"]]))
    got, requests = expect(says(ok(two)), "answered", status=200)
    at = [str(int((BASE + s) * SECOND)) for s in (15, 30.25, 60)]
    assert got["rows"] == [[at[0], "acc", "a=1/2/b=q\"\\é", "0.5"], [at[1], "acc", "a=1/2/b=q\"\\é", "1000"],
                           [at[1], "acc", "", "0.25"], [at[2], "acc", "", "0.1"]], got
    assert got["events"] == got["rows"], got
    assert got["polls"][0] == ["answered", "200", "4", "3", at[2], "15", "0"], got
    target = urllib.parse.urlsplit(requests[0][0].split()[1])
    assert target.path == "/api/v1/query_range" and urllib.parse.parse_qs(target.query) == {
        "query": ["a"], "start": [f"{BASE + 15}.000000"], "end": [f"{BASE + 60}.000000"], "step": ["15.000000"]}, requests[0]
    # several queries; what PromQL has has to come through; a long one is POSTed; headers, paths
    for promql in ('histogram_quantile(0.99, sum by (le) (rate(x_bucket{a="b c&d=e%20+", f=~"é|\\\\d"}[5m]))) > 0',
                   "sum(x) or " * 400 + "y"):
        with server(says(ok(matrix()))) as (port, requests):
            got = ask(probe, f"http://user:secret@127.0.0.1:{port}/prom//", "p99", promql, "acc", "b", header="X-Scope-OrgID: 7")
        head, body = requests[0]
        method, path = head.split()[:2]
        long = len(promql) > 2000
        query = body.decode() if long else urllib.parse.urlsplit(path).query
        assert method == ("POST" if long else "GET") and path.startswith("/prom/api/v1/query_range"), head
        assert urllib.parse.parse_qs(query)["query"] == [promql] and "X-Scope-OrgID: 7" in head and "Basic" in head, head
        assert len(requests) == 4 and got["polls"][0][2] == "0", (got, requests)
        checks += 1
    # a long span comes in pieces; nothing is asked for where no point lies
    with server(says(ok(matrix(({}, [[BASE + 15, "1"]]))))) as (port, requests):
        got = ask(probe, f"http://127.0.0.1:{port}", "acc", "a", until=(BASE + 2500 * 15) * SECOND + 7, polls=9)
        spans = [urllib.parse.parse_qs(urllib.parse.urlsplit(r[0].split()[1]).query) for r in requests[::2]]
        assert [(s["start"][0], s["end"][0]) for s in spans] == [
            (f"{BASE + first}.000000", f"{BASE + last}.000000") for first, last in ((15, 15000), (15015, 30000), (30015, 37500))], spans
        assert [p[4] for p in got["polls"]] == [f"{BASE + s}000000" for s in (15000, 30000, 37500, 37500)], got
        checks += 1
        before = len(requests)
        got = ask(probe, f"http://127.0.0.1:{port}", "acc", "a", after=(BASE + 15) * SECOND, until=(BASE + 30) * SECOND - 1)
        assert len(requests) == before and got["polls"][0] == ["answered", "0", "0", "0", f"{BASE + 15}000000", "15", "0"], got
    # errors that the server tells of
    def error(kind, status):
        body = json.dumps({"status": "error", "errorType": kind, "error": "what\nis wrong"}).encode()
        return says(b"HTTP/1.1 %d No\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body))
    expect(error("bad_data", 400), "refused", "the server says: bad_data: what", 400, rc=4)
    expect(error("execution", 422), "error", "the server says: execution: what", 422, rc=2)
    expect(error("timeout", 503), "error", "timeout: what", 503)
    expect(error("bad_data", 200), "refused", "bad_data", 200)
    expect(says(b"HTTP/1.1 502 No\r\nContent-Length: 13\r\n\r\n<html>no</html"), "http-status", "HTTP status 502", 502, rc=2)
    expect(says(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), "http-status", "HTTP status 401", 401)
    expect(says(b"HTTP/1.1 204 None\r\n\r\n"), "http-status", "204")
    busy = says(b"HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    with server(busy) as (port, _):
        got = ask(probe, f"http://127.0.0.1:{port}", "acc", "a", polls=5)
        assert [p[5] for p in got["polls"]] == ["7", "7", "7", "8", "16"], got
    # no server, no answer, too much of it
    expect(hangs, "timed-out", "no answer", timeout="0.3", rc=2)
    expect(drips, "timed-out", "no answer", timeout="0.3")
    expect(endless, "too-large", "more than 100000 bytes")
    expect(says(ok(matrix(({}, [[i, "1"] for i in range(100)])))), "too-large", "more than 500 bytes", most="500")
    expect(says(b""), "down", "no answer")
    expect(says(b"\xff\x00rubbish\r\n"), "down")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    got = ask(probe, f"http://user:secret@127.0.0.1:{port}", "acc", "a", polls=9)
    assert [p[0] for p in got["polls"]] == ["down"] * 9, got
    assert [p[5] for p in got["polls"]] == ["1", "2", "4", "8", "16", "32", "60", "60", "60"], got
    assert "secret" not in str(got) and f"http://127.0.0.1:{port}: no answer" in got["said"][0], got
    checks += 1
    # bodies that are none of an answer
    good = two.decode()
    bodies = ["", "null", "[]", "{}", "hello", good[:-1], good + "}", '{"status": 7}', '{"status": "perhaps"}', '{"status": "success"}',
              '{"status": "success", "data": []}', '{"status": "success", "data": {"resultType": "matrix"}}',
              '{"status": "success", "data": {"resultType": "matrix", "result": {}}}',
              '{"status": "success", "data": {"resultType": "string", "result": [1, "x"]}}',
              "[" * 100000, '{"status": "success", "status": ' * 20, "\0" * 50]
    samples = ['[]', '[1]', '[1, 2]', '["1", "2"]', '[1, "2", 3]', '[1, "two"]', '[1, ""]', '[1, null]', '[1e300, "2"]', '[NaN, "2"]',
               '{}', '7', '[1, "+-2"]', '[1, "+"]', '[1, "2 "]', '[1, "0x10"]']
    bodies += ['{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[%s]}]}}' % s for s in samples]
    series = ['{}', '7', '{"metric": 7, "values": []}', '{"metric": {}}', '{"metric": {"a": 1}, "values": []}',
              '{"metric": {}, "histograms": [[1, {}]]}', '{"metric": {"a": "%s"}, "values": []}' % ("x" * 5000)]
    bodies += ['{"status":"success","data":{"resultType":"matrix","result":[%s]}}' % s for s in series]
    for body in bodies:
        expect(says(ok(body.encode())), "rubbish", rc=2)
    # beginnings of a good one: never half a poll
    for cut in range(0, len(two), 7):
        expect(says(ok(two[:cut])), "rubbish")
    # settings that make no sense
    for url, queries, words, options in (
            ("localhost:9090", ("acc", "a"), "an address such as", {}), ("ftp://x", ("acc", "a"), "an address such as", {}),
            ("http://x", (), "nothing to ask", {}), ("http://x", ("", "a"), "name of a metric", {}),
            ("http://x", ("acc", ""), "name of a metric", {}), ("http://x", ("acc", "a"), "the step", {"step": "-1"}),
            ("http://x", ("acc", "a"), "the time limit", {"timeout": "nan"})):
        got = ask(probe, url, *queries, **options)
        assert got["code"] == 2 and words in got["said"][0], (url, got)
        checks += 1
    # no library
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "libcurl.so.4").write_text("none")
        got = ask(probe, "http://x", "acc", "a", environment={"LD_LIBRARY_PATH": folder})
        assert got["code"] == 2 and "package libcurl4" in got["said"][0], got
    print(f"{checks} answers and failures are what they should be")


class Exporter(http.server.BaseHTTPRequestHandler):
    """A service with three classes; its accuracy and latency are known at every scrape."""
    scrapes = 0

    def do_GET(self):
        Exporter.scrapes += 1
        body = "".join(f'accuracy{{class="{c}"}} {0.9 + i / 100}\n' for i, c in enumerate(("cat", "dog", 'odd "\\/é')))
        body = body.replace('odd "\\/é', 'odd \\"\\\\/é')
        body += "".join(f'latency_bucket{{le="{le}"}} {n * Exporter.scrapes}\n' for le, n in (("10", 50), ("20", 90), ("+Inf", 100)))
        body += f"latency_count {100 * Exporter.scrapes}\nnothing NaN\nendless +Inf\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def prometheus(program, folder):
    exporter = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 250ms, scrape_timeout: 250ms}\nscrape_configs:\n"
                      f"  - job_name: model\n    static_configs: [{{targets: ['127.0.0.1:{exporter.server_port}']}}]\n")
    process = subprocess.Popen([program, f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
                                f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            assert process.poll() is None, "prometheus ended"
            with contextlib.suppress(OSError, KeyError, IndexError):
                answer = json.load(urllib.request.urlopen(f"{url}/api/v1/query?query=latency_count", timeout=1))
                if float(answer["data"]["result"][0]["value"][1]) >= 1200:
                    break
            time.sleep(0.1)
        else:
            raise AssertionError("prometheus scraped nothing within 20 s")
        yield url, process
    finally:
        process.kill()
        process.wait()
        exporter.shutdown()


def watch(thresh, url, folder, *options):
    (folder / "b.json").write_text('{"accuracy": 0.99}')
    return subprocess.run([thresh, "monitor", url.replace("//", "//me:secret@"), "--baseline", "b.json", "--every", "250ms",
                           "--query", "accuracy=avg(accuracy)", "--window", "4", *options],
                          cwd=folder, capture_output=True, text=True, check=False)


def real(probe, program, thresh):
    with tempfile.TemporaryDirectory() as temporary, prometheus(program, pathlib.Path(temporary)) as (url, process):
        now = int(time.time() * SECOND)
        span = {"after": now - 1 * SECOND, "until": now, "step": "0.25"}
        got = ask(probe, url, "accuracy", "sum without (instance, job) (accuracy)", "accuracy", "avg(accuracy)", "latency_p90",
                  "histogram_quantile(0.9, sum by (le) (rate(latency_bucket[2s])))", "empty", "no_such_metric",
                  "odd", "nothing", "odd", "endless", **span)
        poll = got["polls"][0]
        assert poll[0] == "answered" and got["said"] == [], got
        assert int(poll[3]) == 8, got  # NaN and infinite, at four points each
        times = {int(r[0]) for r in got["rows"]}
        assert len(times) == 4 and all(t % 250000 == 0 for t in times), times
        for t in times:
            here = {(r[1], r[2]): float(r[3]) for r in got["rows"] if int(r[0]) == t}
            wanted = {("accuracy", "class=cat"): 0.9, ("accuracy", "class=dog"): 0.91, ("accuracy", 'class=odd "\\/é'): 0.92,
                      ("accuracy", ""): 0.91, ("latency_p90", ""): 20.0}
            assert here.keys() == wanted.keys() and all(abs(here[k] - wanted[k]) < 1e-9 for k in wanted), here
        assert got["events"] == got["rows"], got
        # polled on and on, each point comes once
        upto, seen = span["after"], []
        for _ in range(6):
            got = ask(probe, url, "accuracy", "avg(accuracy)", after=upto, until=int(time.time() * SECOND) - SECOND // 2, step="0.25")
            assert got["polls"][0][0] == "answered", got
            seen += [int(r[0]) for r in got["rows"]]
            upto = int(got["polls"][0][4])
            time.sleep(0.2)
        assert seen == list(range(seen[0], seen[-1] + 1, 250000)) and len(seen) > 4, seen
        # what it refuses, and what it cannot do
        got = ask(probe, url, "accuracy", "avg(accuracy", **span)
        assert got["polls"][0][0] == "refused" and got["polls"][0][1] == "400" and "parse error" in got["said"][0], got
        got = ask(probe, url, "accuracy", "accuracy * on() group_left() accuracy", **span)
        assert got["polls"][0][0] == "error" and got["polls"][0][1] == "422", got
        got = ask(probe, url + "/wrong", "accuracy", "accuracy", **span)
        assert got["polls"][0][0] == "http-status" and got["polls"][0][1] == "404", got
        got = ask(probe, url, "accuracy", "accuracy", most="100", **span)
        assert got["polls"][0][0] == "too-large", got
        # thresh monitor reads it, and goes on where its state stands
        folder = pathlib.Path(temporary)
        done = watch(thresh, url, folder, "--since", "3s", "--state", "s.db")
        alerts = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1 and len(alerts) == 1, done
        assert (alerts[0]["level"], alerts[0]["metric"], alerts[0]["scope"]) == ("red", "accuracy", ""), alerts
        assert abs(alerts[0]["value"] - 0.91) < 1e-9 and "secret" not in done.stderr, done
        rows = int(re.search(r"(\d+) rows were read", done.stderr).group(1))
        time.sleep(1.5)
        done = watch(thresh, url, folder, "--state", "s.db")
        assert done.returncode == 1 and done.stdout == "", done
        assert int(re.search(r"(\d+) rows were read", done.stderr).group(1)) > rows, done
        assert watch(thresh, url, folder, "--query", "x=sum(").returncode == 2
        # killed: down; the next poll asks for the same points
        process.kill()
        process.wait()
        got = ask(probe, url, "accuracy", "avg(accuracy)", **span)
        assert got["polls"][0][0] == "down" and got["polls"][0][4] == str(span["after"]) and got["rows"] == [], got
        done = watch(thresh, url, folder)
        assert done.returncode == 2 and done.stderr.count("no answer") == 3 and "secret" not in done.stderr, done
    print("a real Prometheus was asked, and its answers are what was exported")


if __name__ == "__main__":
    {"rubbish": rubbish, "real": real}[sys.argv[1]](*sys.argv[2:])

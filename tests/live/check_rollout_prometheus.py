#!/usr/bin/env python3
"""A rollout that is judged by what a Prometheus server says: answers that are none, and a real server.

usage: check_rollout_prometheus.py faults THRESH
       check_rollout_prometheus.py real THRESH PROMETHEUS
"""
import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from check_http import drips, endless, hangs, ok, says, server

ENVIRONMENT = {**os.environ, "no_proxy": "*", "LC_ALL": "C"}
BEGIN, LATER = "2026-11-25T00:00:00Z", "2026-11-25T10:00:00Z"

PLAN = """schema: thresh/rollout/v1
name: demo
stages:
  - {share: 50%, samples: 1000}
  - {share: 100%, samples: 1000}
metrics: {technical: [error_rate, latency]}
prometheus:
  arm: version
  baseline: v1
  candidate: v2
  queries:
    error_rate: {n: 'n[$since]', successes: 'bad[$since] or 0 * n[$since]'}
    latency: {n: 'n[$since]', sum: 'sum[$since]', sum_squares: 'squares[$since]'}
"""
BUCKETS = PLAN.replace("latency: {n: 'n[$since]', sum: 'sum[$since]', sum_squares: 'squares[$since]'}",
                       "latency: {buckets: 'buckets[$since]', sum: 'sum[$since]'}")
EACH = PLAN.replace("n: 'n[$since]', successes: 'bad[$since] or 0 * n[$since]'",
                    "n: {baseline: 'n_b[$since]', candidate: 'n_c[$since]'}, successes: {baseline: 'bad_b[$since]', candidate: 'bad_c[$since]'}")
STRATA = PLAN.replace("  candidate: v2\n", "  candidate: v2\n  stratum: region\n")


def vector(*series):
    return {"status": "success", "data": {"resultType": "vector", "result": [
        {"metric": labels, "value": [1795600000, value]} for labels, value in series]}}


def arms(baseline, candidate, **labels):
    return vector(({"version": "v1", **labels}, str(baseline)), ({"version": "v2", **labels}, str(candidate)))


# what 10,000 requests of either arm leave, 100 of which fail, 80 ms on average with a deviation of 30
GOOD = {"n": arms(10000.4, 9999.7), "bad": arms(99.8, 100.4), "sum": arms(800032, 799976),
        "squares": arms(10000.4 * 7300, 9999.7 * 7300),
        "n_b": vector(({}, "10000.4")), "n_c": vector(({}, "9999.7")), "bad_b": vector(({"a": "b"}, "100.2")), "bad_c": vector(({}, "100.4")),
        "buckets": vector(*(({"version": v, "le": le}, str(n)) for v in ("v1", "v2")
                            for le, n in (("50", 1500.1), ("80", 5600.5), ("110", 8500.2), ("250", 10000.4 if v == "v1" else 9999.7), ("+Inf", 10000.4 if v == "v1" else 9999.7))))}


class Fake:
    """A server that knows a few queries by the name that they begin with."""

    def __init__(self, answers):
        fake = self
        self.asked, self.answers = [], answers

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                fake.asked.append((urllib.parse.urlsplit(self.path).path, query["query"][0], query["time"][0]))
                body = json.dumps(fake.answers[query["query"][0].split("[")[0]]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Rollout:
    def __init__(self, thresh, folder, plan=PLAN):
        self.thresh, self.folder = pathlib.Path(thresh).resolve(), pathlib.Path(folder)
        for file in self.folder.glob("plan.*"):
            file.unlink()
        (self.folder / "plan.yaml").write_text(plan)
        done = self.run("init", "--at", BEGIN)
        assert done.returncode == 0, done

    def run(self, action, *args):
        return subprocess.run([self.thresh, "rollout", action, "plan.yaml", *args], cwd=self.folder, env=ENVIRONMENT,
                              capture_output=True, text=True, check=False, timeout=60)

    def observe(self, *data, at=LATER):
        return self.run("observe", *data, "--at", at, "-o", "json")

    def state(self):
        return (self.folder / "plan.db").read_bytes()


def figures(done):
    assert done.returncode in (0, 1, 3), done
    return {m["name"]: m for m in json.loads(done.stdout)["metrics"]}


def right(thresh, folder):
    with Fake(GOOD) as fake:
        seen = figures(Rollout(thresh, folder).observe(fake.url + "/"))
        assert fake.asked[0] == ("/api/v1/query", "n[36000s]", "1795600800.000000"), fake.asked[0]
        assert fake.asked[1][1] == "bad[36000s] or 0 * n[36000s]", fake.asked[1]
        rate, latency = seen["error_rate"], seen["latency"]
        assert (rate["n_baseline"], rate["n_candidate"]) == (10000, 10000), rate
        assert abs(rate["baseline"] - 0.01) < 1e-9 and abs(rate["candidate"] - 0.01) < 1e-9, rate
        assert abs(latency["baseline"] - 80) < 1e-9 and latency["step"] == "advance", latency
        # bounds by a histogram are wider, and hold all the same
        wide = figures(Rollout(thresh, folder, BUCKETS).observe(fake.url))["latency"]
        assert abs(wide["baseline"] - 80) < 1e-9 and wide["n_candidate"] == 10000, wide
        assert wide["low"] < latency["low"] and wide["high"] > latency["high"], (wide, latency)
        assert wide["high"] - wide["low"] < 3 * (latency["high"] - latency["low"]), (wide, latency)
        # a query for each arm, and metrics that come from a file
        seen = figures(Rollout(thresh, folder, EACH).observe(fake.url))
        assert seen["error_rate"]["n_candidate"] == 10000, seen
        plan = PLAN.split("    latency: {n")[0]
        (folder / "rows.csv").write_text("arm,metric,n,mean,sd\ncontrol,latency,5000,80,30\ntreatment,latency,5000,80,30\n")
        seen = figures(Rollout(thresh, folder, plan).observe(fake.url, "rows.csv"))
        assert seen["latency"]["n_baseline"] == 5000 and seen["error_rate"]["n_baseline"] == 10000, seen
        # names of arms as in files
        plain = plan.replace("  baseline: v1\n  candidate: v2\n", "")
        fake.answers = {"n": vector(({"version": "Control"}, "9"), ({"version": "canary"}, "7"))}
        done = Rollout(thresh, folder, plain).observe(fake.url)
        assert 'version="canary" is no arm; expected baseline or candidate' in done.stderr, done
    # strata, thousands of them
    regions = [f"r{i}" for i in range(2000)]
    many = {name: vector(*(({"version": v, "region": r}, str(n)) for r in regions for v in ("v1", "v2")))
            for name, n in (("n", 50), ("bad", 5), ("sum", 4000), ("squares", 365000))}
    with Fake(many) as fake:
        seen = figures(Rollout(thresh, folder, STRATA).observe(fake.url))
        assert seen["error_rate"]["n_baseline"] == 100000 and len(seen["latency"]["strata"]) == 2000, seen["latency"]["n_baseline"]


def grows(thresh, folder):
    """What was extrapolated a little too far at one look may be less at the next; more may not."""
    rollout = Rollout(thresh, folder)
    with Fake(dict(GOOD)) as fake:
        assert rollout.observe(fake.url).returncode == 0
    rollout = Rollout(thresh, folder, PLAN.replace("samples: 1000}", "samples: 100000}"))
    with Fake(dict(GOOD)) as fake:
        assert rollout.observe(fake.url).returncode == 3
        fake.answers["n"] = arms(9990.4, 9999.7)
        assert rollout.observe(fake.url, at="2026-11-25T10:00:10Z").returncode == 3
        before = rollout.state()
        fake.answers["n"] = arms(9900, 9999)
        done = rollout.observe(fake.url, at="2026-11-25T10:00:20Z")
        assert done.returncode == 2 and "'error_rate' of the baseline: n fell from 9990 to 9900" in done.stderr, done
        assert rollout.state() == before


def last_stage(thresh, folder):
    """A stage of all the traffic has no baseline to ask for."""
    rollout = Rollout(thresh, folder)
    with Fake(dict(GOOD)) as fake:
        assert rollout.observe(fake.url).returncode == 0
        for name in ("n", "bad", "sum", "squares"):
            fake.answers[name] = vector(({"version": "v2"}, GOOD[name]["data"]["result"][1]["value"][1]))
        seen = figures(rollout.observe(fake.url, at="2026-11-25T20:00:00Z"))
        assert fake.asked[-1][1] == "squares[36000s]", fake.asked[-1]
        assert seen["error_rate"]["n_baseline"] == 10000, seen
        done = rollout.run("status")
        assert "done" in done.stdout, done


def faults(thresh):
    checks = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        right(thresh, folder)
        grows(thresh, folder)
        last_stage(thresh, folder)

        def refused(words, url, plan=PLAN, rollout=None, at=LATER, data=()):
            nonlocal checks
            rollout = rollout or Rollout(thresh, folder, plan)
            before = rollout.state()
            done = rollout.observe(url, *data, at=at)
            assert done.returncode == 2 and done.stdout == "" and words in done.stderr, (words, done)
            assert "secret" not in done.stderr, done
            assert rollout.state() == before, words
            checks += 1

        def answers(words, plan=PLAN, **changed):
            with Fake({**GOOD, **changed}) as fake:
                refused(words, fake.url, plan)

        # no server, or none that answers
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        refused(f"http://127.0.0.1:{port}: error: no answer", f"http://user:secret@127.0.0.1:{port}")
        for answer, words in ((says(ok(b"<html>")), "not JSON"), (says(ok(b"{}")), "no answer of Prometheus"), (says(b""), "no answer"),
                              (endless, "more than"), (says(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"), "HTTP status 502"),
                              (says(ok(b'{"status":"error","errorType":"bad_data","error":"parse error"}')), "parse error")):
            with server(answer) as (port, _):
                refused(words, f"http://127.0.0.1:{port}")
        # answers that are none of two arms
        answers("the server has no series of the baseline", n=vector())
        answers("the server has no series of the candidate", n=vector(({"version": "v1"}, "10")), bad=vector(({"version": "v1"}, "1")))
        answers("error_rate, successes: no series of the candidate", bad=vector(({"version": "v1"}, "1")))
        answers("plan.yaml:12:45: error: error_rate, successes: no series of the baseline", bad=vector())
        answers("several series of the candidate", n=vector(({"version": "v1"}, "10"), ({"version": "v2", "pod": "a"}, "5"), ({"version": "v2", "pod": "b"}, "5")))
        answers('version="v3" is no arm; expected v1 or v2', n=vector(({"version": "v1"}, "10"), ({"version": "v3"}, "5")))
        answers("has no label 'version'", n=vector(({}, "10")))
        answers("NaN or infinite", n=arms("NaN", 10))
        answers("NaN or infinite", sum=arms(10, "+Inf"))
        answers("found -3 of the candidate, expected a number that is not negative", n=arms(10, -3))
        answers("11 successes of only 10", n=arms(10, 10), bad=arms(1, 11))
        answers("more than can be counted", n=arms(1e300, 1e300))
        answers("too small for n and sum", squares=arms(7300, 7300))
        answers("has no label 'region'", STRATA)
        # histograms
        def buckets(*counts, sums=arms(800000, 800000)):
            both = [({"version": v, "le": le}, str(n)) for v in ("v1", "v2") for le, n in counts]
            return {"plan": BUCKETS, "buckets": vector(*both), "sum": sums}
        answers("100 values of the baseline lie above the highest edge, 100", **buckets(("100", 9900), ("+Inf", 10000)))
        answers("fewer values below 200 than below 100", **buckets(("100", 9900), ("200", 9000), ("+Inf", 10000)))
        answers("expected a histogram", **buckets(("100", 10000)))
        answers("expected a histogram", **buckets(("-100", 0), ("100", 10000), ("+Inf", 10000)))
        answers("no label 'le'", **buckets(("many", 9900)))
        answers("are they of one unit", **buckets(("0.1", 10000), ("+Inf", 10000)))
        answers("several series of the baseline", plan=BUCKETS, buckets=vector(*[({"version": "v1", "le": "1", "pod": p}, "3") for p in "ab"],
                ({"version": "v1", "le": "+Inf"}, "3"), ({"version": "v2", "le": "+Inf"}, "3"), ({"version": "v2", "le": "1"}, "3")))
        # what cannot be asked
        with Fake(GOOD) as fake:
            refused("has only just begun", fake.url, at=BEGIN)
            refused("one Prometheus server at most", fake.url, data=(fake.url,))
            refused("a Prometheus server is asked for all", fake.url, data=("--increment",))
            refused("has no queries for a Prometheus server", fake.url, plan=PLAN.split("prometheus:")[0])
            (folder / "rows.csv").write_text("arm,metric,n,successes\na,error_rate,10,1\nb,error_rate,10,1\n")
            refused("stands twice", fake.url, data=("rows.csv",))
            assert checks < 100 and fake.asked, checks
        # one that ended is not asked
        rollout = Rollout(thresh, folder)
        assert rollout.run("abort", "--at", LATER).returncode == 0
        with Fake({}) as fake:
            done = rollout.observe(fake.url)
            assert done.returncode == 1 and not fake.asked, done
        for answer in (hangs, drips):
            with server(answer) as (port, _):
                refused("no answer", f"http://127.0.0.1:{port}")
    print(f"{checks} faults are told, and leave the state as it was")


class Exporter(http.server.BaseHTTPRequestHandler):
    """Two pods of the baseline and one of the candidate, whose counters begin again in between."""
    began = time.monotonic()
    per_second = 20000.0  # many, so that an error more or less at the ends of the range does not count
    restarted = 0.0  # when the candidate's pod did

    def do_GET(self):
        lines, now = [], time.monotonic() - Exporter.began
        for version, pod, since in (("v1", "a", 0), ("v1", "b", 0), ("v2", "c", Exporter.restarted)):
            labels = f'version="{version}",pod="{pod}"'
            n = int((now - since) * Exporter.per_second * (1 if version == "v1" else 2))
            lines += [f'requests_total{{{labels},code="200"}} {n - n // 100}', f'requests_total{{{labels},code="500"}} {n // 100}',
                      f'seconds_sum{{{labels}}} {n * 0.08}', f'seconds_count{{{labels}}} {n}', f'seconds_squares{{{labels}}} {n * 0.0073}']
            lines += [f'seconds_bucket{{{labels},le="{le}"}} {int(n * share)}' for le, share in (("0.05", 0.15), ("0.1", 0.8), ("0.25", 1), ("+Inf", 1))]
        body = ("\n".join(lines) + "\n").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


REAL = """schema: thresh/rollout/v1
name: demo
stages: [{share: 50%, samples: 1000000}]
metrics: {technical: [error_rate, latency_seconds, latency]}
prometheus:
  arm: version
  baseline: v1
  candidate: v2
  scrape: 1 second
  queries:
    error_rate:
      n: sum by (version) (increase(requests_total[$since]))
      successes: sum by (version) (increase(requests_total{code=~"5.."}[$since]))
    latency_seconds:
      buckets: sum by (version, le) (increase(seconds_bucket[$since]))
      sum: sum by (version) (increase(seconds_sum[$since]))
    latency:
      n: sum by (version) (increase(seconds_count[$since]))
      sum: 1000 * sum by (version) (increase(seconds_sum[$since]))
      sum_squares: 1000000 * sum by (version) (increase(seconds_squares[$since]))
"""


def real(thresh, program):
    exporter = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs:\n  - job_name: model\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{exporter.server_port}']}}]\n")
        process = subprocess.Popen([program, f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
                                    f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(200):
                try:
                    answer = json.load(urllib.request.urlopen(f"{url}/api/v1/query?query=requests_total", timeout=1))
                    if answer["data"]["result"]:
                        break
                except OSError:
                    pass
                time.sleep(0.1)
            else:
                raise AssertionError("prometheus scraped nothing within 20 s")
            (folder / "plan.yaml").write_text(REAL)

            def run(*args):
                return subprocess.run([pathlib.Path(thresh).resolve(), "rollout", *args], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)

            assert run("init", "plan.yaml").returncode == 0
            began = time.monotonic()
            time.sleep(4)
            Exporter.restarted = time.monotonic() - Exporter.began
            time.sleep(4)
            done = run("observe", "plan.yaml", url, "-o", "json")
            passed = time.monotonic() - began
            seen = figures(done)
            wanted = passed * Exporter.per_second * 2
            for name in ("error_rate", "latency_seconds", "latency"):
                for arm in ("baseline", "candidate"):
                    n = seen[name]["n_" + arm]
                    # a second's resolution of the range, and what a restart loses between two scrapes
                    assert n == int(n) and 0.75 * wanted < n < 1.15 * wanted, (name, arm, n, wanted)
                    assert abs(seen[name][arm] - {"error_rate": 0.01, "latency_seconds": 0.08, "latency": 80}[name]) < 0.02 * seen[name][arm], (name, seen[name])
            assert seen["latency"]["high"] < 0.2, seen["latency"]
            # again and again: what the ends were extrapolated to never makes it stop
            for _ in range(8):
                done = run("observe", "plan.yaml", url, "-q")
                assert done.returncode in (1, 3), done
                time.sleep(0.3)
            process.kill()
            process.wait()
            done = run("observe", "plan.yaml", url)
            assert done.returncode == 2 and "no answer" in done.stderr, done
        finally:
            process.kill()
            process.wait()
            exporter.shutdown()
    print(f"a real server: counts within what a restart loses, {passed:.1f} s")


if __name__ == "__main__":
    {"faults": faults, "real": real}[sys.argv[1]](*sys.argv[2:])

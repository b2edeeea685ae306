#!/usr/bin/env python3
"""Makes an allocation fail, one of each kind after the other, and looks at what the program does: it must not
crash, and either say that memory ran out and exit with 2, or print what it always prints.

usage: run_chaos.py THRESH FAILING_MALLOC.so ROOT [ARGUMENT...]    (default: the commands below)
"""
import os
import pathlib
import subprocess
import sys
import tempfile

CASES = "../../tests/cases"
COMMANDS = [
    ["eval", "baseline.json", "compressed-5.json", "--profile", "search", "--anchor", "compressed.json"],
    ["eval", "baseline.json", "compressed-5.json", "--profile", "search", "-o", "json"],
    *(["eval", "baseline.json", "compressed-5.json", "--group", "vip", "-o", form]
      for form in ("markdown", "junit", "tap", "csv", "sarif", "github", "html")),
    *(["eval", "../assistant-with-rivals/baseline.json", "../assistant-with-rivals/compressed.json", "--rival",
       "A=../assistant-with-rivals/rival-a.json", "--rival", "B=../assistant-with-rivals/rival-b.json", "-o", form]
      for form in ("text", "json", "markdown", "html")),
    ["eval", "../lm-eval/bf16.json", "../lm-eval/awq.json", "--profile", "generation", "--layer", "core"],
    ["eval", "../customer-service-bot/baseline.json", "../customer-service-bot/int8.json", "--profile",
     "../customer-service-bot/bot.yaml", "--scale", "accuracy=mixed"],
    ["eval", "nothing.json", "compressed.json", "--profile", "serach"],
    ["inspect", "../lm-eval/awq.json", "../customer-service-bot/bot.yaml"],
    ["inspect", *(f"{CASES}/format/{f}" for f in (
        "mteb-subsets/b.json", "model-card-alike/README.md", "llama-bench-csv/b.csv", "llama-bench-json/b.json",
        "ultralytics-segment/results.csv", "sacrebleu-list/b.json", "jiwer-nested/c.json",
        "rouge-aggregated/b.json", "ir_measures-parameters/b.txt"))],
    ["eval", f"{CASES}/samples/labels/b.csv", f"{CASES}/samples/labels/c.csv", "--slice-by", "language"],
    ["eval", f"{CASES}/samples/scores/b.jsonl", f"{CASES}/samples/scores/c.jsonl", "--pair", "inner"],
    ["inspect", f"{CASES}/samples/ranks/b.csv"],
    ["calibrate", f"{CASES}/calibrate/trend/h.csv", "--resamples", "100", "-o", "json", "-w", "/dev/null"],
    ["calibrate", f"{CASES}/calibrate/unnamed/h.csv"],
    ["roi", "../roi/roi.yaml", "../roi/baseline.json", "../roi/int8.json", "--draws", "100"],
    ["roi", "../roi/roi.yaml", "-o", "json", "--draws", "100"],
    ["rank", "baseline.json", "compressed.json", "compressed-3.json", "compressed-5.json", "--profile", "search"],
    *(["rank", "../layered-shop/baseline.json", "../layered-shop/int8.json", "../layered-shop/int4.json", "--layer", "core",
       "--group", "vip", "--group", "free", "--matrix", "-o", form] for form in ("text", "json", "markdown", "html")),
    ["rank", f"{CASES}/samples/labels/b.csv", f"{CASES}/samples/labels/c.csv", "--layer", "core", "--layer", "auxiliary",
     "--matrix"],
    ["rank", "baseline.json", "compressed-3.json", "compressed-5.json", "-p", "search", "--axis", "ndcg", "-o", "html"],
    ["rank", "baseline.json", "compressed-3.json", "compressed-5.json", "-p", "search", "-o", "markdown"],
    ["eval", "../roi/baseline.json", "../roi/int4.json", "--roi", "../roi/roi.yaml", "--draws", "100", "-o", "json"],
    [*"eval baseline.json compressed-5.json --profile search --record".split(), "{log}"],
    ["log", "list", "--limit", "2", "--record", "{log}"],
    ["log", "show", "1", "--record", "{log}"],
    ["log", "verify", "--record", "{log}"],
    ["log", "export", "--record", "{log}"],
    ["log", "diff", "1", "2", "--record", "{log}"],
    ["log", "replay", "1", "--record", "{log}"],
    [*"rank baseline.json compressed-5.json --profile search --record".split(), "{log}"],
    ["log", "show", "3", "--record", "{log}"],
    ["log", "diff", "3", "4", "--record", "{log}"],
    ["log", "show", "5", "--record", "{log}"],
    ["log", "replay", "6", "--record", "{log}"],
    ["rollout", "init", f"{CASES}/rollout/aborted/plan.yaml", "--state", "{new}", "--record", "{log}",
     "--at", "2026-11-25T00:00:00Z"],
    ["rollout", "observe", f"{CASES}/rollout/aborted/plan.yaml", f"{CASES}/rollout/aborted/a.csv", "--increment", "--state", "{state}",
     "--record", "{log}", "--at", "2026-11-25T00:00:01Z", "-q"],
    ["monitor", f"{CASES}/monitor/levels/events.jsonl", "--baseline", f"{CASES}/monitor/levels/b.json", "--window", "20",
     "--state", "{new}", "--record", "{log}", "-q"],
    ["roi", f"{CASES}/roi/bad-unknown-keys/roi.yaml"],
    ["monitor", f"{CASES}/monitor/levels/events.jsonl", "--baseline", f"{CASES}/monitor/levels/b.json", "--window", "20"],
    ["monitor", f"{CASES}/monitor/levels/events.jsonl", "--baseline", "live", "--window", "20s", "--slide", "10s",
     "--drift", "latency_ms", "-o", "text"],
    ["profiles", "check", f"{CASES}/profile/alerts/mine.yaml"],
    ["rollout", "init", f"{CASES}/rollout/simulate/plan.yaml", "--simulate", "--runs", "20"],
    ["rollout", "init", f"{CASES}/rollout/plan-faults/a.yaml"],
    ["profiles", "check", f"{CASES}/profile/aliases/mine.yaml"],
    ["profiles", "show", "medical", "--for", "baseline.json"],
    ["profiles", "prove", "../phone-camera/camera.yaml", "../phone-camera/baseline.json"],
]


def main():
    thresh, preload, root = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
    base = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "COLUMNS": "100", "HOME": "/nonexistent",
            "GITHUB_STEP_SUMMARY": "/dev/null"}
    all_runs = all_noticed = 0
    # databases that are synced to a disk at each run would take half of the time
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as temporary:
        result, seen, new, state, log = (pathlib.Path(temporary) / name
                                         for name in ("result", "seen", "new.db", "state.db", "log.db"))

        def run(args, extra):
            return subprocess.run([thresh, *args], cwd=root / "examples/search", capture_output=True, text=True, check=False,
                                  env={**base, **extra})

        rollout = f"{CASES}/rollout/aborted/plan.yaml"
        for command in ("eval", "rank"):
            for candidate in ("compressed.json", "compressed-5.json"):
                run([command, "baseline.json", candidate, "--profile", "search", "--record", log], {})
        run(["monitor", f"{CASES}/monitor/levels/events.jsonl", "--baseline", f"{CASES}/monitor/levels/b.json", "--window", "1000",
             "--record", log], {})
        run(["rollout", "init", rollout, "--state", state, "--record", log, "--at", "2026-11-25T00:00:00Z"], {})
        for args in [sys.argv[4:]] if sys.argv[4:] else COMMANDS:
            args = [a.replace("{log}", str(log)).replace("{new}", str(new)).replace("{state}", str(state)) for a in args]
            result.unlink(missing_ok=True)
            driver = run(args, {"LD_PRELOAD": str(preload), "CHAOS_RESULT": str(result), "CHAOS_SEEN": str(seen),
                              "CHAOS_FRESH": str(new)})
            assert result.exists(), f"{args}: the library was not preloaded: {driver}"
            verdict, *figures = result.read_text(errors="replace").split(maxsplit=1)
            assert (driver.returncode, verdict) == (0, "fine"), f"{args}: {driver.returncode} {verdict} {figures} {driver.stderr}"
            total, runs, noticed = map(int, figures[0].split())
            assert total > 20 and noticed <= runs <= total, f"{args}: {figures}"
            all_runs, all_noticed = all_runs + runs, all_noticed + noticed
    assert all_noticed > all_runs // 2, f"only {all_noticed} of {all_runs} failed allocations were noticed"
    print(f"{all_runs} runs with a failing allocation: none crashed, none lost a word")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What the simulation of examples/calibration knows lies in the intervals that thresh calibrate finds, no limit
lies beyond it, and the profile that is written is one.

usage: check_calibration.py THRESH ROOT
"""
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

thresh, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("make", root / "examples/calibration/make.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)
history = root / "examples/calibration/history.csv"

made = subprocess.run([sys.executable, root / "examples/calibration/make.py"], capture_output=True, text=True, check=True)
assert made.stdout == history.read_text(), "history.csv is not what make.py makes"

MORE = ["--perceptible", "satisfaction=0.1", "--unacceptable", "satisfaction=0.3"]
with tempfile.TemporaryDirectory() as folder:
    profile = pathlib.Path(folder) / "p.yaml"
    command = [thresh, "calibrate", history, *MORE, "-o", "json", "-w", profile]
    for outcome in make.TRUE:
        command += ["-y", outcome]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1], "the same history gave another document"
    found = json.loads(runs[0])
    subprocess.run([thresh, "profiles", "check", profile], capture_output=True, check=True)
    shown = subprocess.run([thresh, "profiles", "show", profile], capture_output=True, text=True, check=True).stdout
assert found["known"] and f"{found['limits']['accept']:g} pp" in shown, shown
for outcome in found["outcomes"]:
    for threshold, true in zip(outcome["thresholds"], make.TRUE[outcome["name"]]):
        low, high = threshold["chosen"]["low"], threshold["chosen"]["high"]
        assert low <= true <= high, (outcome["name"], threshold["name"], low, true, high)
        assert threshold["limit"] <= true, (outcome["name"], threshold)
    assert len(outcome["bins"]) > 5 and len(outcome["points"]) > 20
least = [min(o["thresholds"][i]["limit"] for o in found["outcomes"]) for i in range(2)]
assert [found["limits"]["accept"], found["limits"]["tolerate"]] == least
print(f"{2 * len(make.TRUE)} points, each in its interval and at or above its limit")

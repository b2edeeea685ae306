#!/usr/bin/env python3
"""Runs one case: a folder with `cmd` (a line for sh), its input files, and what has to come out:
`out` and `err` (standard output and error; a missing file means nothing) and `exit` (default 0).

usage: run_cases.py THRESH CASE_FOLDER [--wrap PROGRAM] [--update]

The command runs in a copy of the folder. When something differs, what came out is left beside what
was expected as got.out, got.err and got.exit; --update makes it the expectation.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

KEPT = ("out", "err", "exit")


def environment(folder, thresh, wrap):
    bin_dir = folder / "bin"
    bin_dir.mkdir()
    script = bin_dir / "thresh"
    script.write_text(f'#!/bin/sh\nexec {wrap} "{thresh}" "$@"\n')
    script.chmod(0o755)
    return {
        "PATH": f"{bin_dir}:/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "HOME": str(folder),
        "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
    }


def run(case, thresh, wrap):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        work = folder / "case"
        shutil.copytree(case, work)
        command = (case / "cmd").read_text()
        done = subprocess.run(["sh", "-c", command], cwd=work, env=environment(folder, thresh, wrap),
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    return {"out": done.stdout, "err": done.stderr, "exit": f"{done.returncode}\n".encode()}


def expected(case):
    files = {name: case / name for name in KEPT}
    default = {"out": b"", "err": b"", "exit": b"0\n"}
    return {n: f.read_bytes() if f.exists() else default[n] for n, f in files.items()}


def update(case, got):
    default = {"out": b"", "err": b"", "exit": b"0\n"}
    for name, content in got.items():
        if content != default[name]:
            (case / name).write_bytes(content)
        else:
            (case / name).unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("thresh")
    parser.add_argument("case", type=pathlib.Path)
    parser.add_argument("--wrap", default="")
    parser.add_argument("--update", action="store_true")
    a = parser.parse_args()
    got = run(a.case, os.path.abspath(a.thresh), a.wrap)
    if a.update:
        update(a.case, got)
        return 0
    want, wrong = expected(a.case), False
    for name in KEPT:
        left = a.case / f"got.{name}"
        if got[name] == want[name]:
            left.unlink(missing_ok=True)
            continue
        wrong = True
        left.write_bytes(got[name])
        print(f"{a.case}: {name} differs\n--- expected\n{want[name].decode(errors='replace')}"
              f"+++ got\n{got[name].decode(errors='replace')}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

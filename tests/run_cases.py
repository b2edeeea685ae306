#!/usr/bin/env python3
"""Runs cases. A case is a folder with `cmd` (lines for sh), its input files, and what has to come out:
`out` and `err` (standard output and error; a missing file means nothing) and `exit` (default 0).

usage: run_cases.py THRESH FOLDER... [--wrap PROGRAM] [--update]

FOLDER is a case, or holds cases at any depth. A command runs in a copy of its folder. When something
differs, what came out is left beside what was expected as got.out, got.err and got.exit; --update makes
it the expectation.
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
    program = bin_dir / "thresh"
    if wrap:
        program.write_text(f'#!/bin/sh\nexec {wrap} "{thresh}" "$@"\n')
        program.chmod(0o755)
    else:
        program.symlink_to(thresh)
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


def check(case, got):
    """Whether it came out as expected; what did not is printed."""
    want, fine = expected(case), True
    for name in KEPT:
        left = case / f"got.{name}"
        if got[name] == want[name]:
            left.unlink(missing_ok=True)
            continue
        fine = False
        left.write_bytes(got[name])
        print(f"{case}: {name} differs\n--- expected\n{want[name].decode(errors='replace')}"
              f"+++ got\n{got[name].decode(errors='replace')}")
    return fine


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("thresh")
    parser.add_argument("folder", type=pathlib.Path, nargs="+")
    parser.add_argument("--wrap", default="")
    parser.add_argument("--update", action="store_true")
    a = parser.parse_args()
    cases = [cmd.parent for folder in a.folder for cmd in sorted(folder.rglob("cmd"))]
    if not cases:
        parser.error("no case there")
    failed = 0
    for case in cases:
        got = run(case, os.path.abspath(a.thresh), a.wrap)
        if a.update:
            update(case, got)
        else:
            failed += not check(case, got)
    if not a.update:
        print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

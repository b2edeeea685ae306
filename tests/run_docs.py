#!/usr/bin/env python3
"""Runs the ```console blocks of Markdown files: each line that begins with "$ " is run in the folder
of the file, and what follows up to the next such line has to be its output, standard error first.
`$ echo $?` prints the exit code of the command before it.

usage: run_docs.py THRESH FILE.md... [--update]
"""
import argparse
import fcntl
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


class Session:
    def __init__(self, folder, thresh):
        self.folder = folder
        self.home = tempfile.TemporaryDirectory()
        binary = pathlib.Path(self.home.name) / "thresh"
        binary.symlink_to(os.path.abspath(thresh))
        self.env = {"PATH": f"{self.home.name}:/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                    "COLUMNS": "100", "HOME": self.home.name,
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
        self.last = 0

    def run(self, command):
        if command.strip() == "echo $?":
            return f"{self.last}\n"
        # scripts/run builds and then runs thresh: here the program under test takes its place
        command = re.sub(r"^scripts/run ", "thresh ", command)
        done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.env, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
        self.last = done.returncode
        return done.stderr + done.stdout

    def replay(self, block):
        out = []
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                out.append(line)
                out.append(self.run(line[2:].rstrip("\n")))
        return "".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("thresh")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    a = parser.parse_args()
    # the documents write to /tmp, as a reader would: one at a time, whoever else tests on this machine
    lock = open(pathlib.Path(tempfile.gettempdir()) / f"thresh-docs-{os.getuid()}.lock", "w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX)
    wrong = commands = 0
    for file in a.files:
        session = Session(file.resolve().parent, a.thresh)
        text = file.read_text()
        new = BLOCK.sub(lambda m: session.replay(m.group(1)), text)
        commands += sum(line.startswith("$ ") for b in BLOCK.findall(text) for line in b.splitlines())
        if new == text:
            continue
        if a.update:
            file.write_text(new)
            continue
        wrong += 1
        with tempfile.NamedTemporaryFile("w", suffix=".md") as got:
            got.write(new)
            got.flush()
            subprocess.run(["diff", "-u", str(file), got.name], check=False)
    if commands == 0:
        print("no command found: nothing was tested")
        return 1
    print(f"{commands} commands of {len(a.files)} files, {wrong} files differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

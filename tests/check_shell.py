#!/usr/bin/env python3
"""The completions, in the shells that they are for, and the manual pages.

usage: check_shell.py bash|zsh|fish THRESH
       check_shell.py man THRESH PROJECT_ROOT

What a shell offers at the end of a line is compared with what has to be among it, and what must not.
"""
import json
import os
import pathlib
import pty
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

AXES = ["scenario", "task", "norm", "tier", "layer", "group"]
# line up to the cursor: words that have to be offered, words that must not
LINES = {
    "thresh ev": (["eval"], ["inspect", "base.json"]),
    "thresh ": (["eval", "inspect", "plan", "profiles", "help"], ["base.json", "search"]),
    "thresh eval --pro": (["--profile"], ["--pair"]),
    "thresh eval --profile sea": (["search"], ["medical"]),
    "thresh eval -p ": (["search", "house", "tier/iot", "mine.yaml"], ["json"]),
    "thresh eval base.json other.json --tier ": (["cloud", "edge", "iot"], ["search", "base.json"]),
    "thresh eval --layer c": (["core"], ["important", "cloud"]),
    "thresh eval --warn ": (["pass", "review", "fail"], ["base.json"]),
    "thresh eval --burden prove-": (["prove-safe", "prove-harm"], ["point"]),
    "thresh eval -o j": (["json"], ["text"]),
    "thresh rank -o ": (["text", "json", "markdown", "html"], ["junit", "base.json"]),
    "thresh roi --output=m": (["--output=markdown"], ["--output=html"]),
    "thresh calibrate -o json:ba": (["json:base.json"], ["json:other.json", "text"]),
    "thresh eval --format hyper": (["hyperfine"], ["k6"]),
    "thresh eval --golden ba": (["base.json"], ["search"]),
    "thresh eval --seed ": ([], ["base.json", "search"]),
    "thresh eval ba": (["base.json"], ["search", "--profile"]),
    "thresh eval base.json ot": (["other.json"], ["base.json"]),
    "thresh inspect --format lm-": (["lm-eval"], ["json"]),
    "thresh profiles ": (["list", "show", "check", "prove"], ["base.json", "search"]),
    "thresh profiles show med": (["medical"], ["search"]),
    "thresh profiles check mi": (["mine.yaml"], ["medical"]),
    "thresh profiles prove search ba": (["base.json"], ["search"]),
    "thresh profiles list --axis ": (AXES, ["base.json", "search"]),
    "thresh log ": (["list", "show", "verify", "export", "files", "diff", "replay"], ["base.json", "search"]),
    "thresh log list --verdict re": (["review", "reject"], ["accept"]),
    "thresh help pl": (["plan"], ["eval"]),
    "thresh help --man thresh-p": (["thresh-plan", "thresh-profiles", "thresh-profile"], ["thresh-eval"]),
    "thresh help --schema pro": (["profile-v1"], ["result-v1"]),
    "thresh help --completion ": (["bash", "zsh", "fish"], ["eval", "base.json"]),
    # behind a colon and an equals sign
    "thresh eval -o json:ba": (["json:base.json"], ["json:other.json", "text"]),
    "thresh eval --warn=fa": (["--warn=fail"], ["--warn=pass"]),
    "thresh eval --profile=sea": (["--profile=search"], []),
    "thresh eval --output=json:ba": (["--output=json:base.json"], []),
    "thresh eval --rival A=ba": (["A=base.json"], ["A=other.json", "base.json"]),
}


def folder(thresh):
    """A working folder with files to be offered, and a `thresh` on the path."""
    work = pathlib.Path(tempfile.mkdtemp())
    (work / "bin").mkdir()
    (work / "bin/thresh").symlink_to(thresh)
    (work / "home").mkdir()
    (work / "case/.thresh/profiles").mkdir(parents=True)
    (work / "case/.thresh/profiles/house.yaml").write_text("schema: thresh/profile/v1\nname: of-the-house\n")
    for name in ("base.json", "other.json", "mine.yaml"):
        (work / "case" / name).write_text("{}\n")
    return work


def run(work, args, text=None):
    env = {"PATH": f"{work / 'bin'}:/usr/local/bin:/usr/bin:/bin", "HOME": str(work / "home"),
           "LC_ALL": "C.UTF-8", "TERM": "dumb", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
    done = subprocess.run(args, cwd=work / "case", env=env, input=text, text=True, capture_output=True,
                          timeout=120, check=False)
    assert done.returncode == 0 and done.stderr == "", (args, done.returncode, done.stderr)
    return done.stdout


def bash(work, lines):
    """The function, called as bash calls it: with the words as bash takes them apart."""
    script = ["source <(thresh help --completion bash)"]
    for line in lines:
        words = [w for w in re.split(r"\s+|([:=])", line) if w] + ([""] if line[-1].isspace() else [])
        quoted = " ".join(shlex.quote(w) for w in words)
        script.append(f"COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)} COMP_CWORD={len(words) - 1}\n"
                      f"COMP_WORDS=({quoted})\n_thresh thresh\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\necho ---")
    offered = run(work, ["bash", "--norc", "-c", "\n".join(script)]).split("---\n")
    result = {}
    for line, text in zip(lines, offered):
        # a reply stands for what follows the last colon or equals sign
        head = re.match(r".*[:=]|", line.split(" ")[-1]).group()
        result[line] = [head + word for word in text.split("\n") if word]
    return result


# what is typed before the tab key, and the arguments that come of it
TYPED = {
    "thresh eval -o json:ba": ["eval", "-o", "json:base.json"],
    "thresh eval --warn=fa": ["eval", "--warn=fail"],
    "thresh eval with\\ sp": ["eval", "with space.json"],
    "thresh eval -o json:with\\ sp": ["eval", "-o", "json:with space.json"],
    "thresh eval --golden=ba": ["eval", "--golden=base.json"],
}


def bash_typed(work):
    """The same on a terminal, where readline puts the reply into the line."""
    (work / "case/with space.json").write_text("{}\n")
    inner, outer = pty.openpty()
    env = {"PATH": f"{work / 'bin'}:/usr/bin:/bin", "HOME": str(work / "home"), "LC_ALL": "C.UTF-8",
           "TERM": "dumb", "PS1": "", "INPUTRC": "/dev/null"}
    shell = subprocess.Popen(["bash", "--norc", "-i"], cwd=work / "case", env=env, stdin=outer, stdout=outer,
                             stderr=outer, start_new_session=True)
    os.close(outer)
    typed = ["source <(thresh help --completion bash)", "thresh() { printf '[%s]' \"$@\"; echo; }"]
    typed += [f"{line}\t" for line in TYPED] + ["exit"]
    os.write(inner, "".join(f"{line}\n" for line in typed).encode())
    shown = b""
    try:
        while chunk := os.read(inner, 65536):
            shown += chunk
    except OSError:  # the shell is gone
        pass
    shell.wait()
    (work / "case/with space.json").unlink()
    for line, args in TYPED.items():
        wanted = "".join(f"[{a}]" for a in args)
        assert wanted in shown.decode(), (line, wanted, shown.decode())


def fish(work, lines):
    script = ["thresh help --completion fish | source"]
    script += [f"complete -C{shlex.quote(line)}\necho ---" for line in lines]
    offered = run(work, ["fish", "--no-config", "-c", "\n".join(script)]).split("---\n")
    return {line: [w.split("\t")[0] for w in text.split("\n") if w] for line, text in zip(lines, offered)}


# zsh completes on a terminal only: a second one runs in a pseudo-terminal, and what it would offer is
# taken where it is handed over, in compadd. What it echoes of its input must not look like an answer.
ZSH = r"""
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1= PS2= RPS1=; unsetopt prompt_cr prompt_sp; stty -echo'
zpty -w z 'fpath=($HOME $fpath); autoload -Uz compinit; compinit -u -D; bindkey "^I" complete-word'
zpty -w z 'zstyle ":completion:*" insert-tab false; setopt no_beep no_list_beep'
zpty -w z 'end-line() { print -r - "<EN""D>"; BUFFER=; zle accept-line }; zle -N end-line; bindkey "^G" end-line'
zpty -w z 'compadd() { [[ " $* " = *" -"[OAD]" "* ]] || { local -a found; builtin compadd -A found "$@"; \
    (( $#found )) && print -rl - "" "<OFFER>"$IPREFIX${^found} }; builtin compadd "$@" }'
zpty -w z 'print -r - "<REA""DY>"'
zpty -r z text "*<READY>*"
while IFS= read -r line; do
    zpty -w -n z "$line"$'\t'$'\a'
    zpty -r z text "*<END>*"
    print -r - "=== $line"
    print -r - "$text"
done
"""


def zsh(work, lines):
    (work / "home/_thresh").write_text(run(work, ["thresh", "help", "--completion", "zsh"]))
    text = run(work, ["zsh", "-f", "-c", ZSH], "".join(f"{line}\n" for line in lines))
    result = {}
    for part in text.split("=== ")[1:]:
        line, shown = part.split("\n", 1)
        result[line.rstrip("\r")] = re.findall(r"^<OFFER>(.+?)\r?$", shown, re.MULTILINE)
    return result


def check_offers(shell, thresh):
    work = folder(thresh)
    if shell == "bash":
        bash_typed(work)
    offered = {"bash": bash, "zsh": zsh, "fish": fish}[shell](work, list(LINES))
    shutil.rmtree(work)
    wrong = []
    for line, (wanted, unwanted) in LINES.items():
        have = [word.removesuffix("/") for word in offered[line]]
        missing, surplus = [w for w in wanted if w not in have], [w for w in unwanted if w in have]
        if missing or surplus:
            wrong.append(f"{line!r}: missing {missing}, surplus {surplus}, offered {have[:40]}")
    print("\n".join(wrong) or f"{shell}: {len(LINES)} lines are completed as they must be")
    return bool(wrong)


# --- the manual ---

COMMAND_SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES",
                    "SEE ALSO"]
FORMAT_SECTIONS = ["NAME", "DESCRIPTION", "LIMITS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"]


def lint(page, text):
    for tool in (["man", "--warnings", "-l", "-"], ["mandoc", "-Tlint", "-Wstyle"]):
        if shutil.which(tool[0]):
            done = subprocess.run(tool, input=text, text=True, capture_output=True, check=False,
                                  env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
            said = done.stderr if tool[0] == "man" else done.stdout + done.stderr
            assert said == "", f"{page}: {said}"


def examples(text):
    """Lines of the EXAMPLES that are commands, as they are typed."""
    part = text.split(".SH EXAMPLES")[1].split(".SH")[0]
    return [re.sub(r"\\(.)", r"\1", line) for line in part.split("\n") if line.startswith(("thresh ", "source "))]


def check_manual(thresh, root):
    work = folder(thresh)
    (work / "case/results").mkdir()
    for file in ("baseline.json", "compressed.json", "compressed-5.json"):
        shutil.copy(root / "examples/search" / file, work / "case" / file)
        shutil.copy(root / "examples/search" / file, work / "case/results" / file)
    model = (root / "examples/roi/roi.yaml").read_text()
    rows = [line.split(",") for line in (root / "examples/calibration/history.csv").read_text().splitlines()[1:]]
    histories = {
        "history.csv": ["accuracy_drop_pp,sessions,complaints"] + [f"{d},{n},{c}" for _, d, n, c, _, _ in rows],
        "ranking.csv": ["before,after,sessions,retention"]
                       + [f"0.8,{0.8 - float(d) / 100:.4f},{n},{int(r) / int(n):.4f}" for _, d, n, _, r, _ in rows],
        "revenue.csv": ["accuracy_drop_pp,revenue"] + [f"{d},{100 - 3 * float(d) + int(c) % 5}" for _, d, _, c, _, _ in rows],
    }
    for name, lines in histories.items():
        (work / "case" / name).write_text("\n".join(lines) + "\n")
    (work / "case/roi.yaml").write_text(re.sub(r"  (complaints|accuracy): .*\n", "", model))
    readings = [{"ts": f"2026-11-25T09:{i // 60:02}:{i % 60:02}Z", "ndcg@10": 0.5 + i % 7 / 100} for i in range(1500)]
    (work / "case/events.jsonl").write_text("".join(json.dumps(r) + "\n" for r in readings))
    for file in (root / "examples/rollout").iterdir():
        shutil.copy(file, work / "case" / file.name)
    # of the day on which the examples run
    counts = (root / "examples/rollout/stage-5.csv").read_text()
    (work / "case/counts.csv").write_text(re.sub(r"\d{4}-\d\d-\d\d", time.strftime("%Y-%m-%d", time.gmtime()), counts))
    (work / "case/my-search.yaml").write_text("schema: thresh/profile/v1\nname: mine\nextends: [search]\n")
    (work / "case/verdict.json").write_text(run(work, ["thresh", "eval", "baseline.json", "compressed.json", "-o", "json"]))
    run(work, ["thresh", "eval", "baseline.json", "compressed.json", "--record", "decisions.db"])
    pages, ran = run(work, ["thresh", "help", "--pages"]).split(), 0
    # what is read from the environment, by name or from a list of names
    sources = "".join(p.read_text() for p in root.glob("src/cli/*.c"))
    variables = set(re.findall(r'getenv\("(\w+)"\)|"([A-Z]+_[A-Z_]+)"', sources))
    variables = {a or b for a, b in variables} - {""}
    commands = re.findall(r"^  (\w+) ", run(work, ["thresh", "help"]).split("Commands:")[1], re.MULTILINE)
    assert sorted(pages) == sorted(["thresh.1", "thresh-profile.5"] + [f"thresh-{c}.1" for c in commands]), pages
    for page in pages:
        text = run(work, ["thresh", "help", "--man", page[:-2]])
        lint(page, text)
        have = re.findall(r"^\.SH (.+)", text, re.MULTILINE)
        wanted = FORMAT_SECTIONS if page.endswith("5") else COMMAND_SECTIONS
        assert [h for h in have if h in wanted] == wanted, (page, have)
        for line in examples(text):
            done = subprocess.run(["bash", "-c", line.replace("man -l -", "cat")], cwd=work / "case", check=False,
                                  env={"PATH": f"{work / 'bin'}:/usr/bin:/bin", "HOME": str(work / "home")},
                                  capture_output=True, text=True)
            assert done.returncode in (0, 1, 3), (page, line, done.stderr)
            ran += 1
        for name in variables:
            assert re.search(rf"\b{name}\b", text), f"{page} does not say what {name} does"
    # the page of profiles has every key of their schema, one level down too
    page, schema = run(work, ["thresh", "help", "--man", "thresh-profile"]), json.loads(
        (root / "configs/schemas/profile-v1.schema.json").read_text())
    for key, value in schema["properties"].items():
        for name in (key, *(value.get("properties", {}) if key != "families" else ())):
            assert re.search(rf"^\.B {name} ", page, re.MULTILINE), f"thresh-profile.5 does not say what {name} is"
    shutil.rmtree(work)
    print(f"{len(pages)} pages without a warning, {ran} examples run")
    return False


if __name__ == "__main__":
    what, program = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if what == "man":
        sys.exit(check_manual(program, pathlib.Path(sys.argv[3]).resolve()))
    sys.exit(check_offers(what, program))

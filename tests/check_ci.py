#!/usr/bin/env python3
"""The action and the examples of examples/ci run as they stand: their commands are taken out of the files and
run, in a folder of their own, with surroundings like those of the CI system.

usage: check_ci.py THRESH PROJECT_ROOT
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

# What somebody may name a file or an input to run a command of his.
HOSTILE = ["$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned; "', "x\ntouch pwned", "--help",
           "-o", "* ? [a-z]", "${{ github.token }}", "&& touch pwned"]
GH = """#!/usr/bin/env python3
import json, pathlib, sys
log = pathlib.Path("gh.log")
log.write_text((log.read_text() if log.exists() else "") + " ".join(sys.argv[1:]) + "\\n")
if "--method" not in sys.argv:
    print(pathlib.Path("comments.json").read_text())
"""


class Place:
    """A folder with two results, a home, and thresh in the PATH."""

    def __init__(self, root, thresh, candidate):
        self.temporary = tempfile.TemporaryDirectory()
        top = pathlib.Path(self.temporary.name)
        self.work, self.bin = top / "work", top / "bin"
        self.work.mkdir()
        self.bin.mkdir()
        (self.bin / "thresh").symlink_to(thresh)
        (self.bin / "gh").write_text(GH)
        (self.bin / "gh").chmod(0o755)
        shutil.copy(root / "examples/search/baseline.json", self.work / "baseline.json")
        shutil.copy(root / "examples/search" / candidate, self.work / "compressed.json")
        self.env = {"PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "HOME": str(top), "LC_ALL": "C.UTF-8",
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}

    def run(self, script, shell=("bash", "--noprofile", "--norc", "-eo", "pipefail"), **env):
        return subprocess.run([*shell, "-c", script], cwd=self.work, env={**self.env, **env}, capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=600, check=False)

    def read(self, name):
        path = self.work / name
        return path.read_text() if path.exists() else ""


class Action:
    """The steps of action.yml with their inputs put where the runner puts them."""

    def __init__(self, root):
        self.root = root
        self.file = yaml.safe_load((root / "action.yml").read_text())
        self.steps = self.file["runs"]["steps"]
        for step in self.steps:
            assert "${{" not in step["run"], f"an expression in the script of {step['name']}"
            assert step["shell"] == "bash"

    def environment(self, step, inputs):
        values = {k: inputs.get(k, v.get("default", "")) for k, v in self.file["inputs"].items()}
        assert set(inputs) <= set(values), inputs
        return {k: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: values[m.group(1)], v)
                for k, v in step.get("env", {}).items()}

    def judge(self, place, **inputs):
        runner = {"GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(self.root), "RUNNER_TEMP": str(place.work.parent),
                  "GITHUB_OUTPUT": str(place.work / "output"), "GITHUB_STEP_SUMMARY": str(place.work / "summary")}
        done = None
        for step in self.steps:
            if step.get("if") == "inputs.binary == ''" and inputs.get("binary"):
                continue
            done = place.run(step["run"], **runner, **self.environment(step, inputs))
            if done.returncode != 0:
                break
        outputs = dict(line.split("=", 1) for line in place.read("output").splitlines())
        return done, outputs


def check_action(root, thresh):
    action = Action(root)
    declared = set(action.file["outputs"])
    for candidate, code, verdict in (("compressed.json", 0, "accept"), ("compressed-5.json", 1, "reject")):
        place = Place(root, thresh, candidate)
        done, outputs = action.judge(place, baseline="baseline.json", candidate="compressed.json", profile="search\n",
                                     args="-o markdown:thresh.md\n-o sarif:thresh.sarif\n", binary=str(thresh))
        assert done.returncode == code, done
        assert outputs["verdict"] == verdict and outputs["exit-code"] == str(code) and set(outputs) == declared, outputs
        assert done.stdout.startswith("::group::") and ("\n::error " in done.stdout) == (code == 1), done.stdout
        assert place.read("summary").startswith("<!-- thresh-report -->\n"), place.read("summary")
        assert place.read("summary") == place.read("thresh.md")
        assert json.loads(place.read("thresh.sarif"))["version"] == "2.1.0"
    for text in HOSTILE:
        for name in ("baseline", "candidate", "profile", "args"):
            place = Place(root, thresh, "compressed.json")
            done, outputs = action.judge(place, binary=str(thresh), **{
                "baseline": "baseline.json", "candidate": "compressed.json", name: text})
            assert done.returncode == 2 or (name == "args" and text == "--help"), (name, text, done)
            assert not outputs and not list(place.work.glob("pwned*")), (name, text)
    print("action: outputs, summary and annotations; hostile inputs run nothing")


def check_build(root, thresh):
    """The action builds what it runs."""
    place = Place(root, thresh, "compressed.json")
    (place.bin / "thresh").unlink()
    done, outputs = Action(root).judge(place, baseline="baseline.json", candidate="compressed.json")
    assert done.returncode == 0 and outputs["verdict"] == "accept", done
    print("action: builds thresh from source, and judges")


def check_workflow(root, thresh):
    flow = yaml.safe_load((root / "examples/ci/github/workflow.yml").read_text())
    steps = flow["jobs"]["judge"]["steps"]
    used = next(s for s in steps if s.get("id") == "thresh")
    comment = next(s for s in steps if s.get("name") == "Comment")
    assert "${{" not in comment["run"]
    place = Place(root, thresh, "compressed-5.json")
    done, outputs = Action(root).judge(place, binary=str(thresh), **used["with"])
    assert done.returncode == 1 and outputs["verdict"] == "reject", done
    key = place.read("thresh.md").splitlines()[1]
    for comments, call in (([], "--method POST repos/o/r/issues/7/comments"),
                           ([{"id": 5, "body": "hello"}, {"id": 6, "body": f"<!-- thresh-report -->\n{key}\nold"}],
                            "--method PATCH repos/o/r/issues/comments/6"),
                           ([{"id": 6, "body": "<!-- thresh-report -->\n<!-- thresh-report-key: other: x.json -->"}],
                            "--method POST repos/o/r/issues/7/comments")):
        (place.work / "comments.json").write_text(json.dumps(comments))
        (place.work / "gh.log").unlink(missing_ok=True)
        done = place.run(comment["run"], GH_TOKEN="t", REPOSITORY="o/r", PULL="7")
        assert done.returncode == 0, done
        assert place.read("gh.log").splitlines()[-1] == f"api {call} -F body=@thresh.md", place.read("gh.log")
    print("github: judges, and keeps one comment up to date")


def check_gitlab(root, thresh):
    file = yaml.safe_load((root / "examples/ci/gitlab/.gitlab-ci.yml").read_text())
    job = file["compressed model"]
    for candidate, code in (("compressed.json", 0), ("compressed-5.json", 1)):
        place = Place(root, thresh, candidate)
        done = place.run("\n".join(job["script"]), GITLAB_CI="true", CI="true")
        assert done.returncode == code, done
        assert "\033[" in done.stdout and "<testsuites" in place.read(job["artifacts"]["reports"]["junit"]), done
        assert json.loads(place.read("verdict.json"))["exit_code"] == code
        plain = place.run("\n".join(job["script"]), GITLAB_CI="true", CI="true", NO_COLOR="1")
        assert "\033[" not in plain.stdout
    print("gitlab: a coloured log, a test report, an artifact")


def check_jenkins(root, thresh):
    text = (root / "examples/ci/jenkins/Jenkinsfile").read_text()
    script = re.search(r"sh '''\n(.*?)'''", text, re.S).group(1)
    for candidate, code in (("compressed.json", 0), ("compressed-5.json", 1)):
        place = Place(root, thresh, candidate)
        done = place.run(script, shell=("sh", "-xe"), JENKINS_URL="http://localhost/")
        assert done.returncode == code and "<testsuites" in place.read("thresh.xml"), done
        assert "\033[" not in done.stdout
    place = Place(root, thresh, "compressed.json")
    (place.work / "compressed.json").write_text('{"f1": 0.5, "ndcg@10": 0.8}')
    (place.work / "baseline.json").write_text('{"f1": 0.5, "ndcg@10": 0.8, "mrr": 0.5}')
    done = place.run(script, shell=("sh", "-xe"))
    assert done.returncode == 0 and "<error " in place.read("thresh.xml"), done
    print("jenkins: a test report; a review leaves it to the report to say so")


def check_pre_commit(root, thresh):
    hooks = {h["id"]: h for h in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())}
    config = yaml.safe_load((root / "examples/ci/pre-commit/.pre-commit-config.yaml").read_text())
    used = config["repos"][0]["hooks"][0]
    hook = hooks[used["id"]]
    program, *first = hook["entry"].split()
    assert hook["language"] == "script" and (root / program).stat().st_mode & 0o100
    assert hook["pass_filenames"] is False and re.search(used["files"], "compressed.json")
    for candidate, code in (("compressed.json", 0), ("compressed-5.json", 1)):
        place = Place(root, thresh, candidate)
        # scripts/run builds and then runs thresh: here the program under test takes its place
        done = subprocess.run([place.bin / "thresh", *first, *used["args"]], cwd=place.work, env=place.env,
                              capture_output=True, check=False)
        assert done.returncode == code and done.stdout.count(b"\n") == 1, done
    print("pre-commit: the hook judges")


def main():
    thresh, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    for check in (check_action, check_workflow, check_gitlab, check_jenkins, check_pre_commit, check_build):
        check(root, thresh)


if __name__ == "__main__":
    main()

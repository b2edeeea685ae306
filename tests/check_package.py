#!/usr/bin/env python3
"""What is given to users: the Debian package installs, runs and leaves nothing behind; the tarball has
the same bytes every time, and its program runs where there is no library at all.

usage: check_package.py PROJECT_ROOT FOLDER
"""
import filecmp
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile


def output(args, **options):
    return subprocess.run(args, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def package(root, folder, *what):
    env = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    done = subprocess.run([root / "scripts/package", *what, "--into", folder], env=env, text=True, capture_output=True,
                          check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return [pathlib.Path(line) for line in done.stdout.split()]


def judges(run, where):
    """`run` and arguments judge as they must; files are below `where`, as the program sees them."""
    for candidate, code in (("compressed.json", 0), ("compressed-5.json", 1), ("missing.json", 2)):
        done = subprocess.run([*run, "eval", f"{where}/baseline.json", f"{where}/{candidate}", "-p", "search", "-q"],
                              capture_output=True, text=True, check=False)
        assert done.returncode == code, (run, candidate, done.returncode, done.stderr)


def check_deb(root, deb, work):
    fields = dict(re.findall(r"^([\w-]+): (.*)$", output(["dpkg-deb", "-f", deb]), re.MULTILINE))
    for field in ("Package", "Version", "Section", "Priority", "Maintainer", "Description", "Installed-Size"):
        assert fields.get(field), field
    depends = [re.match(r"[\w.+-]+", d).group() for d in fields["Depends"].split(", ")]
    assert {"libc6", "libyaml-0-2", "libgsl27"} <= set(depends), depends
    for name in depends:
        assert output(["dpkg-query", "-W", "-f", "${db:Status-Status}", name]) == "installed", name

    target = work / "target"
    (target / "var/lib/dpkg/updates").mkdir(parents=True)
    (target / "var/lib/dpkg/info").mkdir()
    (target / "var/lib/dpkg/status").touch()
    dpkg = ["dpkg", f"--root={target}", "--force-not-root", "--force-depends", f"--log={work / 'log'}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    subprocess.run([*dpkg, "-i", deb], **quiet)
    for file in ("bin/thresh", "share/man/man1/thresh.1.gz", "share/man/man1/thresh-eval.1.gz",
                 "share/man/man5/thresh-profile.5.gz", "share/bash-completion/completions/thresh",
                 "share/zsh/vendor-completions/_thresh", "share/fish/vendor_completions.d/thresh.fish",
                 "share/thresh/schemas/profile-v1.schema.json", "share/thresh/profiles/scenario/search.yaml",
                 "share/doc/thresh/copyright", "share/doc/thresh/changelog.gz"):
        assert (target / "usr" / file).stat().st_size > 0, file
    assert not list(target.rglob("*.h")) + list(target.rglob("*.a")), "the program's package has the library's files"
    judges([target / "usr/bin/thresh"], root / "examples/search")
    shown = output([target / "usr/bin/thresh", "help", "--completion", "bash"])
    assert shown == (target / "usr/share/bash-completion/completions/thresh").read_text()
    subprocess.run([*dpkg, "--purge", "thresh"], **quiet)
    left = [p for p in target.rglob("*") if not p.is_relative_to(target / "var")]
    assert not left, f"left behind: {left}"

    said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", deb], text=True, check=False,
                          capture_output=True)
    assert said.returncode == 0 and not re.search(r"^[EW]:", said.stdout, re.MULTILINE), said.stdout + said.stderr


def check_tarball(root, tarball, folder, work):
    name = tarball.name.removesuffix(".tar.gz")
    assert re.fullmatch(r"thresh-\d+\.\d+\.\d+-linux-\w+", name), name
    again = work / "again"
    again.mkdir()
    shutil.copy(tarball, again)
    package(root, folder, "tarball")
    assert filecmp.cmp(tarball, again / tarball.name, shallow=False), "two tarballs of the same sources differ"

    empty = work / "empty"
    with tarfile.open(tarball) as tar:
        for member in tar:
            assert (member.uid, member.gid, member.uname) == (0, 0, ""), member.name
            assert member.name.split("/")[0] == name, member.name
        tar.extractall(empty)
    tree = empty / name
    for file in ("bin/thresh", "LICENSE", "README.md", "licenses/libcjson", "share/man/man1/thresh.1",
                 "share/man/man5/thresh-profile.5", "share/bash-completion/completions/thresh",
                 "share/zsh/site-functions/_thresh", "share/fish/vendor_completions.d/thresh.fish",
                 "share/thresh/schemas/profile-v1.schema.json", "share/thresh/metrics.yaml"):
        assert (tree / file).stat().st_size > 0, file
    ldd = subprocess.run(["ldd", tree / "bin/thresh"], text=True, capture_output=True, check=False)
    assert "not a dynamic executable" in ldd.stderr + ldd.stdout, ldd.stdout
    shutil.copytree(root / "examples/search", empty / "data")
    chroot = ["chroot", empty] if os.geteuid() == 0 else ["unshare", "--map-root-user", "chroot", empty]
    judges([*chroot, f"/{name}/bin/thresh"], "/data")


def main():
    root, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        deb, = package(root, folder, "deb")
        check_deb(root, deb, work)
        print(f"{deb.name}: installed, run, removed; lintian has nothing to say")
        if not pathlib.Path("/usr/local/lib/libcjson.a").exists():
            print("no libcjson.a here (scripts/setup ci makes it): no tarball")
            return
        tarball, = package(root, folder, "tarball")
        check_tarball(root, tarball, folder, work)
        print(f"{tarball.name}: the same bytes again, runs where there is nothing else")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks of the source tree and of what is built and installed.

usage: check_house.py rooms ROOT
       check_house.py headers ROOT CC
       check_house.py exports ROOT LIBRARY
       check_house.py install ROOT BUILD CC
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# A room may include itself and the rooms before it.
ROOMS = ["base", "metric", "input", "stats", "profile", "judge", "live", "store", "report"]
# Public headers that a room may include: those of the rooms it may see.
PUBLIC = {"base": "base", "language": "base", "metric": "metric", "samples": "metric", "input": "input", "events": "input", "follow": "input", "stats": "stats",
          "scores": "stats", "proportions": "stats", "ranks": "stats", "power": "stats", "bootstrap": "stats", "regression": "stats",
          "sketch": "stats", "drift": "stats", "tolerance": "stats",
          "profile": "profile", "judge": "judge", "calibrate": "judge", "score": "judge", "rank": "judge", "matrix": "judge", "pairing": "judge", "plan": "judge", "report": "report",
          "roi_model": "profile", "roi": "judge", "alerts": "profile", "monitor": "live", "prometheus": "live", "actions": "live", "store": "store", "log": "store"}
PUBLIC |= {"sequential": "stats", "rollout_plan": "profile", "rollout_data": "input", "rollout": "live"}
# Reading knows no profiles, reports know no statistics, and statistics know nothing but base.
NEVER = {("input", "profile"), ("report", "stats"), ("stats", "metric"), ("stats", "input"),
         ("profile", "input"), ("judge", "input"), ("report", "input"), ("profile", "stats"),
         *(("store", room) for room in ("metric", "input", "stats", "profile", "judge", "live"))}
# Headers of libraries, and the only files that may include them.
LIBRARIES = {
    "cjson/cJSON.h": {"src/base/json.c", "src/report/json.c"},
    "yaml.h": {"src/base/yaml.c"},
    "gsl/": {"src/stats/"},
    "sqlite3.h": {"src/store/sqlite.c"},
    "curl/": {"src/live/http.c"},
    "libpq-fe.h": {"src/store/postgres.c"},
    "zlib.h": {"src/input/stream.c"},
    "zstd.h": {"src/input/stream.c", "src/store/content.c"},
    "nettle/": {"src/base/file.c", "src/input/stream.c", "src/report/json.c", "src/store/"},
    "utf8proc.h": {"src/base/json.c", "src/input/text.c", "src/report/table.c", "src/report/json.c",
                   "src/report/escape.c", "src/store/entry.c"},
}
# What lies at the root, such as no scratch file of a trial does.
AT_ROOT = set(""".ci .clang-format .clang-tidy .editorconfig .gitignore .pre-commit-hooks.yaml CHANGELOG.md CMakeLists.txt
    CMakePresets.json CONTRIBUTING.md LICENSE README.md action.yml cmake configs docs examples include po scripts src
    tests tools""".split())
# What the library never calls.
CALLS = re.compile(r"(?<![\w.>])(exit|abort|printf|puts|setlocale|getenv|time|rand|srand|clock)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
COMMENT = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', re.DOTALL)


def faults_of(name, text):
    """Faults of one file, `name` being its path below the root."""
    room = name.split("/")[1]
    found = []
    for header in INCLUDE.findall(text):
        other = header.split("/")[0]
        if header.startswith("thresh/"):
            other = PUBLIC.get(pathlib.Path(header).stem)
            if room == "cli" or other is None:
                continue
        for library, allowed in LIBRARIES.items():
            if header.startswith(library) and not any(name.startswith(a) for a in allowed):
                found.append(f"{name}: {header} does not belong here")
        if room == "cli" and other in ROOMS:
            found.append(f"{name}: the commands use public headers only, not {header}")
        elif other in ROOMS and room in ROOMS:
            if ROOMS.index(other) > ROOMS.index(room) or (room, other) in NEVER:
                found.append(f"{name}: {room} may not include {header}")
    if room != "cli":
        code = COMMENT.sub(lambda m: '""' if m.group()[0] == '"' else "", text)
        found += [f"{name}: the library never calls {m}()" for m in CALLS.findall(code)]
    return found


def rooms(root):
    # first the check itself: each of these has to be found
    for name, text in [
        ("src/base/x.c", '#include "judge/judge.h"'), ("src/input/x.c", '#include "profile/profile.h"'),
        ("src/stats/x.c", "#include <thresh/metric.h>"), ("src/report/x.c", '#include "thresh/stats.h"'),
        ("src/cli/x.c", '#include "base/arena.h"'), ("src/judge/x.c", "#include <cjson/cJSON.h>"),
        ("src/judge/x.c", "void f(void) { exit(1); }"), ("src/metric/x.c", 'x = getenv("A");'),
        ("src/report/x.c", "#include <yaml.h>"),
    ]:
        assert faults_of(name, text), f"not found: {name}: {text}"
    assert not faults_of("src/judge/x.c", '/* exit(1) */ fprintf(f, "exit(1)"); thresh_time(); s->time(1);')
    found, files = [], 0
    for path in sorted((root / "src").rglob("*.[ch]")):
        files += 1
        found += faults_of(str(path.relative_to(root)), path.read_text())
    for path in (root / "include").rglob("*.h"):
        files += 1
        found += [f"{path.name}: {h} in a public header" for h in INCLUDE.findall(path.read_text())
                  if any(h.startswith(library) for library in LIBRARIES)]
    tracked = subprocess.run(["git", "-C", root, "ls-files"], text=True, capture_output=True, check=False).stdout
    found += [f"{name}: has no place at the root" for name in sorted({t.split("/")[0] for t in tracked.splitlines()} - AT_ROOT)]
    print("\n".join(found) or f"{files} files keep to their rooms")
    return bool(found)


def headers(root, cc):
    names = sorted((root / "include/thresh").glob("*.h"))
    for header, (language, standard) in [(h, l) for h in names for l in (("c", "c11"), ("c++", "c++17"))]:
        source = f"#include <thresh/{header.name}>\n#include <thresh/{header.name}>\n"
        subprocess.run([cc, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        "-fsyntax-only", f"-I{root / 'include'}", "-"], input=source, text=True, check=True)
    print(f"{len(names)} headers stand alone, in C11 and in C++17")
    return False


def declared(root):
    text = "".join(p.read_text() for p in (root / "include").rglob("*.h"))
    return set(re.findall(r"THRESH_API\b[^;{]*?\b(thresh_\w+)\s*\(", text))


def exports(root, library):
    table = "-g" if library.endswith(".a") else "-D"
    out = subprocess.run(["nm", table, "--defined-only", library], text=True, capture_output=True, check=True)
    exported = {line.split()[-1].split("@")[0] for line in out.stdout.splitlines() if len(line.split()) == 3}
    exported = {s for s in exported if not s.startswith(("__asan", "__odr", "__gcov", "__llvm", "_"))}
    wanted = declared(root)
    print("\n".join([f"exported, not declared: {s}" for s in sorted(exported - wanted)]
                    + [f"declared, not exported: {s}" for s in sorted(wanted - exported)])
          or f"{len(wanted)} functions, each declared and exported")
    return exported != wanted


CONSUMER = """cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(thresh REQUIRED)
add_executable(shared main.c)
target_link_libraries(shared PRIVATE thresh::shared)
add_executable(static main.c)
target_link_libraries(static PRIVATE thresh::static)
"""


def install(root, build, cc):
    example = re.search(r"```c\n(.*?)```", (root / "docs/library.md").read_text(), re.DOTALL).group(1)
    main = example + "\nint main(int argc, char **argv)\n{\n    return argc == 3 ? may_replace(argv[1], argv[2]) : 9;\n}\n"
    search = root / "examples/search"
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        prefix = work / "usr"
        quiet = {"check": True, "stdout": subprocess.DEVNULL}
        subprocess.run(["cmake", "--install", build, "--prefix", prefix], **quiet)
        pages = subprocess.run([prefix / "bin/thresh", "help", "--pages"], text=True, capture_output=True, check=True)
        for file in ("share/bash-completion/completions/thresh", "share/zsh/site-functions/_thresh",
                     "share/fish/vendor_completions.d/thresh.fish", "include/thresh/thresh.h",
                     "share/thresh/metrics.yaml", "share/thresh/profiles/scenario/search.yaml",
                     "share/thresh/schemas/profile-v1.schema.json", "share/thresh/schemas/result-v1.schema.json",
                     *(f"share/man/man{page[-1]}/{page}" for page in pages.stdout.split())):
            assert (prefix / file).stat().st_size > 0, file
        (work / "main.c").write_text(main)
        (work / "CMakeLists.txt").write_text(CONSUMER)
        library = next(prefix.glob("lib*/**/libthresh.so")).parent
        env = {**os.environ, "PKG_CONFIG_PATH": str(library / "pkgconfig"), "LD_LIBRARY_PATH": str(library)}
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "--define-variable", f"prefix={prefix}", "thresh"],
                               env=env, text=True, capture_output=True, check=True).stdout.split()
        subprocess.run([cc, "-std=c11", work / "main.c", "-o", work / "by-pkg-config", *flags], env=env, **quiet)
        subprocess.run(["cmake", "-G", "Ninja", "-B", work / "b", "-S", work, f"-DCMAKE_PREFIX_PATH={prefix}",
                        f"-DCMAKE_C_COMPILER={cc}"], **quiet)
        subprocess.run(["cmake", "--build", work / "b"], **quiet)
        for program in (work / "by-pkg-config", work / "b/shared", work / "b/static"):
            for candidate, code in (("compressed.json", 0), ("compressed-5.json", 1), ("missing.json", 2)):
                done = subprocess.run([program, search / "baseline.json", search / candidate], env=env,
                                      stderr=subprocess.DEVNULL, check=False)
                assert done.returncode == code, (program.name, candidate, done.returncode)
    print("installed; found by pkg-config and by CMake, shared and static, and it judges")
    return False


if __name__ == "__main__":
    check = {"rooms": rooms, "headers": headers, "exports": exports, "install": install}[sys.argv[1]]
    sys.exit(check(pathlib.Path(sys.argv[2]).resolve(), *sys.argv[3:]))

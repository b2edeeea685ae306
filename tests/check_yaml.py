#!/usr/bin/env python3
"""The schemas by which editors check profiles and the catalog say what the program says.

usage: check_yaml.py THRESH PROJECT_ROOT

Every YAML file that is shipped names its schema and is valid by it. Every profile of the test cases is
accepted or refused by both, but for faults that a schema cannot express. The keys that the loader knows
(those of the manual page, made from its table) are those of the schema, with the same words; each is
read, and none besides.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

# Cases whose fault no schema can see, and why.
BEYOND_A_SCHEMA = {
    "accept-above-tolerate": "compares two limits",
    "floor-above-ceiling": "compares two limits",
    "mixed-units": "compares two limits",
    "bare-percent": "depends on the metric's kind",
    "unit-of-other-kind": "depends on the metric's kind",
    "unknown-metric": "names come from the catalog, and from the profile itself",
    "extends-unknown": "looks for another file",
    "cycle": "looks for another file",
    "cycle-self": "looks for another file",
    "duplicate-key": "YAML's own, which editors report",
    "score-faults": "adds up the weights of the groups",
    "not-finite": "JSON has no such number",
}


class Core(yaml.SafeLoader):  # pylint: disable=too-many-ancestors
    """YAML 1.2's core schema, as thresh and editors read it: yes is a text, and so is a date."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"), ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("float", r"^(?:[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|-?\.(?:inf|Inf)|\.(?:nan|NaN))$", "-+.0123456789")):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))


def read(path):
    """The document, or None where it is no YAML: that too is a refusal."""
    try:
        return yaml.load(path.read_text(), Core)  # noqa: S506
    except (yaml.YAMLError, ValueError):
        return None


def accepts(thresh, path):
    return subprocess.run([thresh, "profiles", "check", path.name], cwd=path.parent, capture_output=True,
                          check=False).returncode == 0


def check_shipped(root, schemas):
    count = 0
    for path in [root / "configs/metrics.yaml", *root.glob("configs/profiles/*/*.yaml"), *root.glob("examples/**/*.yaml")]:
        first = path.read_text().split("\n")[0]
        if not path.is_relative_to(root / "configs") and "thresh/profile/v1" not in path.read_text():
            continue  # a workflow of some CI system
        named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert named, f"{path}: its first line names no schema"
        schema = (path.parent / named.group(1)).resolve()
        assert schema.parent == root / "configs/schemas" and schema.is_file(), f"{path}: no schema {schema}"
        schemas[schema.name].validate(read(path))
        count += 1
    return count


def check_cases(thresh, root, validator):
    agreed, differing = 0, set()
    for path in sorted(root.glob("tests/cases/*/*/*.yaml")):
        if path.parent.parent.name != "profile" and b"thresh/profile/v1" not in path.read_bytes():
            continue
        by_thresh, by_schema = accepts(thresh, path), validator.is_valid(read(path))
        if by_thresh == by_schema:
            agreed += 1
            continue
        assert by_schema, f"{path}: thresh accepts what the schema refuses"
        assert path.parent.name in BEYOND_A_SCHEMA, f"{path}: the schema accepts what thresh refuses"
        differing.add(path.parent.name)
    assert differing == set(BEYOND_A_SCHEMA), f"no longer beyond a schema: {set(BEYOND_A_SCHEMA) - differing}"
    return agreed


def described(thresh):
    """{place: {key: help}} of the manual page."""
    text = subprocess.run([thresh, "help", "--man", "thresh-profile"], capture_output=True, text=True, check=True).stdout
    places = {}
    for part in text.split("\n.SS Keys of ")[1:]:
        place, items = part.split("\n.SH")[0].split("\n", 1)
        keys = places[place.split(" ")[-1]] = {}
        for item in f"\n{items}".split("\n.TP\n.B ")[1:]:
            head, *help_text = item.split("\n")
            keys[head.split(" ")[0].replace("\\-", "-")] = re.sub(r"\\(.)", r"\1", " ".join(help_text)).strip()
    return places


def properties(schema):
    """The same of the schema."""
    own, defs = schema["properties"], schema["$defs"]
    maps = {"profile": own, "family": defs["limits"]["properties"], "evidence": own["evidence"]["properties"],
            "slices": own["slices"]["properties"], "tradeoffs": own["tradeoffs"]["items"]["properties"],
            "alerts": own["alerts"]["properties"], "levels": defs["levels"]["properties"],
            "clear": defs["clear"]["properties"], "tolerance": own["alerts"]["properties"]["tolerance"]["properties"],
            "drift": own["alerts"]["properties"]["drift"]["properties"], "actions": defs["action"]["properties"], "secrets": defs["secret"]["properties"],
            "score": own["score"]["properties"], "roi": own["roi"]["properties"],
            "groups": own["score"]["properties"]["groups"]["additionalProperties"]["properties"],
            "kinds": defs["kind"]["properties"]}
    return {place: {k: v["description"] for k, v in keys.items()} for place, keys in maps.items()}


# Limits, well-formed and not.
LIMITS = ["2%", "<1pp", "< 1 pp", "1.5e3ms", "20 MS", "2 points", "1 point", "3pt", ".5", "5.", "+1%", " 2% ", "1e5s", "2Gib",
          "1µs", "7 min", "3 TB", "-1pp", "1 furlong", "", "%", "<", "1..2", "0x10", "1,5%", "2%%", "<<1", "ten", "1 e5",
          "1e", "2 h", "- 1", "1 2", "\n2%"]


def check_limits(thresh, validator):
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "limit.yaml"
        for limit in LIMITS:
            path.write_text("schema: thresh/profile/v1\nname: limit\nmetrics:\n"
                            f"  \"*\": {{tolerate: {json.dumps(limit, ensure_ascii=False)}}}\n")
            by_thresh, by_schema = accepts(thresh, path), validator.is_valid(read(path))
            assert by_thresh == by_schema, f"{limit!r}: thresh says {by_thresh}, the schema {by_schema}"
    return len(LIMITS)


# A profile with something odd under a key of each place.
ODD = {
    "profile": "{key}: [[]]",
    "family": "metrics: {{accuracy: {{{key}: [[]]}}}}",
    "evidence": "evidence: {{{key}: [[]]}}",
    "slices": "slices: {{{key}: [[]]}}",
    "tradeoffs": "tradeoffs: [{{gain: {{latency: 40%}}, widen: {{accuracy: 1pp}}}}, {{{key}: [[]]}}]",
    "score": "score: {{{key}: [[]]}}",
    "alerts": "alerts: {{{key}: [[]]}}",
    "levels": "alerts: {{metrics: {{accuracy: {{{key}: [[]]}}}}}}",
    "clear": "alerts: {{clear: {{{key}: [[]]}}}}",
    "tolerance": "alerts: {{tolerance: {{{key}: [[]]}}}}",
    "drift": "alerts: {{drift: {{{key}: [[]]}}}}",
    "actions": "alerts: {{actions: {{odd: {{{key}: [[]]}}}}}}",
    "secrets": "alerts: {{actions: {{odd: {{at: red, url: {{{key}: [[]]}}}}}}}}",
    "groups": "score: {{groups: {{odd: {{{key}: {{}}}}}}}}",
    "roi": "roi: {{{key}: [[]]}}",
    "kinds": "kinds: {{odd: {{{other}{key}: [[]]}}}}",
}


def check_keys(thresh, places, validator):
    count = 0
    with tempfile.TemporaryDirectory() as temporary:
        path = pathlib.Path(temporary) / "odd.yaml"
        for place, keys in places.items():
            for key in [*keys, "no_such_key"]:
                head = [] if place == "profile" and key in ("schema", "name") else ["schema: thresh/profile/v1", "name: odd"]
                if key == "schema":
                    head = ["name: odd"]
                elif key == "name":
                    head = ["schema: thresh/profile/v1"]
                other = "" if key == "family" else "family: points, "
                path.write_text("\n".join([*head, ODD[place].format(key=key, other=other)]) + "\n")
                done = subprocess.run([thresh, "profiles", "check", path], capture_output=True, text=True, check=False)
                assert done.returncode == 2, f"{place}: {key} is not read: anything may stand there"
                assert ("unknown key 'no_such_key'" in done.stderr) == (key == "no_such_key"), (key, done.stderr)
                assert "unknown key" not in done.stderr or key == "no_such_key", (key, done.stderr)
                assert not validator.is_valid(read(path)), f"{place}: the schema accepts anything under {key}"
                count += 1
    return count


def main():
    thresh, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    schemas = {}
    for path in sorted((root / "configs/schemas").glob("*.json")):
        text = path.read_text()
        jsonschema.Draft202012Validator.check_schema(json.loads(text))
        schemas[path.name] = jsonschema.Draft202012Validator(json.loads(text))
        printed = subprocess.run([thresh, "help", "--schema", path.name.split(".")[0]], capture_output=True, text=True,
                                 check=True).stdout
        assert printed == text, f"thresh help --schema prints another {path.name}"
    profile = schemas["profile-v1.schema.json"]
    shipped = check_shipped(root, schemas)
    agreed = check_cases(thresh, root, profile)
    places = described(thresh)
    assert places == properties(profile.schema), "the keys and their help differ between program and schema"
    keys = check_keys(thresh, places, profile)
    limits = check_limits(thresh, profile)
    print(f"{shipped} shipped files are valid; on {agreed} profiles of cases program and schema agree, on "
          f"{len(BEYOND_A_SCHEMA)} they cannot; {keys} keys and {limits} limits tried")


if __name__ == "__main__":
    main()

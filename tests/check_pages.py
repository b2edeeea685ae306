#!/usr/bin/env python3
"""What the program has, the documents tell of: a page for each command with each of its options in a table by
purpose, each key of a profile on the page of profiles, each reason code explained.

usage: check_pages.py THRESH ROOT
"""
import json
import os
import pathlib
import re
import subprocess
import sys


def main():
    thresh, docs = sys.argv[1], pathlib.Path(sys.argv[2]) / "docs"
    faults = []

    def said(*args):
        return subprocess.run([thresh, *args], capture_output=True, text=True, check=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout

    def look(page, words, what):
        # in a table or a heading: what is only printed by a command is not explained
        lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith(("|", "#"))]
        text = "\n".join(lines)
        missing = [w for w in words if not re.search(rf"(?<![\w-]){re.escape(w)}(?![\w-])", text)]
        faults.extend(f"{page.relative_to(docs.parent)}: {what} {word} is in no table" for word in missing)
        return len(words)

    count = 0
    commands = re.findall(r"^  ([a-z]+) {2,}", said("help").partition("Commands:")[2], re.MULTILINE)
    for command in commands:
        page = docs / "commands" / f"{command}.md"
        if not page.exists():
            faults.append(f"docs/commands/{command}.md: no page for this command")
            continue
        options = re.findall(r"^  (?:-\w, )?(--[a-z-]+)", said("help", command), re.MULTILINE)
        count += look(page, [o for o in options if o != "--help"], "option")
    keys = re.findall(r"^\.B ([a-z_]+) ", said("help", "--man", "thresh-profile"), re.MULTILINE)
    count += look(docs / "profiles.md", sorted(set(keys)), "key")
    schema = json.loads((docs.parent / "configs/schemas/result-v1.schema.json").read_text(encoding="utf-8"))
    codes = sorted(set(re.findall(r"[a-z]+(?:-[a-z]+)+", json.dumps(codes_of(schema)))))
    count += look(docs / "reasons.md", codes, "reason code")
    print("\n".join(faults + [f"{len(commands)} commands, {count} options, keys and codes, {len(faults)} faults"]))
    return 1 if faults or not commands or not keys or not codes else 0


def codes_of(node):
    """The enums under every property called code."""
    if isinstance(node, dict):
        found = [node["properties"]["code"]] if "code" in node.get("properties", {}) else []
        return found + [f for v in node.values() for f in codes_of(v)]
    return [f for v in node for f in codes_of(v)] if isinstance(node, list) else []


if __name__ == "__main__":
    sys.exit(main())

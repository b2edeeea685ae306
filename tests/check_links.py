#!/usr/bin/env python3
"""Relative links of the Markdown files: the file has to exist, and an anchor has to be a heading of it.
Pages of docs/ that no page leads to are reported too.

usage: check_links.py ROOT
"""
import pathlib
import re
import sys

FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+).+?\1", re.DOTALL)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def slug(heading):
    """As GitHub and GitLab make it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", text.lower(), flags=re.UNICODE).replace(" ", "-")


def anchors(path, known):
    if path not in known:
        found, seen = set(), {}
        for heading in HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
            name = slug(heading)
            found.add(name if name not in seen else f"{name}-{seen[name]}")
            seen[name] = seen.get(name, 0) + 1
        known[path] = found
    return known[path]


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    pages = sorted(root.glob("*.md")) + sorted(root.glob("docs/**/*.md")) + sorted(root.glob("examples/**/*.md"))
    faults, count, known, reached = [], 0, {}, set()

    for page in pages:
        # an inline code span may hold what looks like a link; blanks keep the places
        text = CODE.sub(lambda m: " " * len(m.group()),
                        FENCE.sub(lambda m: "\n" * m.group().count("\n"), page.read_text(encoding="utf-8")))
        for link in LINK.finditer(text):
            target = link.group(1)
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            count += 1
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            place = f"{page.relative_to(root)}:{text.count(chr(10), 0, link.start()) + 1}"
            if root not in (file, *file.parents) or not file.exists():
                faults.append(f"{place}: {target}: no such file")
                continue
            reached.add(file)
            if anchor and (file.suffix != ".md" or anchor not in anchors(file, known)):
                faults.append(f"{place}: {target}: no such heading")
    faults += [f"{page.relative_to(root)}: no page leads here" for page in pages
               if root / "docs" in page.parents and page not in reached]
    print("\n".join(faults + [f"{count} relative links of {len(pages)} pages, {len(faults)} faults"]))
    return 1 if faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

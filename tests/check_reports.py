#!/usr/bin/env python3
"""The reports for other programs are what those programs read: Markdown as a renderer of GitHub's flavour
shows it, JUnit by its schema, TAP by Perl's parser, CSV, SARIF by a schema, and the commands that the
runner of GitHub Actions would obey; HTML is well formed, and its policy names just what it holds. Hostile names stay text in each; the limits of GitHub hold.

usage: check_reports.py THRESH PROJECT_ROOT [OFFICIAL_SARIF_SCHEMA]
"""
import base64
import csv
import hashlib
import html.parser
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import jsonschema
import yaml

# Each becomes a metric; none may become anything else in any report.
NAMES = ["|<script>alert(1)<script>", "`code` ``x``", "*bold* _it_ ~~del~~", "a\nb", "a\r\n\r\n# head", "@octocat",
         "@org/team", "#123", "o/r#5", "GH-12", "[x](http://e.org)", "![i](e.png)", "--> <!--", "<img src=x>",
         "<b>", "</details>", "www.evil.org", "http://evil.org/", "https://evil.org/x", "a@b.org", "a@1.org", "o@1234567", "ndcg@10", "gh-3", "mailto:a@b.org",
         ":tada:", ":+1:", "$x$", "$$y$$", "&lt;&#64;x", "=1+1", "+1", "-1", "@SUM(A1)", "\t=2", "::error::x",
         "##[error]x", "x\n::set-output name=a::b", "%0A::warning::x", "\x01\x1b[31m\x7f", "\u202eabc", "\u2028::error::x",
         "\ufffe\uffff", "]]>", "\"quoted\"", "'", "\\", "\\|", "||", "# SKIP", "\\# TODO", "{0} {x}", "a](b)", "准确率", "^[n]",
         "[^1]", "- [ ] task", "1. x", "> q", "https&#58;//e.org", "xmpp:a@b.c", "ftp://e.org", "x" * 900, "@" * 400]
TAGS = {"h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
# What GitHub makes of text that is no markup any more.
LIVE = [r"(?<!\w)@[A-Za-z0-9]", r"@\w*[A-Za-z.]\w", r"@\d{7}", r"#\d", r"\b[Gg][Hh]-\d", r":[a-z0-9_+-]+:", r"\w+://", r"www\."]
COMMENT = re.compile(r"<!-- thresh-report(-key: ([A-Za-z0-9._/+: ]|%[0-9A-F]{2})+)? -->")


class Page(html.parser.HTMLParser):
    """Tags, comments, and the text of each cell."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.comments, self.rows, self.text = set(), [], [], ""
        self.cell = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert all(k == "align" for k, _ in attrs), attrs
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.cell = tag

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, data):
        self.text += data
        if self.cell:
            self.rows[-1][-1] += data

    def handle_comment(self, data):
        self.comments.append(f"<!--{data}-->")


class WholePage(html.parser.HTMLParser):
    """What the HTML report is made of: elements, attributes, style and script, the cells of its rows."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.blocks, self.rows, self.policy = [], set(), {}, [], ""
        self.inside = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {a for a, _ in attrs}
        self.inside = tag
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"]
        if tag == "tr":
            self.rows.append([dict(attrs).get("data-v")])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.inside in ("style", "script"):
            self.blocks[self.inside] = self.blocks.get(self.inside, "") + data
            self.inside = None
        elif self.rows and len(self.rows[-1]) > 1:
            self.rows[-1][-1] += data


class Check:
    def __init__(self, thresh, root, folder, official):
        self.thresh, self.root, self.folder = thresh, root, folder
        self.sarif = [json.loads((root / "tests/schemas/sarif-code-scanning.schema.json").read_text())]
        self.sarif += [json.loads(pathlib.Path(p).read_text()) for p in official]

    def report(self, form, *args, candidate="c.json"):
        done = subprocess.run([self.thresh, "eval", "b.json", candidate, "-o", form, *args], cwd=self.folder,
                              env={"LC_ALL": "C.UTF-8", "COLUMNS": "100"}, capture_output=True, check=False)
        assert done.returncode in (0, 1, 3) and not done.stderr, (form, done)
        return done.stdout.decode()

    def document(self, *args):
        return json.loads(self.report("json", *args))

    def markdown(self, doc, *args):
        text = self.report("markdown", *args)
        assert len(text.encode()) <= 65536, len(text.encode())
        options = [o for e in ("table", "autolink", "strikethrough", "tasklist", "footnotes") for o in ("-e", e)]
        rendered = subprocess.run(["cmark-gfm", "--unsafe", *options], input=text, text=True, capture_output=True,
                                  check=True).stdout
        page = Page(rendered)
        assert page.tags <= TAGS, page.tags - TAGS
        assert len(page.comments) == 2 and all(COMMENT.fullmatch(c) for c in page.comments), page.comments
        assert len({len(r) for r in page.rows}) <= 1, "a cell broke"
        assert rendered.count("<details>") == rendered.count("</details>")
        for pattern in LIVE:
            found = re.search(pattern, page.text)
            assert not found, (pattern, page.text[max(0, found.start() - 40):found.end() + 40])
        rows = [r for r in page.rows if r[0] != "Metric"]
        for row, m in zip(rows, doc["metrics"]):
            path = (m["scope"] + "/" if m["scope"] else "") + m["name"]
            shown = row[0].replace("\u200b", "").rstrip("…")
            assert row[-1].endswith(m["verdict"])
            assert re.fullmatch("[ ?]+", re.sub(re.escape(shown[:1]), "", shown[:1]) or "?")
            assert len(shown) <= 160
            kept = re.sub(r"[^ -~\u4e00-\u9fff]", "?", path)
            assert " ".join(kept.split()).startswith(" ".join(shown.split())), (kept, shown)
        left = re.search(r"(\d+) metrics are left out here", page.text)
        assert len(rows) + int(left.group(1) if left else 0) == len(doc["metrics"])
        return len(text), bool(left)

    def junit(self, doc, *args):
        text = self.report("junit", *args)
        done = subprocess.run(["xmllint", "--noout", "--nonet", "--huge", "--schema",
                               self.root / "tests/schemas/junit.xsd", "-"], input=text, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        suite = ElementTree.fromstring(text).find("testsuite")
        cases = suite.findall("testcase")
        found = {v: sum(c.find(v) is not None for c in cases) for v in ("failure", "error", "skipped", "system-out")}
        assert int(suite.get("tests")) == len(cases) >= len(doc["metrics"])
        assert int(suite.get("failures")) == found["failure"]
        assert int(suite.get("errors")) == found["error"] and int(suite.get("skipped")) == found["skipped"]
        assert (found["failure"] > 0) == (doc["verdict"] == "reject")
        for case, m in zip(cases, doc["metrics"]):
            assert case.get("name") == re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", m["name"])
        return found

    def tap(self, doc, *args):
        text = self.report("tap", *args)
        # Debian's parser reads version 14 by the rules of 13, but does not say so
        perl = ("use TAP::Parser; local $/; my $p = TAP::Parser->new({tap => <STDIN>}); $p->run; "
                "print join(' ', scalar $p->passed, scalar $p->failed, scalar $p->skipped, scalar $p->parse_errors, $p->plan);")
        got = subprocess.run(["perl", "-e", perl], input=text.replace("version 14", "version 13", 1), text=True,
                             capture_output=True, check=True).stdout.split()
        passed, failed, skipped, errors = map(int, got[:4])
        assert errors == 0 and got[4] == f"1..{passed + failed}", got
        assert (failed > 0) == (doc["verdict"] in ("reject", "review") and not (doc["verdict"] == "review" and skipped))
        for block in re.findall(r"^  ---\n(.*?)^  \.\.\.\n", text, re.M | re.S):
            point = yaml.safe_load(block)
            assert point["verdict"] in ("warn", "review", "reject") and point["message"], point
        for line in text.splitlines()[2:]:
            assert line.startswith(("ok ", "not ok ", "  ", "# ")), line
        return passed, failed, skipped

    def csv(self, doc, *args):
        text = self.report("csv", *args)
        assert text.startswith("scope,metric,kind,") and text.endswith("\r\n")
        head, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert all(len(r) == len(head) for r in rows)
        rows = [dict(zip(head, r)) for r in rows]
        assert len(rows) >= len(doc["metrics"]) + len(doc["ungoverned"])
        numbers = ("baseline", "candidate", "degradation", "budget_used")
        for row, m in zip(rows, doc["metrics"]):
            assert row["metric"] == ("'" if m["name"][0] in "=+-@\t\r\n" else "") + m["name"]
            values = {"baseline": m["baseline"], "candidate": m["candidate"],
                      "degradation": m["degradation"]["value"], "budget_used": m["budget_used"]}
            for key in numbers:
                assert (row[key] == "") == (values[key] is None) and (row[key] == "" or float(row[key]) == values[key])
        for row in rows:
            for key, cell in row.items():
                assert not cell.startswith(("=", "+", "@", "\t", "\r")), (key, cell)
                assert not cell.startswith("-") or float(cell) < 0, (key, cell)
        return len(rows)

    def scan(self, doc, *args):
        log = json.loads(self.report("sarif", *args))
        run = log["runs"][0]
        results = run["results"]
        run["results"] = results[:500] + results[-500:]  # all are made alike
        for schema in self.sarif:
            kind = jsonschema.validators.validator_for(schema)
            kind(schema, format_checker=kind.FORMAT_CHECKER).validate(log)
        rules = run["tool"]["driver"]["rules"]
        wanted = sum(m["verdict"] != "accept" for m in doc["metrics"])
        assert min(wanted, 25000) <= len(results) <= 25000
        for r in results:
            assert rules[r["ruleIndex"]]["id"] == r["ruleId"]
        prints = [r["partialFingerprints"]["primaryLocationLineHash"] for r in results]
        assert len(set(prints)) == len(prints)
        return len(prints)

    def runner(self, doc, *args):
        """Obeys the log as the runner does, and counts what it was told."""
        text = self.report("github", *args)
        stopped, told, depth = None, [], 0
        for line in re.split(r"\r\n|\r|\n", text):
            command = re.match(r"\s*::([^\s:]+)(?: ([^:]*))?::(.*)", line)
            if command is None:
                assert stopped or not re.search(r"##\[", line) or line.startswith("::"), line
                continue
            name, properties, value = command.groups()
            if stopped:
                stopped = None if name == stopped else stopped
            elif name == "stop-commands":
                stopped = value
            elif name in ("group", "endgroup"):
                depth += 1 if name == "group" else -1
            else:
                assert name in ("error", "warning", "notice"), line
                assert re.fullmatch(r"(file=[^,:\s]+,)?title=[^,:]*", properties), properties
                told.append(name)
        assert stopped is None and depth == 0
        assert all(told.count(n) <= 10 for n in ("error", "warning", "notice"))
        assert ("error" in told) == (doc["verdict"] == "reject")
        return {n: told.count(n) for n in ("error", "warning", "notice")}

    def page(self, doc, *args):
        text = self.report("html", *args)
        assert text == self.report("html", *args), "not the same bytes"
        done = subprocess.run(["tidy", "-q", "-e", "-utf8"], input=text, text=True, capture_output=True, check=False)
        assert not done.stderr, done.stderr[:1000]
        page = WholePage(text)
        assert page.tags.count("script") == page.tags.count("style") == page.tags.count("main") == 1
        assert not set(page.tags) & {"a", "img", "link", "iframe", "object", "embed", "base"}
        assert not {a for a in page.attributes if a.startswith("on")} | page.attributes & {"style", "src"}
        for block, content in page.blocks.items():
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{block}-src 'sha256-{digest}'" in page.policy, block
        assert page.policy.startswith("default-src 'none'; ") and "unsafe" not in page.policy
        rows = [row for row in page.rows if row[0] is not None]
        assert [int(row[0]) for row in rows] == [["accept", "warn", "review", "reject"].index(m["verdict"])
                                                 for m in doc["metrics"]]
        for row, m in zip(rows, doc["metrics"]):
            path = (m["scope"] + "/" if m["scope"] else "") + m["name"]
            want = re.sub(r"[^ -~\u4e00-\u9fff]", "?", path)
            assert re.sub(r"[^ -~\u4e00-\u9fff]", "?", row[1]) == want, (row[1], path)
        for side in (doc["baseline"], doc["candidate"], *doc["profiles"]):
            assert side["sha256"] in text
        return len(text.encode())

    def all(self, title, *args):
        doc = self.document(*args)
        size, left = self.markdown(doc, *args)
        print(f"{title}: {doc['verdict']}; markdown {size} characters{', metrics left out' if left else ''}; junit "
              f"{self.junit(doc, *args)}; tap {self.tap(doc, *args)}; csv {self.csv(doc, *args)} rows; sarif "
              f"{self.scan(doc, *args)} results; github {self.runner(doc, *args)}; html {self.page(doc, *args)} bytes")


def write(folder, baseline, candidate):
    (folder / "b.json").write_text(json.dumps(baseline))
    (folder / "c.json").write_text(json.dumps(candidate))


def main():
    thresh, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        check = Check(thresh, root, folder, sys.argv[3:])
        hostile = {f"{n}{'' if n.endswith('/') else ' '}accuracy": 0.9 for n in NAMES}
        plain = {"accuracy": 0.9, "f1": 0.8, "perplexity": 8, "mystery": 1}
        drops = (0.05, 0.02, 0)
        for shift in range(3):
            write(folder, {**hostile, "f1": 0.5, "=mystery": 3},
                  {**{n: 0.9 - drops[(i + shift) % 3] for i, n in enumerate(hostile)}, "@only": 3, "=mystery": 4})
            check.all(f"hostile {shift}")
        write(folder, plain, plain)
        check.all("accept")
        check.all("accept of a group that is not served", "--group", "vip")
        check.all("an unknown metric rejects", "--unknown", "reject")
        write(folder, plain, {**plain, "accuracy": 0.88})
        check.all("warn")
        check.all("a warning that fails", "--warn", "fail")
        write(folder, plain, {n: v for n, v in plain.items() if n != "f1"})
        check.all("review")
        check.all("review skipped", "--review", "pass")
        many = {f"task{i}/accuracy": 0.9 for i in range(10000)}
        write(folder, many, {n: 0.9 - 0.00001 * (i % 5000) for i, n in enumerate(many)})
        check.all("10,000 metrics")
        many = {f"task{i}/accuracy": 0.9 for i in range(26000)}
        write(folder, many, {n: 0.8 for n in many})
        print(f"26,000 rejections: sarif {check.scan(check.document())} results")
        long_names = {f"{'<&@#' * 40}{i} accuracy": 0.9 for i in range(500)}
        write(folder, long_names, {n: 0.8 for n in long_names})
        check.all("long names")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Checks of the translations.

usage: check_language.py catalogs ROOT
       check_language.py output ROOT THRESH

catalogs: po/thresh.pot is what the sources hold, and each translation has all of it and no more.
output: help, and what every case prints, in Chinese: no run of English words is left; pages of HTML
        say that they are Chinese, and have no English heading.
"""
import concurrent.futures
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from run_cases import environment

# --- catalogs ---


def texts(po):
    """{msgid: msgstr, or None where it is fuzzy} of a catalog, without its header."""
    found = {}
    for entry in po.split("\n\n"):
        parts = dict(re.findall(r'^(msgid|msgstr) ((?:"(?:[^"\\]|\\.)*"\n?)+)', entry, re.MULTILINE))
        if "msgid" in parts:
            joined = {k: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', v)) for k, v in parts.items()}
            found[joined["msgid"]] = None if re.search(r"^#,.*\bfuzzy\b", entry, re.MULTILINE) else joined["msgstr"]
    found.pop("", None)
    return found


def faults_of(wanted, translation):
    return ([f"missing: {t}" for t in wanted if t not in translation]
            + [f"no longer used: {t}" for t in translation if t not in wanted]
            + [f"not translated, or fuzzy: {t}" for t, said in translation.items() if not said])


def catalogs(root):
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary)
        for folder in ("po", "src", "include"):
            shutil.copytree(root / folder, copy / folder)

        def wanted():
            subprocess.run([copy / "po/update", "--pot", copy / "new.pot"], check=True)
            return (copy / "new.pot").read_text()

        pot = wanted()
        known = texts(pot)
        # first the check itself: a sentence that nobody translated has to be found
        planted = copy / "src/report/planted.c"
        planted.write_text('const char *f(void) { return word(w, N_("nobody translated this")); }\n')
        assert faults_of(texts(wanted()), known | dict.fromkeys(known, "x")) == ["missing: nobody translated this"]
        planted.unlink()
        one = next(iter(known))
        assert faults_of(known, dict.fromkeys(known, "x") | {one: ""}) == [f"not translated, or fuzzy: {one}"]
        assert faults_of(known, dict.fromkeys([*known, "old"], "x")) == ["no longer used: old"]

        found = [] if pot == (root / "po/thresh.pot").read_text() else ["po/thresh.pot is not what the sources hold"]
        for po in sorted((root / "po").glob("*.po")):
            subprocess.run(["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", po], check=True)
            found += [f"{po.name}: {fault}" for fault in faults_of(known, texts(po.read_text()))]
    print("\n".join(found + ["po/update brings them up to date"] if found else [f"{len(known)} texts, all translated"]))
    return bool(found)


# --- output ---

# What stays as it is: words of the command line and of files, names of tools, formats and methods.
NAMES = """Hugging Face|JSON Lines|OpenMetrics|Prometheus|google-benchmark|classification_report|MLPerf|MLflow
|Ultralytics|detectron2|hyperfine|scikit-learn|sacreBLEU|py-rouge|llama-bench|perplexity|Tango|Newcombe|Fieller|DeLong
|Holm|bootstrap|CSV|TSV|JSON|YAML|JSONL|README|COCO|BEIR|MTEB""".replace("\n", "").split("|")
# The words of TAP, and what the document has in the place of a number: the same in every language.
NAMES += ["not ok", "no value in", "a list of", "a mean out of range", "scores outside of"]
WORD = r"[A-Za-z][A-Za-z'’]*"
RUN = re.compile(rf"(?<![A-Za-z0-9_./<$-]){WORD}(?:[,;:]? {WORD})+(?![A-Za-z0-9_/=>(-]|[.][a-z])")
# A word that no name is made of.
TELLING = re.compile(r"\b(the|of|is|are|no|not|and|or|to|in|a|an|for|from|with|without|than|more|expected|found|by|"
                     r"one|worse|better|it|its|has|have|be|was|were|on|at|each|which|that|this|as|only|what)\b")


def strip_quoted(text):
    return re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|\{[^}\n]*\}|\[[^\]\n]*\]", "0", text)


def english(text):
    """Runs of English words in a text that should have none."""
    text = strip_quoted(text)
    for name in NAMES:
        text = text.replace(name, "0")
    return [m.group() for m in RUN.finditer(text) if TELLING.search(m.group())]


def reasons_of_profiles(root):
    """Titles and reasons of the profiles, which are data."""
    quoted = []
    for file in (root / "configs/profiles").rglob("*.yaml"):
        for text in re.findall(r"^(?:title|why): *(?:>-?\n((?:  .*\n)+)|(.+)$)", file.read_text(), re.MULTILINE):
            quoted.append(" ".join("".join(text).split()).strip("\"'"))
    return quoted


def inputs_of(case):
    """All that a case's own files say: names that a report shows as they are."""
    return "\n".join(f.read_text(errors="replace") for f in case.rglob("*")
                     if f.is_file() and f.name not in ("out", "err", "exit")) if case else ""


def profiles_of(own):
    """Names of a case's profiles, which a report shows behind their axis: "scenario a"."""
    return set(re.findall(r"^name: *([\w-]+)$", own, re.MULTILINE))


# --- pages of HTML ---

# What a page says besides its text, and the elements that are words of the program and no names.
ATTRIBUTES = re.compile(r' (?:title|aria-label|placeholder|alt|data-[a-z]+)="([^"]*)"')
HEADINGS = re.compile(r"<(?:h\d|caption|option|label|button|summary|th scope=col)\b[^>]*>(.*?)"
                      r"(?=</?(?:h\d|caption|option|label|button|summary|th|tr)\b)", re.DOTALL)
TITLES_AS_THEY_ARE = {"SHA-256"}


def text_of_page(page):
    """Its text, a line for each element and attribute."""
    page = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    said = ATTRIBUTES.findall(page) + re.sub(r"<[^>]*>", "\n", page).split("\n")
    return html.unescape("\n".join(said))


def faults_of_page(page, own=""):
    """What of a Chinese page is not: its language, and headings without a word of Chinese."""
    names = TITLES_AS_THEY_ARE.union(re.findall(r"--rival[= ]([^=\s]+)=", own))
    found = [] if page.startswith('<!DOCTYPE html>\n<html lang="zh-CN">') else ["not marked as zh-CN"]
    for heading in HEADINGS.findall(page):
        said = html.unescape(re.sub(r"<[^>]*>", "", heading)).strip()
        if re.search("[A-Za-z]", said) and said not in names and not re.search("[\u4e00-\u9fff]", said):
            found.append(f"heading in English: {said}")
    return found


PAGE = re.compile(r"thresh (?:eval|report) [^|;&>\n]*-o html(?![\w:])[^|;&>\n]*")


def pages(cases):
    """Commands of the cases that print a page, behind the lines before, without what they pipe it into."""
    found = []
    for case in cases:
        script = (case / "cmd").read_text()
        for page in PAGE.finditer(script):
            before = script[:script.rfind("\n", 0, page.start()) + 1]
            command = f"{{ :\n{before}}} >/dev/null 2>&1\n{page.group()}"
            found.append((f"page of {case.parent.name}/{case.name}", command, case))
    return found


def left_in_page(thresh, quoted, name, command, folder):
    page, _ = run(command, folder, thresh)
    own, text = inputs_of(folder), text_of_page(page)
    for quote in quoted:
        text = text.replace(quote, "0")
    return [f"{name}: {fault}" for fault in faults_of_page(page, own)] + [
        f"{name}: {words}" for words in unowned(text, own)]


# --- runs ---


def run(command, folder, thresh):
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary) / "case"
        shutil.copytree(folder, work) if folder else work.mkdir()
        env = {**environment(pathlib.Path(temporary), thresh, ""), "LC_ALL": "zh_CN.UTF-8", "COLUMNS": "1000"}
        done = subprocess.run(["sh", "-c", command], cwd=work, env=env, stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, errors="replace", timeout=300, check=False)
    return done.stdout, done.stderr


def unowned(text, own):
    """Runs of English words that are not the case's own, nor an axis with one of its profiles."""
    names = profiles_of(own)
    return [w for w in english(text) if w not in own and w.split()[-1] not in names]


def left(thresh, quoted, name, command, folder):
    texts, own = run(command, folder, thresh), inputs_of(folder)
    for quote in quoted:
        texts = [text.replace(quote, "0") for text in texts]
    return [f"{name}: {words}" for text in texts for words in unowned(text, own)]


# Cases that ask for another language, print documents that have one form, or text of their own.
OTHER = re.compile(r"LC_ALL|LANG|--lang|--ascii|-o ?json|output[= ]json|--man|--completion|\bcat\b|python3|\bsed\b|\bgrep\b|\bdiff\b")


def output(root, thresh):
    # first the check itself: it finds what the program says in English
    for text in ("  ✗ acc：退化 5 %；the candidate lacks it", "错误：a number between 0.5 and 1", "expected the name of a metric",
                 "thresh: eval：unknown option, expected one of them"):
        assert english(text), f"not found: {text}"
    for text in ("llama.cpp perplexity，其日志", "'the best of all'", "--profile search --tier edge", "file of.csv"):
        assert not english(text), f"found: {text}"
    assert english(text_of_page('<p>is <b>0</b><td title="not of the file">')) == ["not of the file"]
    chinese = '<!DOCTYPE html>\n<html lang="zh-CN">\n<h2>来源</h2><tr><th scope=col>SHA-256</th>'
    assert not faults_of_page(chinese)
    assert faults_of_page(chinese.replace("来源", "Sources")) == ["heading in English: Sources"]
    assert faults_of_page(chinese.replace("zh-CN", "en")) == ["not marked as zh-CN"]
    cases = sorted(p.parent for p in (root / "tests/cases").glob("*/*/cmd"))
    said = [(c / kept).read_text(errors="replace") for c in cases for kept in ("err",) if (c / kept).exists()]
    told = [text for text in said if english(text)]
    assert len(told) > 0.7 * len(said), f"only {len(told)} of {len(said)} English messages are seen as such"

    names = re.findall(r"^  (\w+) ", subprocess.run([thresh, "--help"], text=True, capture_output=True,
                                                    check=True).stdout, re.MULTILINE)
    tasks = [("--help", "thresh --help", None), ("nothing", "thresh", None), ("formats", "thresh inspect --formats", None)]
    tasks += [(f"{n} --help", f"thresh {n} --help", None) for n in names if n != "thresh"]
    tasks += [(str(c.relative_to(root / "tests/cases")), (c / "cmd").read_text(), c) for c in cases
              if not OTHER.search((c / "cmd").read_text())]
    quoted = reasons_of_profiles(root)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [f for faults in pool.map(lambda t: left(thresh, quoted, *t), tasks) for f in faults]
        shown = pages(cases)
        found += [f for faults in pool.map(lambda t: left_in_page(thresh, quoted, *t), shown) for f in faults]
    assert shown, "no case prints a page"
    print("\n".join(found) or f"{len(tasks)} commands and {len(shown)} pages, no English left")
    return bool(found)


if __name__ == "__main__":
    check = {"catalogs": catalogs, "output": output}[sys.argv[1]]
    sys.exit(check(pathlib.Path(sys.argv[2]).resolve(), *(os.path.abspath(a) for a in sys.argv[3:])))

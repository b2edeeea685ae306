#!/usr/bin/env python3
"""Draws the figures of docs/statistics.md. Every number comes from thresh itself, from the simulation
in docs/data/coverage.txt, or from the resampling below: none is drawn by hand.

usage: make.py THRESH [--check]    --check compares with the SVG files beside this one
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "examples" / "per-sample"
COVERAGE = HERE.parent / "data" / "coverage.txt"

INK, GREY, FAINT = "#1f2328", "#6a737d", "#d8dee4"
SHADES = {"accept": "#1a7f37", "warn": "#9a6700", "review": "#0969da", "reject": "#cf222e"}
ZONES = {"accept": "#dafbe1", "warn": "#fff8c5", "reject": "#ffebe9"}


class Drawing:
    """A light page of SVG, so that it can be read on a dark one too."""

    def __init__(self, width, height, title, text):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{title}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="13">',
            f"<title>{title}</title>", f"<desc>{text}</desc>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>']

    def rect(self, x, y, w, h, fill):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}"/>')

    def line(self, x1, y1, x2, y2, stroke=INK, width=1.0, dash=None):
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{stroke}" stroke-width="{width}"{dashes}/>')

    def path(self, points, stroke, dash=None):
        d = " ".join(f"{'L' if i else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(points))
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<path d="{d}" fill="none" stroke="{stroke}" stroke-width="2"{dashes}/>')

    def dot(self, x, y, r=4.0, fill=INK, stroke="none"):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" stroke="{stroke}"/>')

    def diamond(self, x, y, stroke, r=6):
        self.parts.append(f'<path d="M{x - r:.1f} {y:.1f}L{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}'
                          f'L{x:.1f} {y + r:.1f}Z" fill="#ffffff" stroke="{stroke}" stroke-width="1.5"/>')

    def text(self, x, y, text, anchor="start", fill=INK, weight="normal", size=None):
        bold = "" if weight == "normal" else f' font-weight="{weight}"'
        sized = "" if size is None else f' font-size="{size}"'
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"'
                          f'{bold}{sized}>{text}</text>')

    def interval(self, scale, y, low, high, value, colour):
        self.line(scale(low), y, scale(high), y, colour, 2)
        for end in (low, high):
            self.line(scale(end), y - 5, scale(end), y + 5, colour, 2)
        self.dot(scale(value), y, 4.5, colour)

    def finish(self):
        return "\n".join(self.parts) + "\n</svg>\n"


def linear(low, high, start, end):
    return lambda v: start + (v - low) / (high - low) * (end - start)


class Thresh:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)

    def run(self, *args):
        done = subprocess.run([self.binary, *map(str, args)], capture_output=True, text=True, check=False,
                              cwd=self.folder, env={"LC_ALL": "C.UTF-8", "COLUMNS": "100"})
        if done.returncode == 2:
            sys.exit(f"thresh {' '.join(map(str, args))}: {done.stderr}")
        return done.stdout

    def judge(self, *args):
        return json.loads(self.run("eval", *args, "-o", "json"))

    def judge_pair(self, baseline, candidate, *args):
        for name, content in (("b.json", baseline), ("c.json", candidate)):
            (self.folder / name).write_text(json.dumps(content))
        return self.judge("b.json", "c.json", *args)

    def profile(self, name, rules):
        path = self.folder / f"{name}.yaml"
        path.write_text(f"schema: thresh/profile/v1\nname: {name}\n{rules}\n")
        return path

    def samples_needed(self, limit, *args):
        rows = self.run("plan", "--metric", "accuracy", "--baseline", "94%", "--limit", limit, *args)
        row = next(r for r in rows.splitlines() if r.lstrip().startswith("accuracy"))
        words = row.split()
        return int(next(w for w in reversed(words) if w.replace(",", "").isdigit()).replace(",", ""))


def axis(d, scale, y, ticks, unit):
    for t in ticks:
        d.line(scale(t), y, scale(t), y + 5, GREY)
        d.text(scale(t), y + 19, f"{t:g}", "middle", GREY)
    d.text((scale(ticks[0]) + scale(ticks[-1])) / 2, y + 38, unit, "middle", GREY)


def outcomes(t):
    """Six intervals, judged under each burden of proof."""
    profile = t.profile("figure", "metrics: {accuracy: {accept: 1pp, tolerate: 2pp}}")
    cases = [("small drop, many samples", 0.4, 0.3), ("felt, but surely within", 1.4, 0.3),
             ("small drop, few samples", 0.7, 1.6), ("within, not surely", 1.7, 0.7),
             ("beyond, not surely", 2.4, 0.8), ("surely beyond", 3.2, 0.5)]
    burdens = ["point", "prove-safe", "prove-harm"]
    d = Drawing(860, 360, "Six outcomes under three burdens of proof",
                "Intervals of the degradation against accept and tolerate, and the verdict of each burden")
    x, top, step, bottom = linear(-1, 4, 190, 560), 66, 40, 300
    for zone, low, high in (("accept", -1, 1), ("warn", 1, 2), ("reject", 2, 4)):
        d.rect(x(low), 44, x(high) - x(low), bottom - 44, ZONES[zone])
    for limit, label, anchor in ((1, "accept 1 pp", "end"), (2, "tolerate 2 pp", "start")):
        d.line(x(limit), 40, x(limit), bottom, INK, 1, "5 3")
        d.text(x(limit), 32, label, anchor)
    for i, burden in enumerate(burdens):
        d.text(620 + 90 * i, 32, burden, "middle", INK, "bold")
    for row, (label, drop, half) in enumerate(cases):
        y = top + row * step
        error = half / 100 / 1.6448536269514722 / 2 ** 0.5
        verdicts = []
        for burden in burdens:
            m = t.judge_pair({"accuracy": {"value": 0.94, "stderr": error}},
                             {"accuracy": {"value": round(0.94 - drop / 100, 6), "stderr": error}},
                             "-p", profile, "--burden", burden)["metrics"][0]
            verdicts.append(m["verdict"])
        d.text(180, y + 4, label, "end")
        d.interval(x, y, 100 * m["interval"]["low"], 100 * m["interval"]["high"],
                   100 * m["degradation"]["value"], INK)
        for i, verdict in enumerate(verdicts):
            d.text(620 + 90 * i, y + 4, verdict, "middle", SHADES[verdict], "bold")
    axis(d, x, bottom, [-1, 0, 1, 2, 3, 4], "degradation of accuracy, pp (right is worse); one-sided bounds, 95 %")
    return d.finish()


def pairing(t):
    """584 and 564 of 600 right: as two groups, and as pairs of which few or many differ."""
    right = {"b": 584, "c": 564}
    profile = t.profile("figure", "metrics: {accuracy: {accept: 2pp, tolerate: 5pp}}")
    rule = ["-p", profile, "--burden", "prove-safe"]
    judged = []
    for mended in (1, 10):
        broken = right["b"] - right["c"] + mended
        for side in "bc":
            rows = ["id,accuracy"]
            for i in range(600):
                # broken first, then mended, then those that both get right
                mine = i < broken if side == "b" else broken <= i < broken + mended
                rows.append(f"{i},{int(mine or broken + mended <= i < right['b'] + mended)}")
            (t.folder / f"{side}.csv").write_text("\n".join(rows) + "\n")
        m = t.judge("b.csv", "c.csv", *rule)["metrics"][0]
        judged.append((f"600 pairs, {broken + mended} differ", m))
    groups = [{"accuracy": {"value": right[side] / 600, "n": 600}} for side in "bc"]
    judged.append(("two groups of 600", t.judge_pair(*groups, *rule)["metrics"][0]))
    d = Drawing(860, 270, "Paired against unpaired",
                "The same two accuracies: the fewer samples change, the narrower the interval of the pairs")
    x, bottom = linear(0, 7, 220, 640), 206
    d.line(x(5), 36, x(5), bottom - 6, INK, 1, "5 3")
    d.text(x(5), 28, "tolerate 5 pp", "middle")
    d.text(740, 28, "prove-safe", "middle", INK, "bold")
    for row, (label, m) in enumerate(judged):
        y = 66 + row * 50
        low, high = (100 * m["interval"][k] for k in ("low", "high"))
        d.text(208, y, label, "end", INK, "bold")
        d.text(208, y + 17, m["interval"]["method"].split(",")[0], "end", GREY, size=11)
        d.interval(x, y, low, high, 100 * m["degradation"]["value"], INK)
        d.text(x((low + high) / 2), y + 22, f"{low:.2f} to {high:.2f} pp", "middle", GREY, size=11)
        d.text(740, y + 4, m["verdict"], "middle", SHADES[m["verdict"]], "bold")
    axis(d, x, bottom, range(8), "degradation of accuracy, pp")
    return d.finish()


def plan(t):
    """Samples needed to show that nothing was lost, against the limit."""
    limits = [0.5, 0.75, 1, 1.5, 2, 3, 4, 5]
    lines = [("two groups", ["--unpaired"], "#cf222e"), ("pairs, 10 % differ", ["-d", "10%"], "#9a6700"),
             ("pairs, 5 % differ", ["-d", "5%"], "#0969da"), ("pairs, 2 % differ", ["-d", "2%"], "#1a7f37")]
    d = Drawing(860, 400, "Samples needed against the limit",
                "thresh plan for accuracy of 94 %, confidence 95 %, power 80 %, no true loss")
    x = linear(0, 5, 90, 640)
    log = [(10 ** i * j) for i in (1, 2, 3, 4) for j in (1, 2, 5) if 50 <= 10 ** i * j <= 50000]
    up = linear(0, 3, 330, 40)

    def y(n):
        value, power = n / 50, 0.0
        while value >= 10:
            value, power = value / 10, power + 1
        # log10 by bisection: the same bytes with every mathematics library
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if 10 ** middle <= value else (low, middle)
        return up(power + low)

    for n in log:
        d.line(90, y(n), 640, y(n), FAINT)
        d.text(82, y(n) + 4, f"{n:,}", "end", GREY)
    label_at = 0
    for label, options, colour in lines:
        needed = [t.samples_needed(f"{limit:g}pp", *options) for limit in limits]
        points = [(x(limit), y(n)) for limit, n in zip(limits, needed)]
        d.path(points, colour)
        for px, py in points:
            d.dot(px, py, 3.5, colour)
        label_at = max(points[-1][1] + 4, label_at + 17)
        d.text(650, label_at, f"{label} ({needed[-1]:,})", "start", colour)
    d.text(90, 24, "samples needed (of each model)", "start", GREY)
    axis(d, x, 330, range(6), "limit (tolerate) of the drop in accuracy, pp")
    return d.finish()


def slices(t):
    """Twelve small classes, eleven alike and one that is worse."""
    luck = random.Random(11)
    sizes = [12, 14, 16, 18, 20, 24, 28, 40, 60, 90, 140, 200]
    baseline, candidate = {}, {}
    right = {"b": 0, "c": 0}
    for i, n in enumerate(sizes):
        lost = 0.25 if n == 140 else 0.02
        b = sum(luck.random() < 0.9 for _ in range(n))
        c = sum(luck.random() < 0.9 - lost for _ in range(n))
        right["b"] += b
        right["c"] += c
        baseline[f"class {i + 1:02}"] = {"accuracy": {"value": b / n, "n": n}}
        candidate[f"class {i + 1:02}"] = {"accuracy": {"value": c / n, "n": n}}
    total = sum(sizes)
    baseline["accuracy"] = {"value": right["b"] / total, "n": total}
    candidate["accuracy"] = {"value": right["c"] / total, "n": total}
    profile = t.profile("figure", "metrics: {accuracy: {accept: 3pp, tolerate: 8pp}}\n"
                                  "slices: {tolerate: 6pp, min_samples: 30, beyond: reject}")
    judged = t.judge_pair(baseline, candidate, "-p", profile)["metrics"]
    whole = next(m for m in judged if m["slice_of"] is None)
    rows = sorted((m for m in judged if m["slice_of"] is not None), key=lambda m: m["scope"])
    d = Drawing(860, 470, "Slices: Holm and shrinkage",
                "Twelve classes; dot: measured, diamond: drawn towards the whole; limit 6 pp")
    x, bottom = linear(-40, 60, 150, 690), 400
    d.line(x(6), 40, x(6), bottom, INK, 1, "5 3")
    d.text(x(6), 32, "tolerate 6 pp", "start")
    d.line(x(100 * whole["degradation"]["value"]), 40, x(100 * whole["degradation"]["value"]), bottom, GREY)
    d.text(x(100 * whole["degradation"]["value"]) - 4, 32,
           f"whole {100 * whole['degradation']['value']:.1f} pp", "end", GREY)
    for row, m in enumerate(rows):
        y = 58 + row * 29
        colour = SHADES[m["verdict"]]
        d.text(140, y + 4, f"{m['scope']}, n {sizes[row]}", "end")
        d.interval(x, y, max(-40, 100 * m["interval"]["low"]), min(60, 100 * m["interval"]["high"]),
                   100 * m["degradation"]["value"], colour)
        d.diamond(x(100 * m["shrunk"]), y, INK)
        d.text(700, y + 4, f"{m['verdict']}, {m['reasons'][0]['code']}", "start", colour, size=11)
    axis(d, x, bottom, range(-40, 61, 20), "degradation of accuracy, pp; one-sided bounds, 95 %, each class alone")
    return d.finish()


def macro_f1(cells, which):
    """Of counts of (label, baseline, candidate); which: 1 for the baseline, 2 for the candidate."""
    scores = []
    for label in sorted({cell[0] for cell in cells}):
        hit = sum(n for c, n in cells.items() if c[0] == label and c[which] == label)
        size = sum(n for c, n in cells.items() if c[0] == label)
        said = sum(n for c, n in cells.items() if c[which] == label)
        scores.append(2 * hit / (size + said) if size + said else 0)
    return sum(scores) / len(scores)


def bootstrap(t):
    """The drop of macro F1 in 2,000 resamples of the pairs, and the interval of thresh."""
    logs = [[line.split(",") for line in (SAMPLES / f"{name}.csv").read_text().splitlines()[1:]]
            for name in ("baseline", "compressed")]
    cells = {}
    for b, c in zip(*logs):
        cell = (b[1], b[2], c[2])
        cells[cell] = cells.get(cell, 0) + 1
    luck, names, weights = random.Random(5), list(cells), list(cells.values())
    drops = []
    for _ in range(2000):
        counts = {}
        for cell in luck.choices(names, weights, k=sum(weights)):
            counts[cell] = counts.get(cell, 0) + 1
        drops.append(100 * (macro_f1(counts, 1) - macro_f1(counts, 2)))
    m = t.judge(SAMPLES / "baseline.csv", SAMPLES / "compressed.csv",
                "--select", "macro avg/f1-score")["metrics"][0]
    low, high, value = (100 * v for v in (m["interval"]["low"], m["interval"]["high"],
                                          m["degradation"]["value"]))
    width, start = 0.25, -0.5
    bins = [0] * 32
    for drop in drops:
        bins[min(max(int((drop - start) // width), 0), len(bins) - 1)] += 1
    d = Drawing(860, 330, "Bootstrap of macro F1",
                "2,000 resamples of 600 pairs, and the BCa bounds that thresh reports")
    x, y = linear(start, start + width * len(bins), 70, 820), linear(0, max(bins), 270, 60)
    for i, n in enumerate(bins):
        left = start + i * width
        inside = low <= left + width / 2 <= high
        d.rect(x(left) + 0.5, y(n), x(left + width) - x(left) - 1, 270 - y(n), "#54aeff" if inside else FAINT)
    for v, label, anchor in ((low, f"low {low:.2f}", "end"), (value, f"measured {value:.2f}", "middle"),
                             (high, f"high {high:.2f}", "start")):
        d.line(x(v), 40, x(v), 270, INK, 1.5, None if v == value else "5 3")
        d.text(x(v), 32, label, anchor)
    axis(d, x, 270, range(0, 8), "degradation of macro F1, pp; 2,000 resamples; lines: thresh, BCa, one-sided 95 %")
    return d.finish()


def coverage(_):
    """False acceptances in every cell of the simulation."""
    names = {"newcombe": "Newcombe, two groups", "tango": "Tango, pairs",
             "cluster-robust": "t, clusters of pairs"}
    cells = {}
    for line in COVERAGE.read_text().split("\nEXTREMES")[0].splitlines()[1:]:
        words = line.split()
        few = bool(words) and words[-1] == "few"
        numbers = words[-4:-1] if few else words[-3:]
        method = line[:22].strip()
        if method in names:
            cells.setdefault(method, []).append((float(numbers[1]), few))
    methods = [m for m in names if m in cells]
    d = Drawing(860, 90 + 46 * len(methods), "False acceptances in the simulation",
                "Each dot is a cell: how often a model exactly at the limit is accepted")
    x, bottom = linear(0, 7, 190, 780), 40 + 46 * len(methods)
    d.line(x(5), 34, x(5), bottom, INK, 1, "5 3")
    d.text(x(5), 26, "promised: 5 %", "middle")
    for row, method in enumerate(methods):
        y = 60 + row * 46
        d.text(180, y + 4, names[method], "end")
        for i, (rate, few) in enumerate(cells[method]):
            d.dot(x(min(rate, 7)), y + (i * 7 % 5 - 2) * 5, 2.8, "#ffffff" if few else "#0969da", "#0969da")
    axis(d, x, bottom, range(8), "accepted although exactly at the limit, % of 20,000 simulations; hollow: few samples")
    return d.finish()


FIGURES = [outcomes, pairing, plan, slices, bootstrap, coverage]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    check, wrong = "--check" in sys.argv[2:], 0
    with tempfile.TemporaryDirectory() as folder:
        thresh = Thresh(str(pathlib.Path(sys.argv[1]).resolve()), folder)
        for figure in FIGURES:
            path, drawn = HERE / f"{figure.__name__}.svg", figure(thresh)
            if not check:
                path.write_text(drawn)
            elif not path.exists() or path.read_text() != drawn:
                print(f"{path.name} is not what {pathlib.Path(__file__).name} draws")
                wrong += 1
    print(f"{len(FIGURES)} figures, {wrong} differ" if check else f"{len(FIGURES)} figures drawn")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

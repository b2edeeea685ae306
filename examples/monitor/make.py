#!/usr/bin/env python3
"""Writes events.jsonl: an hour of a service whose model gets worse in the middle, and is rolled back.

usage: make.py > events.jsonl
"""
import json
import random

ROWS = 1500
random.seed(20261125)
for i in range(ROWS):
    worse = ROWS * 0.4 <= i < ROWS * 0.7
    row = {
        "ts": f"2026-11-25T09:{i // 30:02}:{i % 30 * 2:02}Z",
        "id": i,
        "accuracy": int(random.random() < (0.79 if worse else 0.945)),
        "latency_ms": round(random.lognormvariate(3.45 if worse else 3.3, 0.25), 1),
        "region": "us" if i % 3 else "eu",
    }
    print(json.dumps(row))

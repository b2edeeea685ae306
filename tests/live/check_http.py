#!/usr/bin/env python3
"""What becomes of requests to servers that behave, and to those that do not.

usage: check_http.py HTTP_PROBE
"""
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

ENVIRONMENT = {**os.environ, "no_proxy": "*"}


@contextlib.contextmanager
def server(answer):
    """A server that calls answer(connection, request) for each; gives its port and the requests."""
    listener = socket.create_server(("127.0.0.1", 0))
    requests = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection):
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                piece = connection.recv(65536)
                if not piece:
                    return
                request += piece
            head, _, body = request.partition(b"\r\n\r\n")
            length = next((int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length:")), 0)
            while len(body) < length:
                body += connection.recv(65536)
            requests.append((head.decode(), body))
            answer(connection, head.decode())

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    try:
        yield listener.getsockname()[1], requests
    finally:
        # only then is its number free: a thread that still accepts would answer for the next server
        listener.shutdown(socket.SHUT_RDWR)
        serving.join()
        listener.close()


def says(*parts):
    def answer(connection, _):
        for part in parts:
            connection.sendall(part)
    return answer


def ok(body=b"hello", head=b""):
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s" % (len(body), head, body)


def hangs(connection, _):
    time.sleep(5)


def drips(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b"x")
        time.sleep(0.05)


def endless(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(2000):
        connection.sendall(b"y" * 65536)


def redirects(connection, head):
    if head.startswith("GET /there"):
        connection.sendall(ok(b"arrived"))
    elif head.startswith("GET /round"):
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    elif head.startswith("GET /file"):
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    else:
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def main():
    probe = sys.argv[1]
    checks = 0

    def get(url, *more, timeout="2", most="1000", cut="whole"):
        start = time.monotonic()
        done = subprocess.run([probe, url, timeout, most, cut, *more], capture_output=True, check=True, timeout=20, env=ENVIRONMENT)
        line, _, body = done.stdout.partition(b"\n")
        words = line.decode().split(" ", 5)
        return {"outcome": words[0], "status": int(words[1]), "length": int(words[2]), "total": int(words[3]),
                "wait": float(words[4]), "why": words[5], "body": body, "seconds": time.monotonic() - start}

    def expect(answer, path="/", where=None, body=(), **wanted):
        nonlocal checks
        options = {k: wanted.pop(k) for k in ("timeout", "most", "cut") if k in wanted}
        with server(answer) as (port, requests):
            got = get(f"http://127.0.0.1:{port}{path}", *body, **options)
        why = wanted.pop("why", "")
        assert {k: got[k] for k in wanted} == wanted and why in got["why"], (wanted, why, got)
        assert (got["outcome"] == "answered") == (got["why"] == "")
        checks += 1
        return got, requests

    # what is to be had
    _, requests = expect(says(ok()), outcome="answered", status=200, body=(), length=5, total=5)
    assert requests[0][0].startswith("GET / HTTP/1.1") and "User-Agent: thresh/" in requests[0][0]
    got, _ = expect(says(ok(b"a\0b")), outcome="answered", length=3)
    assert got["body"] == b"a\0b"
    expect(says(ok(b"")), outcome="answered", length=0, total=0)
    expect(says(b"HTTP/1.1 503 No\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nbusy"), outcome="answered", status=503, wait=7.0)
    expect(says(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), outcome="answered", status=404)
    expect(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), outcome="answered", length=3)
    # POST
    text = '{"level": "red"}' + " " * 3000
    _, requests = expect(says(ok()), outcome="answered", status=200, body=(text, "Content-Type: application/json", "Idempotency-Key: k1"))
    head, body = requests[0]
    assert head.startswith("POST / ") and body.decode() == text, requests[0]
    assert "Content-Type: application/json" in head and "Idempotency-Key: k1" in head and "Expect" not in head
    _, requests = expect(redirects, outcome="answered", status=302, body=("x",))
    assert all(head.startswith("POST") for head, _ in requests)
    # redirects
    got, _ = expect(redirects, outcome="answered", status=200)
    assert got["body"] == b"arrived"
    expect(redirects, path="/round", outcome="unreachable", why="redirect")
    expect(redirects, path="/file", outcome="unreachable", why="file")
    # limits
    expect(says(ok(b"z" * 1000)), outcome="answered", length=1000)
    expect(says(ok(b"z" * 1001)), outcome="too-large")
    expect(says(ok(b"z" * 1001)), outcome="answered", cut="cut", length=1000, total=1001)
    got, _ = expect(endless, outcome="too-large")
    assert got["seconds"] < 3
    expect(endless, outcome="answered", cut="cut", length=1000, total=2000 * 65536, timeout="10")
    got, _ = expect(hangs, outcome="timed-out", timeout="0.3", why="timed out")
    assert got["seconds"] < 2
    expect(drips, outcome="timed-out", timeout="0.3")
    # rubbish
    expect(says(b"\x00\x01rubbish\xff\r\n\r\n"), outcome="unreachable")
    expect(says(b""), outcome="unreachable", why="mpty reply")
    expect(says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), outcome="unreachable")
    expect(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnothex\r\n"), outcome="unreachable")
    # nobody there, and no address
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for url, outcome in ((f"http://127.0.0.1:{port}/", "unreachable"), ("http://nobody.invalid/", "unreachable"),
                         ("file:///etc/hostname", "bad-url"), ("ftp://127.0.0.1/", "bad-url"), ("", "bad-url"),
                         ("http://", "bad-url"), ("http://[::1/", "bad-url"), ("http://127.0.0.1:99999999/", "bad-url")):
        got = get(url)
        assert got["outcome"] == outcome and got["why"] and got["body"] == b"", (url, got)
        checks += 1
    print(f"{checks} answers and failures are what they should be")


if __name__ == "__main__":
    main()

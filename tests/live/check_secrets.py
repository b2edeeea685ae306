#!/usr/bin/env python3
"""Tokens, passwords and certificates: they reach the server they are for, and nothing else.

usage: check_secrets.py THRESH OPENSSL
"""
import base64
import contextlib
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import time

TOKEN, PASSWORD = "s3cret-token-0123456789", "p@ss/w:rd %x"
ROWS = 40


def answer(query):
    now = int(time.time()) // 15 * 15
    values = [[now - 15 * i, "0.8" if "bad" in query else "0.93"] for i in range(ROWS, 0, -1)]
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": values}]}}).encode()


@contextlib.contextmanager
def server(decide=lambda headers: 200, tls=None):
    """A server that answers as decide(headers) says: a status, or the address of a redirect."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def handle_one(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            what = decide(self.headers)
            seen.append((self.path, dict(self.headers), body))
            content = answer(self.path + body.decode()) if what == 200 else b""
            self.send_response(302 if isinstance(what, str) else what)
            if isinstance(what, str):
                self.send_header("Location", what)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_one

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            pass

    one = Server(("127.0.0.1", 0), Handler)
    if tls:
        one.socket = tls.wrap_socket(one.socket, server_side=True)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    try:
        yield one.server_address[1], seen
    finally:
        one.shutdown()
        one.server_close()


class Work:
    def __init__(self, thresh, folder):
        self.thresh, self.folder = thresh, folder
        (folder / "b.json").write_text('{"accuracy": 0.93}')
        (folder / "token").write_text(TOKEN + "\n")
        (folder / "password").write_text(PASSWORD + "\n")

    def run(self, url, *options, query="app", environment=(), profile=None, timeout=60):
        arguments = [self.thresh, "monitor", url, "--query", f"accuracy={query}", "--window", "20", "--every", "15s", "--since", "15m",
                     "-b", "b.json", "-q", *options]
        if profile:
            (self.folder / "p.yaml").write_text("schema: thresh/profile/v1\nname: p\nalerts:\n" + profile)
            arguments += ["-p", "p.yaml"]
        done = subprocess.run(arguments, cwd=self.folder, capture_output=True, text=True, check=False, timeout=timeout,
                              env={"PATH": os.environ["PATH"], "no_proxy": "*", "LC_ALL": "C.UTF-8", **dict(environment)})
        assert TOKEN not in done.stdout + done.stderr and PASSWORD not in done.stdout + done.stderr, done
        return done

    def is_clean(self):
        """No file but those that they were put into has them."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name not in ("token", "password"):
                content = path.read_bytes()
                assert TOKEN.encode() not in content and PASSWORD.encode() not in content, path


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def check_server(work):
    wants = lambda value: lambda headers: 200 if headers.get("Authorization") == value else 401
    with server(wants(f"Bearer {TOKEN}")) as (port, seen):
        url = f"http://127.0.0.1:{port}"
        done = work.run(url, "--token-file", "token", "--state", "s.db")
        assert done.returncode == 0 and seen, done
        assert work.run(url, environment={"THRESH_PROMETHEUS_TOKEN": TOKEN}).returncode == 0
        # a long query is posted: the same
        assert work.run(url, "--token-file", "token", query="x or " * 600).returncode == 0
        done = work.run(url)
        assert done.returncode == 2 and "401: it wants a token or a password" in done.stderr, done
    with server(wants(basic("me", PASSWORD))) as (port, seen):
        url = f"http://me@127.0.0.1:{port}"
        assert work.run(url, "--password-file", "password", "--state", "s.db").returncode == 0, seen
        assert work.run(url, environment={"THRESH_PROMETHEUS_PASSWORD": PASSWORD}).returncode == 0
        # a token of another server in the environment is none of its
        assert work.run(url, "--password-file", "password", environment={"THRESH_PROMETHEUS_TOKEN": TOKEN}).returncode == 0
    # a redirect leads nowhere with them, and elsewhere without
    with server() as (other, reached):
        with server(lambda _: f"http://127.0.0.1:{other}/api") as (port, _):
            for url, options in ((f"http://127.0.0.1:{port}", ("--token-file", "token")),
                                 (f"http://me@127.0.0.1:{port}", ("--password-file", "password"))):
                done = work.run(url, *options)
                assert done.returncode == 2 and not reached and "302, a redirect that is not followed" in done.stderr, done
            assert work.run(f"http://127.0.0.1:{port}").returncode == 0 and reached
    # a token that is renewed while the server is asked on
    (work.folder / "rotating").write_text("first")
    now = ["first"]
    with server(lambda headers: 200 if headers.get("Authorization") == f"Bearer {now[0]}" else 401) as (port, seen):
        child = subprocess.Popen([work.thresh, "monitor", f"http://127.0.0.1:{port}", "--query", "accuracy=app", "--every", "1s", "--since",
                                  "60s", "-b", "b.json", "-q", "--follow", "--token-file", "rotating"], cwd=work.folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "no_proxy": "*"})
        try:
            until = time.monotonic() + 30
            while not seen and time.monotonic() < until:
                time.sleep(0.05)
            (work.folder / "rotating").write_text("second")
            now[0] = "second"
            while not any(h.get("Authorization") == "Bearer second" for _, h, _ in seen) and time.monotonic() < until:
                time.sleep(0.05)
            assert any(h.get("Authorization") == "Bearer second" for _, h, _ in seen), seen
        finally:
            child.terminate()
            child.wait(30)
    # what makes no sense is told before anything is sent
    (work.folder / "empty").write_text("\n")
    (work.folder / "odd").write_text("a\rb\n")
    for url, options, said in (
            ("http://127.0.0.1:1", ("--token-file", "none"), "none: error: no token or password can be had from it: No such file"),
            ("http://127.0.0.1:1", ("--token-file", "empty"), "there is nothing in it"),
            ("http://127.0.0.1:1", ("--token-file", "odd"), "control characters"),
            ("http://127.0.0.1:1", ("--token-file", "."), "no token or password can be had"),
            ("http://127.0.0.1:1", ("--password-file", "password"), "an address that has a user and no password"),
            ("http://a:b@127.0.0.1:1", ("--password-file", "password"), "an address that has a user and no password"),
            ("http://a@127.0.0.1:1", ("--token-file", "token"), "one of the two")):
        done = work.run(url, *options)
        assert done.returncode == 2 and said in done.stderr, (options, done)
    work.is_clean()


def make_certificates(openssl, folder):
    def run(*arguments):
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)
    for name, subject in (("ca", "/CN=authority"), ("other", "/CN=other")):
        run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2", "-subj", subject)
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for name in ("server", "client"):
        run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.pem", "-days", "2",
            "-extfile", "names")
    (folder / "both.pem").write_text((folder / "client.pem").read_text() + (folder / "client.key").read_text())


def check_tls(work, openssl):
    make_certificates(openssl, work.folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(work.folder / "server.pem", work.folder / "server.key")
    with server(lambda headers: 200 if headers.get("Authorization") == f"Bearer {TOKEN}" else 401, tls) as (port, seen):
        url = f"https://127.0.0.1:{port}"
        assert work.run(url, "--token-file", "token", "--ca-file", "ca.pem").returncode == 0
        count = len(seen)
        for options in ((), ("--ca-file", "other.pem"), ("--ca-file", "none.pem")):
            done = work.run(url, "--token-file", "token", *options)
            assert done.returncode == 2 and "no answer" in done.stderr and len(seen) == count, (options, done)
    tls.verify_mode = ssl.CERT_REQUIRED
    tls.load_verify_locations(work.folder / "ca.pem")
    with server(tls=tls) as (port, seen):
        url = f"https://127.0.0.1:{port}"
        assert work.run(url, "--ca-file", "ca.pem", "--cert-file", "client.pem", "--key-file", "client.key").returncode == 0
        assert work.run(url, "--ca-file", "ca.pem", "--cert-file", "both.pem").returncode == 0
        count = len(seen)
        assert work.run(url, "--ca-file", "ca.pem").returncode == 2 and len(seen) == count


def check_hooks(work):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(work.folder / "server.pem", work.folder / "server.key")
    (work.folder / "seen.sh").write_text("#!/bin/sh\nenv\n")
    (work.folder / "seen.sh").chmod(0o755)
    with server() as (port, _), server(tls=tls) as (hook, called), server() as (plain, chatted):
        profile = (f"  actions:\n    hook: {{at: red, url: 'https://127.0.0.1:{hook}/hook', ca_file: ca.pem, backoff: 50ms,\n"
                   "      headers: {Authorization: {file: token, before: 'Bearer '}, X-Team: search}}\n"
                   "    chat: {at: red, url: {env: CHAT}, backoff: 50ms}\n"
                   "    command: {at: red, command: [./seen.sh]}\n")
        environment = {"CHAT": f"http://127.0.0.1:{plain}/services/{TOKEN}", "THRESH_PROMETHEUS_TOKEN": PASSWORD}
        done = work.run(f"http://127.0.0.1:{port}", "--state", "h.db", "--allow-actions", query="bad", profile=profile,
                        environment=environment)
        assert done.returncode == 1 and len(called) == 1 and len(chatted) == 1, (done, called, chatted)
        head = called[0][1]
        assert head["Authorization"] == f"Bearer {TOKEN}" and head["X-Team"] == "search" and "Idempotency-Key" in head, head
        assert chatted[0][0] == f"/services/{TOKEN}" and "Authorization" not in chatted[0][1], chatted
        ran = next(p for p in (work.folder / "h.db.actions").iterdir() if p.name.endswith("-command")).read_text()
        assert "THRESH_METRIC=accuracy" in ran and "THRESH_PROMETHEUS_TOKEN" not in ran, ran
        # (CHAT is the command's too: it is in our environment)
        for path in (work.folder / "h.db.actions").iterdir():
            if path.name.endswith("-command"):
                path.unlink()
        # a secret that is not there is told before the watch begins
        for environment, said in (({}, "variable CHAT: it is not set"), ({"CHAT": "ftp://x"}, "action chat: its url is no address")):
            done = work.run(f"http://127.0.0.1:{port}", "--state", "h2.db", "--allow-actions", query="bad", profile=profile,
                            environment=environment)
            assert done.returncode == 2 and said in done.stderr, done
        # without leave to act they are not needed
        done = work.run(f"http://127.0.0.1:{port}", query="bad", profile=profile)
        assert done.returncode == 1 and len(called) == 1, done
    work.is_clean()


def main():
    thresh, openssl = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    with tempfile.TemporaryDirectory() as temporary:
        work = Work(thresh, pathlib.Path(temporary))
        check_server(work)
        check_tls(work, openssl)
        check_hooks(work)
    print("tokens, passwords and certificates reached whom they are for, and nobody else")


if __name__ == "__main__":
    main()

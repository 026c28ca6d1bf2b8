#!/usr/bin/env python3
"""Runs the end-to-end suites, each against a `postroad demo` of its own on free ports. The suite `nylas_node_errors` runs
against the example `errors` instead, which has every promised error ready; it is looked for beside BINARY. The suites of
Microsoft's libraries run against a `postroad sandbox` over TLS, whose authority they are told to trust.

usage: tests/sdk/run.py BINARY [SUITE...]

Prints each suite's output and one closing line per suite: `SUITE: N passed, N failed`. The exit code says whether all passed.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = os.environ.get("POSTROAD_TEST_PYTHON", sys.executable)
NODE = ["node", "--test", "--test-concurrency=1", "--test-reporter=spec"]
SUITES = {
    "nylas_node": [*NODE],
    "nylas_node_microsoft": [*NODE],
    "nylas_node_errors": [*NODE, "errors/walk.js"],
    "nylas_python": [PYTHON, "-m", "unittest", "discover", "-v", "-s", ".", "-t", "."],
    "nylas_python_microsoft": [PYTHON, "-m", "unittest", "discover", "-v", "-s", ".", "-t", "."],
    "google_node": [*NODE],
    "google_python": [PYTHON, "-m", "unittest", "discover", "-v", "-s", "."],
    "graph_node": [*NODE],
    "graph_python": [PYTHON, "-m", "unittest", "discover", "-v", "-s", "."],
    "msal_python": [PYTHON, "-m", "unittest", "discover", "-v", "-s", "."],
}
# Where a suite lies, when not in a folder of its name.
FOLDERS = {"nylas_node_errors": "nylas_node", "nylas_node_microsoft": "nylas_node", "nylas_python_microsoft": "nylas_python"}
PROVIDERS = {"nylas_node_microsoft": "microsoft", "nylas_python_microsoft": "microsoft"}  # whose mailboxes it is run over, when not Google's
SERVERS = {"nylas_node_errors": "examples/errors"}  # what it runs against, when not a demo; beside the binary
OVER_TLS = {"graph_node", "graph_python", "msal_python"}  # suites of a sandbox of their own, over TLS
STARTING = 60  # seconds until a demo must be ready
MIRRORING = 120  # seconds until all its mailboxes must be mirrored
RUNNING = 900  # seconds a suite may take


def wait_for(path, demo):
    """The ready file's content, once the demo wrote it."""
    deadline = time.monotonic() + STARTING
    while not path.exists():
        if demo.poll() is not None:
            raise RuntimeError(f"the demo ended at its start with exit code {demo.returncode}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the demo was not ready within {STARTING} s")
        time.sleep(0.05)
    return json.loads(path.read_text(encoding="utf-8"))


def phase_of(told, grant):
    """How far a mailbox is mirrored, as every answer about its mail says."""
    url = f"{told['api_url']}/v3/grants/{grant['id']}/messages?limit=1&select=id"
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {told['api_key']}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
        return answer.headers["postroad-mirror-phase"]


def wait_for_mirrors(told):
    """Returns once every mailbox is wholly mirrored: a demo is ready before, and suites count messages."""
    deadline = time.monotonic() + MIRRORING
    for grant in told.get("grants", []):
        while (phase := phase_of(told, grant)) != "live":
            if time.monotonic() > deadline:
                raise RuntimeError(f"{grant['email']} was not mirrored within {MIRRORING} s, it is {phase}")
            time.sleep(0.05)


def counts(output):
    """(passed, failed) as node:test or unittest told them; None when neither did."""
    node = {name: int(number) for name, number in re.findall(r"^(?:#|ℹ) (pass|fail|cancelled) (\d+)$", output, re.MULTILINE)}
    if "pass" in node:
        return node["pass"], node["fail"] + node.get("cancelled", 0)
    ran = re.search(r"^Ran (\d+) tests?", output, re.MULTILINE)
    if not ran:
        return None
    failed = sum(int(number) for number in re.findall(r"(?:failures|errors|unexpected successes)=(\d+)", output))
    skipped = sum(int(number) for number in re.findall(r"skipped=(\d+)", output))
    return max(int(ran[1]) - failed - skipped, 0), failed


def folder_of(suite):
    """Where the suite lies."""
    return HERE / FOLDERS.get(suite, suite)


def command_of(binary, suite, folder):
    """What a suite runs against."""
    told = ["--ready-file", str(folder / "ready.json"), "--json"]
    if suite in OVER_TLS:
        secure = ["--tls", "127.0.0.1:0", "--ca-file", str(folder / "authority.pem")]
        return [binary, "sandbox", "--listen", "127.0.0.1:0", *secure, "--mailbox", "somebody@postroad.test", "--messages", "0", *told]
    server = [str(Path(binary).parent / SERVERS[suite])] if suite in SERVERS else [binary, "demo"]
    return [*server, "--listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0", *told]


def environment_of(suite, folder, told):
    """What a suite is told: where everything is, and whom to trust."""
    found = {**os.environ, "POSTROAD_READY": str(folder / "ready.json"), "SANDBOX_URL": told["sandbox_url"]}
    found["POSTROAD_PROVIDER"] = PROVIDERS.get(suite, "google")
    if suite in OVER_TLS:
        trusting = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]
        found |= {"SANDBOX_URL": told["tls_url"]} | {name: str(folder / "authority.pem") for name in trusting}
    return found


def run(binary, suite):
    """Runs one suite; returns (passed, failed)."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        log = open(folder / "demo.log", "w+", encoding="utf-8")  # pylint: disable=consider-using-with
        demo = subprocess.Popen(command_of(binary, suite, folder), stdout=log, stderr=log)  # pylint: disable=consider-using-with
        try:
            told = wait_for(folder / "ready.json", demo)
            wait_for_mirrors(told)
            result = subprocess.run(
                SUITES[suite], cwd=folder_of(suite), env=environment_of(suite, folder, told), timeout=RUNNING, text=True, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            print(result.stdout, flush=True)
            passed, failed = counts(result.stdout) or (0, 1)
            if result.returncode != 0 and failed == 0:
                failed = 1
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            print(f"{suite}: {error}", flush=True)
            passed, failed = 0, 1
        finally:
            demo.send_signal(signal.SIGTERM)
            try:
                demo.wait(timeout=30)
            except subprocess.TimeoutExpired:
                print(f"{suite}: the demo did not stop within 30 s of SIGTERM", flush=True)
                demo.kill()
                failed = max(failed, 1)
        if demo.returncode != 0 and failed == 0:
            print(f"{suite}: the demo ended with exit code {demo.returncode}", flush=True)
            failed = 1
        log.seek(0)
        told = log.read()
        log.close()
        if failed:
            print(f"---- the demo's own output ----\n{told[-8000:]}", flush=True)
        return passed, failed


def main():
    """Runs what was asked for."""
    binary, *asked = sys.argv[1:]
    suites = asked or [suite for suite in SUITES if folder_of(suite).is_dir()]
    summary = []
    for suite in suites:
        print(f"== {suite}", flush=True)
        passed, failed = run(str(Path(binary).resolve()), suite)
        summary.append((suite, passed, failed))
    for suite, passed, failed in summary:
        print(f"{suite}: {passed} passed, {failed} failed")
    return 1 if any(failed or not passed for _, passed, failed in summary) else 0


if __name__ == "__main__":
    sys.exit(main())

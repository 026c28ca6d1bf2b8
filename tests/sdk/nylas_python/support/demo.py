"""The demo under test: addresses, key and grants from its ready file, the SDK pointed at it, and mail from outside."""

import itertools
import json
import os
import time
import urllib.parse
import urllib.request

from nylas import Client

from support.provider import PROVIDER

_ready_file = os.environ.get("POSTROAD_READY")
if not _ready_file:
    raise RuntimeError("POSTROAD_READY must name the ready file of a running `postroad demo` (see tests/sdk/run.py)")

with open(_ready_file, encoding="utf-8") as _file:
    READY = json.load(_file)

API = READY["api_url"]
KEY = READY["api_key"]
CLIENT_ID = READY["client_id"]
SANDBOX = READY["sandbox_url"]
# Two mailboxes at the provider the suite is about.
MINE, FRIEND = [grant for grant in READY["grants"] if grant["provider"] == PROVIDER][:2]
REDIRECT = "http://localhost:3000/callback"
nylas = Client(KEY, API, timeout=60)

_counter = itertools.count(1)


def unique(prefix="probe"):
    """A word that is in no other message."""
    return f"{prefix}{os.getpid()}x{time.time_ns():x}x{next(_counter)}"


def eventually(what, look, patience=20.0):
    """The first true answer of `look`; the mirror follows the mailbox within moments."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience} s in vain: {what}")
        time.sleep(0.05)


def place(grant, role):
    """The id of the folder with this role."""
    folders = nylas.folders.list(grant["id"], query_params={"limit": 200}).data
    return next(folder.id for folder in folders if role in (folder.attributes or []))


def post(url, body, content_type="application/json"):
    """Posts and reads JSON, without the SDK."""
    data = json.dumps(body).encode() if content_type == "application/json" else body
    request = urllib.request.Request(url, data=data, headers={"Content-Type": content_type}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


def deliver(grant, subject, text="Hello.", sender="friend@example.com"):
    """Lets a mail arrive from outside."""
    return post(f"{SANDBOX}/_sandbox/deliver", {"to": [grant["email"]], "from": sender, "subject": subject, "text": text})


def deliver_raw(grant, raw, sender="friend@example.com"):
    """Lets a mail arrive from outside, byte for byte."""
    query = urllib.parse.urlencode({"to": grant["email"], "from": sender})
    body = raw.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return post(f"{SANDBOX}/_sandbox/deliver?{query}", body, "message/rfc822")


def arrived(grant, subject):
    """Waits until a message with this subject is in the API."""

    def look():
        page = nylas.messages.list(grant["id"], query_params={"subject": subject, "limit": 5})
        return next((message for message in page.data if message.subject == subject), None)

    return eventually(f"a message {subject!r} in {grant['email']}", look)

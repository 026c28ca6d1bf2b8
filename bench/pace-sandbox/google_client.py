"""Google's own client library as programs use it: `execute(num_retries=5)`, eight workers per mailbox and eight for those who
wait for an answer. What fails after all retries is noted and comes again at the end; a failed read stays failed.

Reads one line of JSON (what to do), writes "ready", waits for a line, works, and writes one line of JSON. The library's own
code runs unchanged, but for one hook: `HttpRequest._sleep`, through which it waits between retries, is divided by the speed
of the sandbox's clock.
"""

import json
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import google.oauth2.credentials
import google_auth_httplib2
import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

WORKERS = 8
RETRIES = 5

JOB = json.loads(sys.stdin.readline())
SPEED = JOB["speed"]
ENDS = JOB["ends"]


class Hurried(HttpRequest):
    """A request that sleeps in the sandbox's time."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._sleep = lambda seconds: time.sleep(seconds / SPEED)


class Clock:
    """The sandbox's milliseconds since the beginning."""

    def __init__(self):
        self.began = 0.0

    def begin(self):
        """Now it is zero."""
        self.began = time.monotonic()

    def now(self):
        """Milliseconds."""
        return (time.monotonic() - self.began) * 1000 * SPEED

    def until(self, at):
        """Waits."""
        left = (at - self.now()) / 1000 / SPEED
        if left > 0:
            time.sleep(left)

    def over(self):
        """Whether the run has ended."""
        return ENDS is not None and self.now() >= ENDS


CLOCK = Clock()
LOCAL = threading.local()
SERVICES = [
    build(
        "gmail", "v1", http=httplib2.Http(), requestBuilder=Hurried, static_discovery=True,
        client_options={"api_endpoint": JOB["url"]},
    ).users()
    for _ in JOB["tokens"]
]


def http(box):
    """A connection for this thread, as the library's documentation asks: httplib2 is not for several threads."""
    if getattr(LOCAL, "box", None) != box:
        credentials = google.oauth2.credentials.Credentials(JOB["tokens"][box])
        LOCAL.http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http())
        LOCAL.box = box
    return LOCAL.http


def execute(box, request):
    """With the retries of the library."""
    return request.execute(http=http(box), num_retries=RETRIES)


def get(box, message):
    """One message; whether it came."""
    try:
        execute(box, SERVICES[box].messages().get(userId="me", id=message, format="raw"))
        return True
    except HttpError:
        return False


def listed(box):
    """All ids of a mailbox."""
    found, page = [], None
    while True:
        try:
            wanted = SERVICES[box].messages().list(userId="me", maxResults=500, includeSpamTrash=True, pageToken=page)
            answer = execute(box, wanted)
        except HttpError:
            if CLOCK.over():
                return found
            continue
        found += [message["id"] for message in answer.get("messages", [])]
        page = answer.get("nextPageToken")
        if not page:
            return found


def backfill(box, count):
    """Everything in a mailbox; adds to count[box]."""
    waiting, lock = deque(listed(box)), threading.Lock()

    def work():
        while not CLOCK.over():
            try:
                message = waiting.popleft()
            except IndexError:
                return
            if get(box, message):
                with lock:
                    count[box] += 1
            else:
                waiting.append(message)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


class Reads:
    """Interactive reads, each at its time."""

    def __init__(self):
        self.took, self.failed, self.pending = [], 0, {}
        self.lock = threading.Lock()
        self.stopped = threading.Event()

    def one(self, place, at, message):
        """Asks for one and notes how long it took."""
        well = get(0, message)
        with self.lock:
            self.pending.pop(place, None)
            if well:
                self.took.append(round(CLOCK.now() - at))
            else:
                self.failed += 1

    def run(self, wait):
        """All of them, until stopped."""
        pool = ThreadPoolExecutor(WORKERS)
        for place, (at, message) in enumerate(JOB["reads"]):
            CLOCK.until(at)
            if self.stopped.is_set() or CLOCK.over():
                break
            with self.lock:
                self.pending[place] = at
            pool.submit(self.one, place, at, message)
        if wait:
            pool.shutdown()

    def told(self):
        """What came of them; one without an answer waited until now."""
        with self.lock:
            waiting = [round(CLOCK.now() - at) for at in self.pending.values()]
            return {"took": self.took + waiting, "failed": self.failed, "fetched": len(self.took)}


def main():
    """One run."""
    print("ready", flush=True)
    sys.stdin.readline()
    CLOCK.begin()
    reads, count = Reads(), [0] * len(JOB["tokens"])
    if JOB["backfill"]:
        readers = threading.Thread(target=reads.run, args=(False,), daemon=True)
        readers.start()
        boxes = [threading.Thread(target=backfill, args=(box, count), daemon=True) for box in range(len(count))]
        for box in boxes:
            box.start()
        for box in boxes:
            left = None if ENDS is None else max((ENDS - CLOCK.now()) / 1000 / SPEED, 0)
            box.join(left)
        reads.stopped.set()
    else:
        reads.run(True)
    told = reads.told()
    told["fetched"] += sum(count)
    print(json.dumps(told), flush=True)


main()

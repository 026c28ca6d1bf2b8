"""A webhook receiver on this machine: answers the challenge, keeps deliveries."""

import gzip
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse


class Receiver:
    """Listens on a free port until closed."""

    def __init__(self):
        self.deliveries = []
        self._news = threading.Condition()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_GET(self):  # pylint: disable=invalid-name
                """The challenge."""
                token = parse_qs(urlparse(self.path).query).get("challenge", [""])[0]
                self._answer(token.encode())

            def do_POST(self):  # pylint: disable=invalid-name
                """A delivery."""
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                body = json.loads(gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw)
                self._answer(b"")
                with owner._news:
                    owner.deliveries.append((dict(self.headers), raw, body))
                    owner._news.notify_all()

            def _answer(self, content):
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):  # pylint: disable=arguments-differ
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self, matches, patience=20.0):
        """The first delivery whose body matches, as (headers, bytes, body)."""

        def found():
            return next((delivery for delivery in self.deliveries if matches(delivery[2])), None)

        with self._news:
            if not self._news.wait_for(found, timeout=patience):
                raise AssertionError(f"no such delivery in {patience} s; got {[body['type'] for _, _, body in self.deliveries]}")
            return found()

    def close(self):
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()


def signature(secret, raw):
    """What `X-Nylas-Signature` must be."""
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()

"""A browser just good enough for the hosted pages: cookies per host, redirects, forms and links."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlparse

import requests

from support.provider import PROVIDER


class _Page(HTMLParser):
    """The forms and links of a page."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.links = [], []
        self._form = self._button = self._link = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self._form = {"action": attrs.get("action", ""), "method": attrs.get("method", "get").lower(), "fields": [], "buttons": []}
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None:
            kind = attrs.get("type", "text")
            on = kind not in ("checkbox", "radio") or "checked" in attrs
            if attrs.get("name") and on and kind != "submit":
                default = "on" if kind == "checkbox" else ""
                self._form["fields"].append((attrs["name"], attrs.get("value", default)))
        elif tag == "button" and self._form is not None:
            self._button = {"name": attrs.get("name"), "value": attrs.get("value", ""), "text": ""}
            self._form["buttons"].append(self._button)
        elif tag == "a":
            self._link = {"href": attrs.get("href", "#"), "text": ""}
            self.links.append(self._link)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "a":
            self._link = None

    def handle_data(self, data):
        for place in (self._button, self._link):
            if place is not None:
                place["text"] += data


def walk(url, until, email, agree=True):
    """Does what a person with this address does, page by page, until the browser is sent to `until`; returns that address."""
    jars, seen = {}, []
    method, fields = "GET", None
    for _ in range(20):
        session = jars.setdefault(urlparse(url).netloc, requests.Session())
        answer = session.request(method, url, data=fields, allow_redirects=False, timeout=30)
        seen.append(f"{answer.status_code} {method} {url}")
        if "Location" in answer.headers:
            url, method, fields = urljoin(url, answer.headers["Location"]), "GET", None
            if url.startswith(until):
                return url
            continue
        step = _choose(_Page(answer.text), url, email, agree)
        if step is None:
            raise AssertionError(f"no way on from {url}:\n{answer.text[:2000]}\nby way of\n" + "\n".join(seen))
        method, url, fields = step
    raise AssertionError("going round in circles:\n" + "\n".join(seen))


def _choose(page, base, email, agree):
    consent = r"\b(allow|continue|agree|accept)\b" if agree else r"\b(cancel|deny|refuse|decline)\b"
    for pattern in (re.escape(email), consent, PROVIDER):
        wanted = re.compile(pattern, re.IGNORECASE)
        for form in page.forms:
            for button in form["buttons"]:
                if wanted.search(f"{button['text']} {button['value']}"):
                    return _press(form, button, base)
        for link in page.links:
            if wanted.search(link["text"]):
                return "GET", urljoin(base, link["href"]), None
    return None


def _press(form, button, base):
    fields = list(form["fields"])
    if button["name"]:
        fields.append((button["name"], button["value"]))
    action = urljoin(base, form["action"] or base)
    if form["method"] == "post":
        return "POST", action, fields
    query = requests.models.RequestEncodingMixin._encode_params(fields)
    return "GET", f"{action.split('?')[0]}?{query}", None

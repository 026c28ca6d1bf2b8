"""Reads composed messages with Python's email package and compares them with what was meant.

The messages are the byte-exact expectations beside crates/mail/tests/golden.rs; each NAME.json says what was meant.
Prints one line per failure and `mime: N passed, N failed`; the exit code says whether all passed. Standard library only.
"""

import base64
import email
import email.policy
import json
import sys
from email.utils import getaddresses
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[2] / "crates/mail/tests/golden"


def wire(address):
    """The address as it travels: non-transitional IDNA for the few domains the fixtures use."""
    local, _, domain = address.rpartition("@")
    labels = [label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in domain.split(".")]
    return local + "@" + ".".join(labels)


def text(value):
    return value.replace("\r\n", "\n").rstrip()


def addresses(message, name):
    header = message[name]
    if header is None:
        return []
    # Raw UTF-8 addresses (RFC 6532) are beyond Python's strict header parser; its older one takes them.
    if not str(header).isascii() and any(not a.isascii() for _, a in getaddresses([str(header)])):
        return [(n, a) for n, a in getaddresses([str(header)])]
    return [(a.display_name, a.addr_spec) for a in header.addresses]


def files(message):
    found = []
    for part in message.walk():
        if part.get_content_disposition() is None:
            continue
        if part.get_content_type() == "message/rfc822":
            content = part.get_payload(0).as_bytes(policy=email.policy.SMTP)
        else:
            content = part.get_payload(decode=True)
        found.append((part.get_filename() or "", part.get_content_disposition(), part["Content-ID"], content))
    return sorted(found, key=lambda file: file[0])


def meant_files(wish):
    def one(file):
        inline = file.get("inline", False)
        content_id = f"<{file['content_id']}>" if "content_id" in file else None
        content = base64.b64decode(file["content"])
        if file["content_type"] == "message/rfc822" and content.isascii():
            content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return (file["filename"], "inline" if inline else "attachment", content_id, content)

    return sorted(map(one, wish.get("files", [])), key=lambda file: file[0])


def defects(message):
    return [f"{part.get_content_type()}: {defect!r}" for part in message.walk() for defect in part.defects]


def problems(path):
    wish = json.loads(path.read_text(encoding="utf-8"))
    raw = path.with_suffix(".eml").read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.SMTPUTF8)
    found = defects(message)

    def same(what, got, meant):
        if got != meant:
            found.append(f"{what}: {got!r} instead of {meant!r}")

    same("subject", (message["Subject"] or "").strip(), wish["subject"].strip())
    same("message id", message["Message-ID"], wish["message_id"])
    same("date", int(message["Date"].datetime.timestamp()), wish["date"])
    for name in ["To", "Cc", "Bcc", "Reply-To"]:
        meant = [(a.get("name", ""), wire(a["email"])) for a in wish.get(name.lower().replace("-", "_"), [])]
        got = [(n, a.replace('"', "")) for n, a in addresses(message, name)]
        same(name, got, meant)
    for name, value in wish.get("headers", []):
        same(name, message[name], value)
    same("in reply to", message["In-Reply-To"], wish.get("in_reply_to"))
    same("references", (message["References"] or "").split(), wish.get("references", []))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    shown = wish.get("html", wish["body"])
    same("body", text((plain if wish.get("plaintext") else html).get_content()), text(shown))
    # What is tracked is tracked in the HTML alone.
    if "html" in wish and "mail.test/t/" in plain.get_content():
        found.append("the plain text is tracked")
    if wish.get("plaintext"):
        same("html part", html, None)
    same("files", files(message), meant_files(wish))
    return found


def main():
    failed = 0
    paths = sorted(GOLDEN.glob("*.json"))
    for path in paths:
        found = problems(path)
        failed += bool(found)
        for problem in found:
            print(f"{path.stem}: {problem}")
    print(f"mime: {len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())

"""Google's own Python client against the sandbox: every method it stands in for.

Needs SANDBOX_URL and the packages of requirements.txt. Uses the mailboxes alice@sandbox.test and bob@sandbox.test, whatever
else is in them, and an OAuth client of its own. Run with `python -m unittest`.
"""

import base64
import json
import os
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid
from email.message import EmailMessage

import google.oauth2.credentials
import google.oauth2.id_token
from google.auth.transport.requests import Request as AuthRequest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest, MediaInMemoryUpload

SANDBOX = os.environ["SANDBOX_URL"].rstrip("/")
FULL = "https://mail.google.com/"
SETTINGS = "https://www.googleapis.com/auth/gmail.settings.basic"
ALICE = "alice@sandbox.test"
BOB = "bob@sandbox.test"
CLIENT_ID = "python-%s.apps.googleusercontent.com" % uuid.uuid4().hex
CLIENT_SECRET = "GOCSPX-python"
REDIRECT = "http://127.0.0.1:9/callback"


def control(path, body=None):
    """One call to the control API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SANDBOX + "/_sandbox" + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def setUpModule():
    control("/clients", {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": [REDIRECT]})
    for email in (ALICE, BOB):
        try:
            control("/mailboxes", {"email": email})
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise


def credentials(email, access_token=None):
    """Credentials that refresh themselves at the sandbox's token endpoint."""
    tokens = control("/token", {"email": email, "client_id": CLIENT_ID, "scopes": [FULL, SETTINGS]})
    return google.oauth2.credentials.Credentials(
        access_token or tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        token_uri=SANDBOX + "/token",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    )


def gmail(email, **options):
    """The client, built from the sandbox's own discovery document."""
    return build(
        "gmail",
        "v1",
        credentials=credentials(email, **options),
        discoveryServiceUrl=SANDBOX + "/$discovery/rest?version={apiVersion}",
        static_discovery=False,
    )


def message(to=BOB, sender=ALICE, text="Hello", attachment=None, **headers):
    """A message under a subject of its own."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = "test " + uuid.uuid4().hex
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if attachment is not None:
        mail.add_attachment(attachment, maintype="application", subtype="octet-stream", filename="file.bin")
    return mail


def raw(mail):
    return base64.urlsafe_b64encode(mail.as_bytes()).decode()


def header(shown, name):
    return next(field["value"] for field in shown["payload"]["headers"] if field["name"].lower() == name.lower())


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.alice = gmail(ALICE).users()
        cls.bob = gmail(BOB).users()

    def put(self, mail, labels=("INBOX", "UNREAD")):
        """Puts a message into Alice's mailbox."""
        body = {"raw": raw(mail), "labelIds": list(labels)}
        return self.alice.messages().insert(userId="me", body=body).execute()

    def arrived(self, mail):
        """Bob's copy."""
        found = self.bob.messages().list(userId="me", q='subject:"%s"' % mail["Subject"]).execute()
        self.assertEqual(len(found["messages"]), 1)
        return self.bob.messages().get(userId="me", id=found["messages"][0]["id"]).execute()

    def refused(self, status, reason, request):
        with self.assertRaises(HttpError) as caught:
            request.execute()
        self.assertEqual(caught.exception.resp.status, status)
        self.assertEqual(json.loads(caught.exception.content)["error"]["errors"][0]["reason"], reason)
        return caught.exception


class Messages(Case):
    def test_profile(self):
        profile = self.alice.getProfile(userId="me").execute()
        self.assertEqual(profile["emailAddress"], ALICE)
        self.assertIsInstance(profile["historyId"], str)
        self.assertIsInstance(profile["messagesTotal"], int)

    def test_insert_import_get_in_every_format(self):
        mail = message(attachment=b"\x00\x01" * 5000)
        mail["Date"] = "Mon, 20 Jul 2020 10:00:00 +0200"
        inserted = self.put(mail)
        imported = self.alice.messages().import_(userId="me", body={"raw": raw(mail)}, neverMarkSpam=True).execute()
        messages = self.alice.messages()
        full = messages.get(userId="me", id=inserted["id"]).execute()
        self.assertEqual(header(full, "subject"), mail["Subject"])
        self.assertEqual([part["partId"] for part in full["payload"]["parts"]], ["0", "1"])
        minimal = messages.get(userId="me", id=imported["id"], format="minimal").execute()
        self.assertEqual(minimal["internalDate"], "1595232000000")
        metadata = messages.get(userId="me", id=inserted["id"], format="metadata", metadataHeaders=["Subject", "To"]).execute()
        self.assertEqual({field["name"] for field in metadata["payload"]["headers"]}, {"Subject", "To"})
        whole = messages.get(userId="me", id=inserted["id"], format="raw").execute()
        self.assertEqual(base64.urlsafe_b64decode(whole["raw"]), mail.as_bytes())
        part = full["payload"]["parts"][1]
        self.assertEqual(part["filename"], "file.bin")
        body = messages.attachments().get(userId="me", messageId=inserted["id"], id=part["body"]["attachmentId"]).execute()
        self.assertEqual(base64.urlsafe_b64decode(body["data"]), b"\x00\x01" * 5000)
        self.assertEqual(body["size"], 10000)

    def test_list_pages_and_fields(self):
        label = self.alice.labels().create(userId="me", body={"name": uuid.uuid4().hex}).execute()["id"]
        put = {self.put(message(), ["INBOX", label])["id"] for _ in range(5)}
        seen = []
        request = self.alice.messages().list(userId="me", labelIds=[label], maxResults=2, fields="messages/id,nextPageToken")
        while request is not None:
            page = request.execute()
            seen += [shown["id"] for shown in page["messages"]]
            self.assertTrue(all(list(shown) == ["id"] for shown in page["messages"]))
            request = self.alice.messages().list_next(request, page)
        self.assertEqual(len(seen), 5)
        self.assertEqual(set(seen), put)
        self.assertNotIn("messages", self.alice.messages().list(userId="me", q="nothing-has-this-word").execute())

    def test_a_search_longer_than_a_url(self):
        mail = message()
        self.put(mail)
        q = "{%s subject:%s}" % (" ".join("subject:none%d" % n for n in range(300)), mail["Subject"].split()[1])
        self.assertGreater(len(q), 2048)
        self.assertEqual(len(self.alice.messages().list(userId="me", q=q).execute()["messages"]), 1)

    def test_modify_trash_untrash_delete(self):
        id = self.put(message())["id"]
        messages = self.alice.messages()
        body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
        self.assertEqual(set(messages.modify(userId="me", id=id, body=body).execute()["labelIds"]), {"INBOX", "STARRED"})
        self.assertIn("TRASH", messages.trash(userId="me", id=id).execute()["labelIds"])
        self.assertNotIn("TRASH", messages.untrash(userId="me", id=id).execute()["labelIds"])
        self.assertFalse(messages.delete(userId="me", id=id).execute())
        self.refused(404, "notFound", messages.get(userId="me", id=id))

    def test_bulk(self):
        ids = [self.put(message())["id"] for _ in range(3)]
        messages = self.alice.messages()
        messages.batchModify(userId="me", body={"ids": ids, "addLabelIds": ["STARRED"]}).execute()
        self.assertIn("STARRED", messages.get(userId="me", id=ids[2], format="minimal").execute()["labelIds"])
        messages.batchDelete(userId="me", body={"ids": ids}).execute()
        self.refused(404, "notFound", messages.get(userId="me", id=ids[0]))


class Sending(Case):
    def test_send(self):
        mail = message(Message_ID="<mine@app.test>")
        sent = self.alice.messages().send(userId="me", body={"raw": raw(mail)}).execute()
        self.assertEqual(sent["labelIds"], ["SENT"])
        copy = self.arrived(mail)
        self.assertIn("UNREAD", copy["labelIds"])
        self.assertTrue(header(copy, "Message-ID").endswith("@mail.gmail.com>"))

    def test_simple_upload(self):
        mail = message()
        media = MediaInMemoryUpload(mail.as_bytes(), mimetype="message/rfc822")
        self.alice.messages().send(userId="me", media_body=media).execute()
        self.arrived(mail)

    def test_multipart_upload_into_a_thread(self):
        thread = self.put(message())["threadId"]
        mail = message(attachment=b"\r\n\x00--" * 1000)
        media = MediaInMemoryUpload(mail.as_bytes(), mimetype="message/rfc822")
        sent = self.alice.messages().send(userId="me", body={"threadId": thread}, media_body=media).execute()
        self.assertEqual(sent["threadId"], thread)
        whole = self.alice.messages().get(userId="me", id=sent["id"], format="raw").execute()
        self.assertTrue(base64.urlsafe_b64decode(whole["raw"]).endswith(mail.as_bytes().split(b"\n\n", 1)[1]))

    def test_resumable_upload(self):
        mail = message(attachment=os.urandom(600 * 1024))
        media = MediaInMemoryUpload(mail.as_bytes(), mimetype="message/rfc822", chunksize=256 * 1024, resumable=True)
        request = self.alice.messages().send(userId="me", body={}, media_body=media)
        answer, steps = None, 0
        while answer is None:
            status, answer = request.next_chunk()
            steps += 1
        self.assertGreater(steps, 2)
        self.assertEqual(answer["labelIds"], ["SENT"])
        self.arrived(mail)

    def test_drafts(self):
        drafts = self.alice.drafts()
        mail = message(text="first")
        draft = drafts.create(userId="me", body={"message": {"raw": raw(mail)}}).execute()
        self.assertEqual(drafts.get(userId="me", id=draft["id"]).execute()["message"]["labelIds"], ["DRAFT"])
        self.assertIn(draft["id"], [shown["id"] for shown in drafts.list(userId="me").execute()["drafts"]])
        media = MediaInMemoryUpload(mail.as_bytes().replace(b"first", b"second"), mimetype="message/rfc822")
        updated = drafts.update(userId="me", id=draft["id"], body={"message": {}}, media_body=media).execute()
        self.assertEqual(updated["id"], draft["id"])
        self.assertNotEqual(updated["message"]["id"], draft["message"]["id"])
        sent = drafts.send(userId="me", body={"id": draft["id"]}).execute()
        self.assertEqual(sent["labelIds"], ["SENT"])
        self.assertEqual(self.arrived(mail)["snippet"], "second")
        self.refused(404, "notFound", drafts.send(userId="me", body={"id": draft["id"]}))
        other = drafts.create(userId="me", body={"message": {"raw": raw(message())}}).execute()
        drafts.delete(userId="me", id=other["id"]).execute()
        self.refused(404, "notFound", drafts.get(userId="me", id=other["id"]))

    def test_send_as(self):
        send_as = self.alice.settings().sendAs()
        self.assertTrue(send_as.list(userId="me").execute()["sendAs"][0]["isPrimary"])
        send_as.patch(userId="me", sendAsEmail=ALICE, body={"signature": "<i>A</i>"}).execute()
        self.assertEqual(send_as.get(userId="me", sendAsEmail=ALICE).execute()["signature"], "<i>A</i>")
        send_as.update(userId="me", sendAsEmail=ALICE, body={"displayName": "Alice Example"}).execute()
        self.assertEqual(send_as.get(userId="me", sendAsEmail=ALICE).execute()["signature"], "")


class Organising(Case):
    def test_labels(self):
        labels = self.alice.labels()
        name = uuid.uuid4().hex
        made = labels.create(userId="me", body={"name": name}).execute()
        self.assertIn(made["id"], [label["id"] for label in labels.list(userId="me").execute()["labels"]])
        self.refused(409, "aborted", labels.create(userId="me", body={"name": name.upper()}))
        self.assertEqual(labels.patch(userId="me", id=made["id"], body={"name": name + "/b"}).execute()["name"], name + "/b")
        self.assertEqual(labels.update(userId="me", id=made["id"], body={"name": name + "/c"}).execute()["name"], name + "/c")
        self.assertEqual(labels.get(userId="me", id=made["id"]).execute()["messagesTotal"], 0)
        labels.delete(userId="me", id=made["id"]).execute()
        self.refused(404, "notFound", labels.get(userId="me", id=made["id"]))

    def test_threads(self):
        first = message()
        first["Message-ID"] = "<%s@test>" % uuid.uuid4().hex
        reply = message(In_Reply_To=first["Message-ID"], References=first["Message-ID"])
        reply.replace_header("Subject", "Re: " + first["Subject"])
        thread = self.put(first)["threadId"]
        self.assertEqual(self.put(reply)["threadId"], thread)
        threads = self.alice.threads()
        listed = threads.list(userId="me", q='subject:"%s"' % first["Subject"]).execute()["threads"]
        self.assertEqual([shown["id"] for shown in listed], [thread])
        self.assertEqual(len(threads.get(userId="me", id=thread, format="minimal").execute()["messages"]), 2)
        changed = threads.modify(userId="me", id=thread, body={"removeLabelIds": ["UNREAD"]}).execute()
        self.assertTrue(all("UNREAD" not in shown["labelIds"] for shown in changed["messages"]))
        threads.trash(userId="me", id=thread).execute()
        threads.untrash(userId="me", id=thread).execute()
        threads.delete(userId="me", id=thread).execute()
        self.refused(404, "notFound", threads.get(userId="me", id=thread))

    def test_history(self):
        start = self.alice.getProfile(userId="me").execute()["historyId"]
        id = self.put(message())["id"]
        self.alice.messages().modify(userId="me", id=id, body={"addLabelIds": ["STARRED"]}).execute()
        history = self.alice.history()
        told = history.list(userId="me", startHistoryId=start, historyTypes=["messageAdded", "labelAdded"]).execute()
        kinds = [key for record in told["history"] for key in record if key not in ("id", "messages")]
        self.assertEqual(kinds, ["messagesAdded", "labelsAdded"])
        request = history.list(userId="me", startHistoryId=start, maxResults=1)
        pages = 0
        while request is not None:
            page = request.execute()
            request = history.list_next(request, page)
            pages += 1
        self.assertEqual(pages, 2)
        self.assertNotIn("history", history.list(userId="me", startHistoryId=told["historyId"]).execute())
        self.refused(404, "notFound", history.list(userId="me", startHistoryId=str(int(told["historyId"]) + 1000)))

    def test_watch_and_stop(self):
        watched = self.alice.watch(userId="me", body={"topicName": "projects/p/topics/python", "labelIds": ["INBOX"]}).execute()
        self.assertGreater(int(watched["expiration"]), 0)
        self.assertFalse(self.alice.stop(userId="me").execute())


class Wire(Case):
    def test_batch(self):
        ids = [self.put(message())["id"] for _ in range(3)]
        answers = {}
        service = gmail(ALICE)
        batch = service.new_batch_http_request(callback=lambda id, answer, error: answers.update({id: error or answer}))
        self.assertIsInstance(batch, BatchHttpRequest)
        for id in ids:
            batch.add(service.users().messages().get(userId="me", id=id, format="raw"), request_id=id)
        batch.add(service.users().messages().get(userId="me", id="00000000000000aa"), request_id="gone")
        modify = service.users().messages().modify(userId="me", id=ids[0], body={"addLabelIds": ["STARRED"]})
        batch.add(modify, request_id="modify")
        batch.execute()
        self.assertEqual([answers[id]["id"] for id in ids], ids)
        self.assertEqual(answers["gone"].resp.status, 404)
        self.assertIn("STARRED", answers["modify"]["labelIds"])

    def test_a_dead_access_token_is_refreshed_also_inside_a_batch(self):
        service = gmail(ALICE, access_token="ya29.dead")
        self.assertEqual(service.users().getProfile(userId="me").execute()["emailAddress"], ALICE)
        service = gmail(ALICE, access_token="ya29.dead")
        answers = []
        batch = service.new_batch_http_request(callback=lambda id, answer, error: answers.append(error or answer))
        batch.add(service.users().getProfile(userId="me"))
        batch.execute()
        self.assertEqual(answers[0]["emailAddress"], ALICE)

    def test_errors_carry_both_layers(self):
        error = self.refused(400, "invalidArgument", self.alice.messages().get(userId="me", id="zz"))
        self.assertEqual(error.reason, "Invalid id value")
        other = self.alice.messages().list(userId=BOB)
        self.refused(403, "forbidden", other)

    def test_consent_by_machine_code_and_identity(self):
        scope = "openid email profile https://www.googleapis.com/auth/gmail.readonly"
        query = {
            "client_id": CLIENT_ID, "redirect_uri": REDIRECT, "response_type": "code", "scope": scope,
            "access_type": "offline", "prompt": "consent", "_sandbox_auto": ALICE,
        }

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        try:
            urllib.request.build_opener(Stay).open(SANDBOX + "/o/oauth2/v2/auth?" + urllib.parse.urlencode(query))
            self.fail("no redirect")
        except urllib.error.HTTPError as answer:
            self.assertEqual(answer.code, 302)
            code = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)["code"][0]
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
            "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        }
        with urllib.request.urlopen(SANDBOX + "/token", urllib.parse.urlencode(form).encode()) as answer:
            tokens = json.load(answer)
        self.assertIn("refresh_token", tokens)
        certificates = SANDBOX + "/oauth2/v1/certs"
        claims = google.oauth2.id_token.verify_token(tokens["id_token"], AuthRequest(), CLIENT_ID, certificates)
        self.assertEqual((claims["email"], claims["iss"]), (ALICE, "https://accounts.google.com"))
        request = urllib.request.Request(SANDBOX + "/v1/userinfo", headers={"Authorization": "Bearer " + tokens["access_token"]})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(json.load(answer)["email"], ALICE)


if __name__ == "__main__":
    unittest.main()

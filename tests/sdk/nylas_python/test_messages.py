"""Messages, threads and folders through the official Python SDK: booleans as True/False, lists as repeated keys."""

import base64
import unittest

from nylas.models.errors import NylasApiError

from support.demo import MINE, arrived, deliver, deliver_raw, eventually, nylas, place, unique

WORD = unique("pyneedle")
SUBJECT = f"Über {WORD}"


class Messages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        deliver_raw(
            MINE,
            f"""From: =?utf-8?q?J=C3=B6rg?= <joerg@filters.test>
To: {MINE["email"]}
Cc: carla@filters.test
Subject: =?utf-8?q?=C3=9Cber_{WORD}?=
Message-ID: <{WORD}@filters.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: text/html; charset=utf-8

<p>A <b>{WORD}</b> in the hay.</p>
--b1
Content-Type: text/csv; name="data.csv"
Content-Disposition: attachment; filename="data.csv"

1,2,3
--b1--
""",
        )
        cls.message = arrived(MINE, SUBJECT)

    def list(self, **query):
        return [message.id for message in nylas.messages.list(MINE["id"], query_params={"limit": 20, **query}).data]

    def test_fields(self):
        message = self.message
        self.assertEqual(message.from_[0]["name"] if isinstance(message.from_[0], dict) else message.from_[0].name, "Jörg")
        self.assertEqual((message.unread, message.starred, message.object), (True, False, "message"))
        self.assertEqual(message.attachments[0].filename, "data.csv")
        self.assertIn(place(MINE, "\\Inbox"), message.folders)

    def test_every_filter_finds_it(self):
        for query in (
            {"subject": WORD},
            {"from": "joerg@filters.test"},
            {"to": MINE["email"], "subject": WORD},
            {"cc": "carla@filters.test"},
            {"any_email": ["carla@filters.test", "nobody@filters.test"]},
            {"in": place(MINE, "\\Inbox"), "subject": WORD},
            {"unread": True, "subject": WORD},
            {"starred": False, "subject": WORD},
            {"has_attachment": True, "subject": WORD},
            {"thread_id": self.message.thread_id},
            {"received_after": 1, "received_before": 4102444800, "subject": WORD},
            {"search_query_native": f"subject:{WORD}"},
        ):
            with self.subTest(query=query):
                self.assertIn(self.message.id, self.list(**query))

    def test_every_filter_leaves_it_out(self):
        for query in (
            {"subject": "no such subject"},
            {"from": "nobody@filters.test"},
            {"any_email": ["nobody@filters.test"]},
            {"in": place(MINE, "\\Sent"), "subject": WORD},
            {"unread": False, "subject": WORD},
            {"starred": True, "subject": WORD},
            {"has_attachment": False, "subject": WORD},
            {"received_before": 1},
        ):
            with self.subTest(query=query):
                self.assertNotIn(self.message.id, self.list(**query))

    def test_pages(self):
        seen, cursor = [], None
        while True:
            query = {"limit": 30, "select": "id,grant_id,date", **({"page_token": cursor} if cursor else {})}
            page = nylas.messages.list(MINE["id"], query_params=query)
            seen += [message.id for message in page.data]
            cursor = page.next_cursor
            if not cursor or len(seen) >= 90:
                break
        self.assertEqual(len(seen), len(set(seen)))
        self.assertGreaterEqual(len(seen), 90)

    def test_find_with_fields(self):
        find = lambda **query: nylas.messages.find(MINE["id"], self.message.id, query_params=query).data  # noqa: E731
        self.assertEqual(find().subject, SUBJECT)
        self.assertTrue(any(header.name == "Message-ID" for header in find(fields="include_headers").headers))
        raw = find(fields="raw_mime").raw_mime
        self.assertIn(f"<{WORD}@filters.test>".encode(), base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))

    def test_update_with_metadata(self):
        updated = nylas.messages.update(MINE["id"], self.message.id, {"starred": True, "metadata": {"key1": WORD}})
        self.assertTrue(updated.data.starred)
        self.assertEqual(self.list(metadata_pair={"key1": WORD}), [self.message.id])
        nylas.messages.update(MINE["id"], self.message.id, {"starred": False})

    def test_clean(self):
        cleaned = nylas.messages.clean_messages(MINE["id"], {"message_id": [self.message.id], "ignore_images": True})
        self.assertIn(WORD, cleaned.data[0].conversation)

    def test_destroy(self):
        doomed = unique("pydoomed")
        deliver(MINE, doomed)
        message = arrived(MINE, doomed)
        self.assertTrue(nylas.messages.destroy(MINE["id"], message.id).request_id)
        trash = place(MINE, "\\Trash")
        eventually("trash", lambda: trash in nylas.messages.find(MINE["id"], message.id).data.folders)

    def test_a_limit_too_high(self):
        with self.assertRaises(NylasApiError) as refused:
            self.list(limit=201)
        self.assertEqual(refused.exception.status_code, 400)
        self.assertIn("limit must be lower than or equal to 200", str(refused.exception))

    def test_threads(self):
        thread = nylas.threads.find(MINE["id"], self.message.thread_id).data
        self.assertEqual(thread.message_ids, [self.message.id])
        self.assertEqual(thread.latest_draft_or_message.object, "message")
        page = nylas.threads.list(MINE["id"], query_params={"any_email": ["joerg@filters.test"], "unread": True})
        self.assertIn(thread.id, [one.id for one in page.data])
        updated = nylas.threads.update(MINE["id"], thread.id, {"starred": True})
        self.assertTrue(updated.data.starred)
        nylas.threads.update(MINE["id"], thread.id, {"starred": False})

    def test_folders(self):
        name = unique("Ordner/Ä")
        made = nylas.folders.create(MINE["id"], {"name": name}).data
        self.assertEqual(made.name, name)
        self.assertIn(made.id, [folder.id for folder in nylas.folders.list(MINE["id"], query_params={"limit": 200}).data])
        self.assertEqual(nylas.folders.update(MINE["id"], made.id, {"name": name + "2"}).data.name, name + "2")
        self.assertTrue(nylas.folders.destroy(MINE["id"], made.id).request_id)
        with self.assertRaises(NylasApiError):
            nylas.folders.find(MINE["id"], made.id)

    def test_a_name_with_a_plus_stays_whole_in_the_path(self):
        with self.assertRaises(NylasApiError) as refused:
            nylas.messages.list("nobody+tag@postroad.test")
        self.assertEqual(refused.exception.status_code, 404)
        self.assertIn("nobody+tag@postroad.test", str(refused.exception))


if __name__ == "__main__":
    unittest.main()

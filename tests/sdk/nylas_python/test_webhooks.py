"""Webhooks through the official Python SDK, which rotates secrets by PUT."""

import unittest

from nylas.models.errors import NylasApiError
from nylas.models.webhooks import WebhookTriggers

from support.demo import MINE, deliver, nylas, unique
from support.receiver import Receiver, signature


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.hook = Receiver()
        self.addCleanup(self.hook.close)

    def create(self, **extra):
        request = {
            "trigger_types": [WebhookTriggers.MESSAGE_CREATED],
            "webhook_url": self.hook.url,
            "description": "py",
            "notification_email_addresses": ["ops@example.com"],
            **extra,
        }
        made = nylas.webhooks.create(request)
        self.addCleanup(nylas.webhooks.destroy, made.data.id)
        return made.data

    def told(self, subject):
        return self.hook.next(lambda body: body["data"]["object"].get("subject") == subject)

    def test_create_list_find_update(self):
        webhook = self.create()
        self.assertTrue(webhook.webhook_secret)
        self.assertIn(webhook.id, [one.id for one in nylas.webhooks.list().data])
        self.assertEqual(nylas.webhooks.find(webhook.id).data.description, "py")
        self.assertEqual(nylas.webhooks.update(webhook.id, {"description": "two"}).data.description, "two")

    def test_new_mail_is_told_and_signed(self):
        webhook = self.create()
        subject = unique("pytold")
        deliver(MINE, subject)
        headers, raw, body = self.told(subject)
        lower = {name.lower(): value for name, value in headers.items()}
        self.assertEqual(lower["x-nylas-signature"], signature(webhook.webhook_secret, raw))
        self.assertEqual((body["type"], body["data"]["object"]["grant_id"]), ("message.created", MINE["id"]))

    def test_rotate_by_put_and_compress(self):
        webhook = self.create(compressed_delivery=True)
        rotated = nylas.webhooks.rotate_secret(webhook.id).data
        self.assertNotEqual(rotated.webhook_secret, webhook.webhook_secret)
        subject = unique("pyzip")
        deliver(MINE, subject)
        headers, raw, _ = self.told(subject)
        lower = {name.lower(): value for name, value in headers.items()}
        self.assertEqual(lower.get("content-encoding"), "gzip")
        self.assertEqual(lower["x-nylas-signature"], signature(rotated.webhook_secret, raw))

    def test_ip_addresses(self):
        self.assertIsInstance(nylas.webhooks.ip_addresses().data.ip_addresses, list)

    def test_an_unknown_webhook(self):
        with self.assertRaises(NylasApiError) as refused:
            nylas.webhooks.find("00000000-0000-4000-8000-000000000000")
        self.assertEqual(refused.exception.status_code, 404)


if __name__ == "__main__":
    unittest.main()

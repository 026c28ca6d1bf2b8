"""Grants, connectors, applications and callback URIs through the official Python SDK."""

import unittest

from nylas.models.errors import NylasApiError

from support.demo import CLIENT_ID, MINE, nylas
from support.provider import PROVIDER


class Administration(unittest.TestCase):
    def test_grants(self):
        page = nylas.grants.list(query_params={"limit": 50, "grant_status": "valid"})
        self.assertIn(MINE["id"], [grant.id for grant in page.data])
        found = nylas.grants.find(MINE["id"])
        self.assertEqual((found.data.email, found.data.provider), (MINE["email"], PROVIDER))
        self.assertIsInstance(found.data.scope, list)
        updated = nylas.grants.update(MINE["id"], {"scope": found.data.scope})
        self.assertEqual(updated.data.id, MINE["id"])
        with self.assertRaises(NylasApiError) as refused:
            nylas.grants.find("00000000-0000-4000-8000-000000000000")
        self.assertEqual(refused.exception.status_code, 404)
        self.assertNotEqual(refused.exception.type, "unknown")

    def test_connectors(self):
        self.assertEqual(sorted(connector.provider for connector in nylas.connectors.list().data), ["google", "microsoft"])
        before = nylas.connectors.find(PROVIDER).data
        self.assertTrue(before.settings["client_id"])
        self.assertEqual(before.settings.get("client_secret"), "********")
        updated = nylas.connectors.update(PROVIDER, {"name": "By Python", "scope": before.scope[:2]})
        self.assertEqual(updated.data.scope, before.scope[:2])
        restored = nylas.connectors.update(PROVIDER, {"scope": before.scope})
        self.assertEqual(restored.data.scope, before.scope)

    def test_connector_credentials(self):
        made = nylas.connectors.credentials.create(
            PROVIDER,
            {"name": "extra", "credential_type": "connector", "credential_data": {"client_id": "x", "client_secret": "y"}},
        )
        listed = nylas.connectors.credentials.list(PROVIDER)
        self.assertIn(made.data.id, [credential.id for credential in listed.data])
        renamed = nylas.connectors.credentials.update(PROVIDER, made.data.id, {"name": "other"})
        self.assertEqual(renamed.data.name, "other")
        nylas.connectors.credentials.destroy(PROVIDER, made.data.id)

    def test_application(self):
        details = nylas.applications.info().data
        self.assertEqual(details.application_id, CLIENT_ID)
        self.assertTrue(details.organization_id and details.region and details.environment and details.branding.name)

    def test_redirect_uris(self):
        uris = nylas.applications.redirect_uris
        made = uris.create({"url": "https://py.example.com/back", "platform": "web"})
        self.assertIn(made.data.id, [uri.id for uri in uris.list().data])
        changed = uris.update(made.data.id, {"url": "https://py.example.com/two", "platform": "web"})
        self.assertEqual(changed.data.url, "https://py.example.com/two")
        self.assertEqual(uris.find(made.data.id).data.url, "https://py.example.com/two")
        self.assertTrue(uris.destroy(made.data.id).request_id)


if __name__ == "__main__":
    unittest.main()

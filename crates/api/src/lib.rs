//! Wire types of the HTTP API (Nylas v3 contract), shared by server, shell and tests.

-- What a message's owner tagged it with. Commented in docs/schema.sql. NULL until the provider has told.

ALTER TABLE messages ADD COLUMN categories TEXT;

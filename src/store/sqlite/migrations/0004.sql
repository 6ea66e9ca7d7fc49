-- Schema version 4: doors for people (logins, signed requests), what they have seen, and notifications.

-- Keys the HMAC of signed requests: SHA-256 of the signing secret, which is shown once. Whoever reads it can sign. NULL where a
-- user does not sign.
ALTER TABLE users ADD COLUMN signing_key BLOB;

-- A name is one tenant's own: whether another has it is nobody's business.
DROP INDEX users_live;
CREATE UNIQUE INDEX users_live ON users (tenant, name) WHERE revoked_at IS NULL;

-- Nonces of signed requests that were taken. One is taken once; it may go when its request would be too old anyway.
CREATE TABLE nonces (
    tenant    TEXT NOT NULL,
    principal TEXT NOT NULL,
    nonce     TEXT NOT NULL,
    until     INTEGER NOT NULL,
    PRIMARY KEY (tenant, principal, nonce)
) STRICT, WITHOUT ROWID;

CREATE INDEX nonces_until ON nonces (until);
CREATE INDEX nonces_of ON nonces (tenant, principal, until);

-- Links that log in once, at the console whose lease this is. `code` is the SHA-256 of what stands in the link.
CREATE TABLE login_links (
    code      BLOB PRIMARY KEY,
    tenant    TEXT NOT NULL,
    lease     TEXT NOT NULL,
    principal TEXT NOT NULL,
    proof     TEXT NOT NULL,
    token     BLOB,
    until     INTEGER NOT NULL,
    used_at   INTEGER
) STRICT;

-- Logins to the console. `cookie` and `key` are SHA-256 of what the browser keeps: the cookie shows pages, only both
-- together act. It counts at the console whose lease this is and at no other: whoever listens at its address afterwards is
-- shown both halves by the browser. `token` is the API token that it was opened with, which must count still. A login that
-- has ended is gone from here.
CREATE TABLE logins (
    cookie    BLOB PRIMARY KEY,
    key       BLOB NOT NULL,
    tenant    TEXT NOT NULL,
    lease     TEXT NOT NULL,
    principal TEXT NOT NULL,
    token     BLOB,
    opened_at INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,
    until     INTEGER NOT NULL
) STRICT;

CREATE INDEX logins_of ON logins (tenant, principal, opened_at);

-- Where the console of this home listens, so that what agents send there is refused. `lease` names the process.
CREATE TABLE listeners (
    address TEXT PRIMARY KEY,
    lease   TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

-- Who was shown a question when, for the first time.
CREATE TABLE seen (
    approval BLOB NOT NULL,
    by       TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (approval, by)
) STRICT, WITHOUT ROWID;

-- Where people are told. `address` is a secret (a webhook's URL, or an address of mail); `shown` is what of it may be seen.
CREATE TABLE notify_targets (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    name       TEXT NOT NULL,
    type       TEXT NOT NULL CHECK (type IN ('discord', 'email')),
    enabled    INTEGER NOT NULL,
    address    TEXT,
    shown      TEXT NOT NULL,
    events     TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;

CREATE UNIQUE INDEX notify_targets_name ON notify_targets (tenant, name) WHERE removed_at IS NULL;

-- What is to be told to whom: written in the transaction of the event, which is the journal's row `seq`. A delivery is
-- claimed before it is sent; a claim whose process died runs out.
CREATE TABLE deliveries (
    target  BLOB NOT NULL REFERENCES notify_targets (id),
    seq     INTEGER NOT NULL,
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    status  TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    due_at  INTEGER NOT NULL,
    claimed_until INTEGER,
    sent_at INTEGER,
    error   TEXT,
    PRIMARY KEY (target, seq, kind)
) STRICT;

CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'pending';
CREATE INDEX deliveries_pending ON deliveries (target) WHERE status = 'pending';
CREATE INDEX deliveries_history ON deliveries (tenant, created_at);

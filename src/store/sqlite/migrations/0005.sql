-- Schema version 5: questions for several people, answers that are kept, what clients were given to come back with.

-- Who must say yes, as it was when the question was put: a list of seats, or NULL where any admin counts.
ALTER TABLE approvals ADD COLUMN seats TEXT;
-- When managers are called in, and whether they were.
ALTER TABLE approvals ADD COLUMN escalate_at INTEGER;
ALTER TABLE approvals ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0 CHECK (escalated IN (0, 1));

CREATE INDEX approvals_escalate ON approvals (escalate_at)
    WHERE escalate_at IS NOT NULL AND escalated = 0 AND state = 'pending';

CREATE TRIGGER approvals_seats BEFORE UPDATE OF seats, escalate_at ON approvals
WHEN NEW.seats IS NOT OLD.seats OR NEW.escalate_at IS NOT OLD.escalate_at
BEGIN
    SELECT RAISE(ABORT, 'what was asked never changes');
END;

-- Each vote once; and again by whoever was revoked, when his vote counted no more, and is a user anew. With what its giver
-- wants kept of the answer.
ALTER TABLE votes RENAME TO votes_once;
CREATE TABLE votes (
    approval BLOB NOT NULL,
    decider  TEXT NOT NULL,
    verdict  TEXT NOT NULL CHECK (verdict IN ('approve', 'deny')),
    at       INTEGER NOT NULL,
    wish     TEXT,
    UNIQUE (approval, decider, at)
) STRICT;
INSERT INTO votes (approval, decider, verdict, at)
    SELECT approval, decider, verdict, at FROM votes_once ORDER BY rowid;
DROP TABLE votes_once;

CREATE TRIGGER votes_hold BEFORE UPDATE ON votes
BEGIN
    SELECT RAISE(ABORT, 'a vote never changes');
END;

CREATE TRIGGER votes_stay BEFORE DELETE ON votes
BEGIN
    SELECT RAISE(ABORT, 'a vote is never taken back');
END;

-- Answers that are kept. `pattern` is NULL where the same arguments are meant.
CREATE TABLE remembered (
    id         BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    allows     INTEGER NOT NULL CHECK (allows IN (0, 1)),
    keep       TEXT NOT NULL CHECK (keep IN ('session', 'forever')),
    scope      TEXT NOT NULL CHECK (scope IN ('agent', 'server')),
    principal  TEXT NOT NULL,
    session    BLOB NOT NULL,
    upstream   TEXT NOT NULL,
    identity   BLOB NOT NULL,
    tool       TEXT NOT NULL,
    definition BLOB NOT NULL,
    arguments  BLOB NOT NULL,
    pattern    TEXT,
    tier       INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 2),
    leans      BLOB NOT NULL,
    policy     TEXT NOT NULL,
    approval   BLOB NOT NULL UNIQUE,
    given_by   TEXT NOT NULL,
    given_at   INTEGER NOT NULL,
    life       INTEGER CHECK (life > 0),
    ends_at    INTEGER CHECK (pattern IS NULL OR ends_at IS NOT NULL),
    most       INTEGER CHECK (most > 0),
    used       INTEGER NOT NULL DEFAULT 0 CHECK (most IS NULL OR used <= most),
    used_at    INTEGER,
    ended_at   INTEGER,
    ended      TEXT CHECK ((ended IS NULL) = (ended_at IS NULL))
        CHECK (ended IN ('revoked', 'expired', 'used_up', 'session_over', 'policy_changed', 'replaced', 'giver_revoked'))
) STRICT;

CREATE INDEX remembered_of ON remembered (tenant, identity, tool) WHERE ended IS NULL;
CREATE INDEX remembered_session ON remembered (session) WHERE ended IS NULL AND keep = 'session';
CREATE INDEX remembered_given ON remembered (tenant, given_at);
CREATE INDEX remembered_due ON remembered (ends_at) WHERE ended IS NULL AND ends_at IS NOT NULL;
-- What the journal says of a kept answer: asked at each use.
CREATE INDEX journal_remembered ON journal (approval, type) WHERE type IN ('remembered.given', 'remembered.used',
    'remembered.ended');

CREATE TRIGGER remembered_stay BEFORE DELETE ON remembered
BEGIN
    SELECT RAISE(ABORT, 'what was remembered is never deleted');
END;

CREATE TRIGGER remembered_hold BEFORE UPDATE ON remembered
WHEN OLD.ended IS NOT NULL OR NEW.used < OLD.used
    OR NEW.id IS NOT OLD.id OR NEW.tenant IS NOT OLD.tenant OR NEW.allows IS NOT OLD.allows
    OR NEW.keep IS NOT OLD.keep OR NEW.scope IS NOT OLD.scope OR NEW.principal IS NOT OLD.principal
    OR NEW.session IS NOT OLD.session OR NEW.upstream IS NOT OLD.upstream OR NEW.identity IS NOT OLD.identity
    OR NEW.tool IS NOT OLD.tool OR NEW.definition IS NOT OLD.definition OR NEW.arguments IS NOT OLD.arguments
    OR NEW.pattern IS NOT OLD.pattern OR NEW.tier IS NOT OLD.tier OR NEW.leans IS NOT OLD.leans OR NEW.policy IS NOT OLD.policy
    OR NEW.approval IS NOT OLD.approval OR NEW.given_by IS NOT OLD.given_by OR NEW.given_at IS NOT OLD.given_at
    OR NEW.life IS NOT OLD.life OR NEW.ends_at IS NOT OLD.ends_at OR NEW.most IS NOT OLD.most
BEGIN
    SELECT RAISE(ABORT, 'what was remembered never changes, and never counts again');
END;

-- The rules and modules that a kept answer leaned on, by name: a change of one ends it.
CREATE TABLE leans (
    remembered BLOB NOT NULL,
    layer      TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (remembered, layer, rule)
) STRICT, WITHOUT ROWID;

CREATE INDEX leans_rule ON leans (layer, rule);

-- What clients came back with, each once, for as long as it could be taken at all.
CREATE TABLE states (
    state BLOB PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX states_until ON states (until);

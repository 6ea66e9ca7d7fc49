-- Schema version 3: policy that changes by suggestions, budgets, labels, violations.

-- Versions of the policy: a digest that was met (`loaded`), a change that was applied, one that was taken back.
ALTER TABLE policies ADD COLUMN kind TEXT NOT NULL DEFAULT 'loaded' CHECK (kind IN ('loaded', 'applied', 'rolled_back'));
ALTER TABLE policies ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
ALTER TABLE policies ADD COLUMN author TEXT;
ALTER TABLE policies ADD COLUMN self_confirmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE policies ADD COLUMN comment TEXT;
ALTER TABLE policies ADD COLUMN parent INTEGER;
ALTER TABLE policies ADD COLUMN rolls_back INTEGER;
ALTER TABLE policies ADD COLUMN diff TEXT;
ALTER TABLE policies ADD COLUMN inverse TEXT;

CREATE INDEX policies_changes ON policies (tenant, version) WHERE kind <> 'loaded';
CREATE UNIQUE INDEX policies_once ON policies (rolls_back) WHERE rolls_back IS NOT NULL;

-- `INSERT OR REPLACE` deletes without asking the triggers of deletion, so what is there already is looked for first.
CREATE TRIGGER policies_begin BEFORE INSERT ON policies
WHEN EXISTS (SELECT 1 FROM policies WHERE version >= NEW.version OR digest = NEW.digest
        OR rolls_back = NEW.rolls_back)
    OR (NEW.kind = 'loaded') IS NOT (NEW.author IS NULL) OR (NEW.kind = 'loaded') IS NOT (NEW.diff IS NULL)
    OR (NEW.kind = 'loaded') IS NOT (NEW.inverse IS NULL)
    OR (NEW.kind = 'rolled_back') IS NOT (NEW.rolls_back IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'versions of the policy are written once, whole and one after the other, and never again');
END;

CREATE TRIGGER policies_hold BEFORE UPDATE ON policies
BEGIN
    SELECT RAISE(ABORT, 'versions of the policy never change');
END;

CREATE TRIGGER policies_stay BEFORE DELETE ON policies
BEGIN
    SELECT RAISE(ABORT, 'versions of the policy are never deleted');
END;

-- Rules that stand; `spec` is the text of the rule as proposed.
CREATE TABLE policy_rules (
    id       BLOB PRIMARY KEY,
    tenant   TEXT NOT NULL,
    spec     TEXT NOT NULL,
    added_by TEXT NOT NULL,
    at       INTEGER NOT NULL,
    version  INTEGER NOT NULL
) STRICT;

CREATE INDEX policy_rules_tenant ON policy_rules (tenant, version, id);

CREATE TRIGGER policy_rules_begin BEFORE INSERT ON policy_rules
WHEN EXISTS (SELECT 1 FROM policy_rules WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a rule that stands never changes');
END;

CREATE TRIGGER policy_rules_hold BEFORE UPDATE ON policy_rules
BEGIN
    SELECT RAISE(ABORT, 'a rule that stands never changes');
END;

-- Modules that stand.
CREATE TABLE policy_modules (
    tenant      TEXT NOT NULL,
    name        TEXT NOT NULL,
    text        TEXT NOT NULL,
    description TEXT NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'draft')),
    scope       TEXT NOT NULL CHECK (scope IN ('global', 'session', 'project', 'user')),
    scope_id    TEXT CHECK ((scope_id IS NULL) = (scope = 'global')),
    on_error    TEXT NOT NULL CHECK (on_error IN ('allow', 'deny')),
    changed_by  TEXT NOT NULL,
    at          INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT;

-- Suggestions; the question of the same id says how each stands. `diff` goes when the question's arguments do.
CREATE TABLE policy_suggestions (
    approval   BLOB PRIMARY KEY,
    tenant     TEXT NOT NULL,
    diff       TEXT,
    base       INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    rolls_back INTEGER,
    applied    INTEGER
) STRICT;

CREATE TRIGGER policy_suggestions_begin BEFORE INSERT ON policy_suggestions
WHEN NEW.applied IS NOT NULL OR NEW.diff IS NULL
    OR EXISTS (SELECT 1 FROM policy_suggestions WHERE approval = NEW.approval)
    OR NOT EXISTS (SELECT 1 FROM approvals
        WHERE id = NEW.approval AND tenant = NEW.tenant AND kind = 'policy' AND subject = NEW.hash AND state = 'pending')
BEGIN
    SELECT RAISE(ABORT, 'a suggestion begins beside the question about it, and never anew');
END;

CREATE TRIGGER policy_suggestions_stay BEFORE DELETE ON policy_suggestions
BEGIN
    SELECT RAISE(ABORT, 'suggestions are never deleted');
END;

CREATE TRIGGER policy_suggestions_hold BEFORE UPDATE ON policy_suggestions
WHEN (OLD.applied IS NOT NULL AND NEW.applied IS NOT OLD.applied)
    OR (NEW.applied IS NOT OLD.applied
        AND NOT EXISTS (SELECT 1 FROM approvals a JOIN policies v ON v.version = NEW.applied
            WHERE a.id = NEW.approval AND a.state = 'consumed' AND v.tenant = NEW.tenant AND v.diff = NEW.diff
                AND v.kind <> 'loaded' AND v.rolls_back IS NEW.rolls_back))
    OR (NEW.diff IS NOT OLD.diff
        AND NOT (NEW.diff IS NULL AND EXISTS (SELECT 1 FROM pruning) AND EXISTS (SELECT 1 FROM approvals
            WHERE id = NEW.approval AND ended_at IS NOT NULL AND arguments IS NULL)))
    OR NEW.approval IS NOT OLD.approval OR NEW.tenant IS NOT OLD.tenant OR NEW.base IS NOT OLD.base
    OR NEW.hash IS NOT OLD.hash OR NEW.rolls_back IS NOT OLD.rolls_back
BEGIN
    SELECT RAISE(ABORT, 'what was proposed never changes and is applied once');
END;

-- The configuration that counts, by file.
CREATE TABLE accepted_configs (
    tenant TEXT NOT NULL,
    path   TEXT NOT NULL,
    text   TEXT NOT NULL,
    digest BLOB NOT NULL,
    at     INTEGER NOT NULL,
    by     TEXT,
    PRIMARY KEY (tenant, path)
) STRICT;

-- What calls cost: reserved with the permit, gone when the call turns out never to have been sent. `seq` is the
-- `call.permitted` row.
CREATE TABLE spending (
    seq     INTEGER NOT NULL,
    tenant  TEXT NOT NULL,
    budget  TEXT NOT NULL,
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    micros  INTEGER NOT NULL CHECK (micros > 0),
    PRIMARY KEY (seq, budget)
) STRICT;

CREATE INDEX spending_key ON spending (tenant, budget, key, at, micros);

-- What `spending` adds up to after `since`, so that no permit adds up a whole window: a cache, made anew at any doubt.
CREATE TABLE spent (
    tenant TEXT NOT NULL,
    budget TEXT NOT NULL,
    key    TEXT NOT NULL,
    span   INTEGER NOT NULL,
    since  INTEGER NOT NULL,
    micros INTEGER NOT NULL,
    PRIMARY KEY (tenant, budget, key)
) STRICT, WITHOUT ROWID;

-- For counting the calls that a principal made lately; listings have no tool.
CREATE INDEX journal_recent ON journal (tenant, principal, ts) WHERE type = 'call.permitted' AND tool <> '';

-- What a person said of a call afterwards; `seq` is its `call.permitted`, `call.refused` or `approval.asked` row.
CREATE TABLE labels (
    seq    INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    label  TEXT NOT NULL CHECK (label IN ('safe', 'unsafe', 'unknown')),
    by     TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

-- Decisions that a policy objected to, or failed at; `seq` is the decision's row.
CREATE TABLE policy_violations (
    seq          INTEGER NOT NULL,
    tenant       TEXT NOT NULL,
    type         TEXT NOT NULL,
    severity     TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    action_taken TEXT NOT NULL CHECK (action_taken IN ('logged', 'blocked', 'alerted')),
    notified     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (seq, type)
) STRICT;

CREATE INDEX policy_violations_tenant ON policy_violations (tenant, seq);

-- The decision log: rows of the journal, read as one. `id` is a UUID (version 8) of the row's place, which it begins with,
-- and of its hash; `policy_name` is the first rule or module that asked for what was decided.
CREATE VIEW policy_decisions AS
SELECT
    d.seq AS seq,
    -- Whoever asked without a call was told the id of the story.
    iif(d.type = 'policy.checked' AND d.story16 <> '',
        lower(substr(d.story16, 1, 8) || '-' || substr(d.story16, 9, 4) || '-' || substr(d.story16, 13, 4) || '-'
            || substr(d.story16, 17, 4) || '-' || substr(d.story16, 21, 12)),
        lower(substr(printf('%012X', d.seq), 1, 8) || '-' || substr(printf('%012X', d.seq), 9, 4) || '-8'
            || substr(d.hash16, 14, 3) || '-'
            || substr('89ab89ab89ab89ab', instr('0123456789ABCDEF', substr(d.hash16, 17, 1)), 1)
            || substr(d.hash16, 18, 3) || '-' || substr(d.hash16, 21, 12))) AS id,
    strftime('%Y-%m-%dT%H:%M:%fZ', d.ts / 1000.0, 'unixepoch') AS timestamp,
    d.type AS type,
    d.said ->> '$.run' AS run_id,
    d.said ->> '$.step' AS step_id,
    lower(substr(d.session16, 1, 8) || '-' || substr(d.session16, 9, 4) || '-' || substr(d.session16, 13, 4) || '-'
        || substr(d.session16, 17, 4) || '-' || substr(d.session16, 21, 12)) AS session_id,
    d.verdict AS decision,
    coalesce((SELECT r.value ->> '$.rule' FROM json_each(d.said, '$.reasons') r
        WHERE r.value ->> '$.verdict' = d.verdict ORDER BY r.key LIMIT 1), d.said ->> '$.policy_package') AS policy_name,
    d.said ->> '$.action' AS action,
    (d.meta ->> '$.upstream') || '__' || d.tool AS resource,
    d.principal AS subject,
    d.said AS input_data,
    iif(d.said IS NULL, NULL, json_object('verdict', d.verdict, 'tier', d.tier, 'outcome', d.meta ->> '$.outcome',
        'reasons', d.said -> '$.reasons', 'warnings', d.said -> '$.warnings', 'modules', d.said -> '$.modules'))
        AS policy_result,
    coalesce((SELECT r.value ->> '$.message' FROM json_each(d.said, '$.reasons') r
        WHERE r.value ->> '$.verdict' = d.verdict ORDER BY r.key LIMIT 1), d.said ->> '$.reason',
        d.said ->> '$.deny_reasons[0]') AS decision_reason,
    (d.said ->> '$.took_us') / 1000.0 AS duration_ms,
    d.tenant AS tenant,
    d.meta ->> '$.policy' AS policy_version,
    (SELECT l.label FROM labels l WHERE l.seq = d.seq) AS label
FROM (
    SELECT j.*, hex(j.hash) AS hash16, hex(j.correlation_id) AS story16, hex(j.session) AS session16,
        CASE WHEN json_valid(CAST(j.body AS TEXT)) THEN CAST(j.body AS TEXT) END AS said
    FROM journal j
    WHERE j.type IN ('call.permitted', 'call.refused', 'approval.asked', 'approval.attached', 'policy.checked')
) d;

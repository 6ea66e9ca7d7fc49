//! The forger has our source, our functions and the database open for writing. Each of his ways must be told
//! by `verify`, with its place; the ways in which he wins are here too, so that the docs stay honest.

#![allow(clippy::unwrap_used, reason = "helpers of tests may fail as loudly as tests")]

use countersign::domain::digest::Digest;
use countersign::domain::entry::{Draft, EntryType, chain_hash};
use countersign::domain::id::ApprovalId;
use countersign::domain::principal::{Principal, Role, Tenant};
use countersign::domain::time::Millis;
use countersign::journal::{FaultKind, HEADS_FILE, Heads, Report, SignedHead, verify};
use countersign::store::{Retention, Store, sqlite};
use rusqlite::{Connection, params};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A journal of `rows` rows in a real file, with heads signed at these places.
async fn journal(rows: u64, signed: &[u64]) -> TempDir {
    let only_ours = std::fs::Permissions::from_mode(0o700);
    let home = tempfile::Builder::new().permissions(only_ours).tempdir().unwrap();
    let store = sqlite::open(home.path()).unwrap();
    let heads = Heads::open(home.path()).unwrap();
    for n in 1..=rows {
        append(&store, n).await;
        if signed.contains(&n) {
            heads.sign(&store.head().await.unwrap()).unwrap();
        }
    }
    home
}

async fn append(store: &Arc<dyn Store>, n: u64) {
    let tenant = Tenant::new(if n.is_multiple_of(3) { "other" } else { "default" }).unwrap();
    let kind = if n.is_multiple_of(4) { EntryType::SessionOpened } else { EntryType::CallRefused };
    let mut row = Draft::new(kind, &tenant);
    row.principal = Some(Principal::new(Role::Agent, "dana/test"));
    row.tool = Some(format!("tool-{n}"));
    row.tier = Some(2);
    row.body =
        if n.is_multiple_of(5) { Vec::new() } else { format!(r#"{{"n":{n}}}"#).into_bytes() };
    store.append(vec![row]).await.unwrap();
}

async fn check(home: &Path, expect: Option<(u64, Digest)>) -> Report {
    let store = sqlite::open(home).unwrap();
    verify(&*store, &Heads::reading(home).unwrap(), expect).await.unwrap()
}

fn forge(home: &Path, work: impl FnOnce(&Connection)) {
    let conn = Connection::open(home.join("countersign.db")).unwrap();
    for trigger in ["journal_stays", "journal_holds"] {
        conn.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    work(&conn);
}

/// Hashes everything from this row on anew, as we would.
fn rehash(conn: &Connection, from: u64) {
    let mut prev = if from == 1 {
        Digest::ZERO
    } else {
        let sql = "SELECT hash FROM journal WHERE seq < ?1 ORDER BY seq DESC LIMIT 1";
        Digest(conn.query_row(sql, [from], |row| row.get(0)).unwrap())
    };
    let mut rows =
        conn.prepare("SELECT seq, meta FROM journal WHERE seq >= ?1 ORDER BY seq").unwrap();
    let rows: Vec<(u64, String)> = rows
        .query_map([from], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (seq, meta) in rows {
        let digest = Digest::sha256(&[meta.as_bytes()]);
        let hash = chain_hash(&prev, &digest);
        let sql = "UPDATE journal SET meta_digest = ?2, prev = ?3, hash = ?4 WHERE seq = ?1";
        conn.execute(sql, params![seq, digest.0, prev.0, hash.0]).unwrap();
        prev = hash;
    }
}

/// Makes row `seq` tell of another tool, in the record and in the column.
fn edit(conn: &Connection, seq: u64) {
    let sql = "UPDATE journal SET meta = replace(meta, 'tool-' || seq, 'harmless'), tool = 'harmless' WHERE seq = ?1";
    assert_eq!(conn.execute(sql, [seq]).unwrap(), 1);
}

fn first(report: &Report) -> (FaultKind, Option<u64>) {
    let fault = report.faults.first().unwrap_or_else(|| panic!("no fault: {report:?}"));
    assert!(report.verdict().starts_with("not ok: ") && !report.is_ok());
    (fault.kind, fault.seq)
}

#[tokio::test]
async fn an_honest_journal_is_ok_only_as_far_as_somebody_saw_it() {
    let home = journal(12, &[5, 12]).await;
    let report = check(home.path(), None).await;
    assert_eq!(
        (report.rows, report.heads, report.witnessed, report.tail_unwitnessed_since),
        (12, 2, 12, None)
    );
    assert_eq!(report.verdict(), "ok");
    let home = journal(12, &[5, 9]).await;
    let report = check(home.path(), None).await;
    assert!(report.is_ok());
    assert_eq!(report.verdict(), "ok up to row 9, tail unwitnessed since row 10");
    let head = (report.head.seq, report.head.hash);
    assert_eq!(
        check(home.path(), Some(head)).await.verdict(),
        "ok",
        "the head that a person noted is a witness"
    );
    let home = journal(3, &[]).await;
    let report = check(home.path(), None).await;
    assert_eq!(report.tail_unwitnessed_since, Some(1));
    assert!(!report.verdict().starts_with("ok"), "{}", report.verdict());
    let home = journal(0, &[]).await;
    assert_eq!(check(home.path(), None).await.verdict(), "ok");
    assert_eq!(
        first(&check(home.path(), Some((1, Digest::ZERO))).await),
        (FaultKind::Cut, Some(1))
    );
}

#[tokio::test]
async fn an_edited_row_is_found() {
    let edits: [(&str, u64); 13] = [
        ("UPDATE journal SET meta = replace(meta, 'tool-7', 'tool-8') WHERE seq = 7", 7),
        (
            "UPDATE journal SET meta = replace(meta, 'tool-7', 'x'), meta_digest = zeroblob(32) WHERE seq = 7",
            7,
        ),
        ("UPDATE journal SET body = CAST('{\"n\":8}' AS BLOB) WHERE seq = 7", 7),
        ("UPDATE journal SET salt = zeroblob(16) WHERE seq = 7", 7),
        ("UPDATE journal SET body = CAST('{}' AS BLOB), salt = zeroblob(16) WHERE seq = 5", 5),
        ("UPDATE journal SET ts = ts + 1 WHERE seq = 7", 7),
        ("UPDATE journal SET type = 'call.permitted' WHERE seq = 7", 7),
        // Hidden from whoever lists or searches, though every hash still fits.
        ("UPDATE journal SET tenant = 'nowhere' WHERE seq = 7", 7),
        ("UPDATE journal SET tool = 'harmless' WHERE seq = 7", 7),
        ("UPDATE journal SET principal = 'agent:somebody/else' WHERE seq = 7", 7),
        ("UPDATE journal SET tier = 0 WHERE seq = 7", 7),
        ("UPDATE journal SET approval = zeroblob(16) WHERE seq = 7", 7),
        ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 7", 7),
    ];
    for (sql, place) in edits {
        let home = journal(12, &[12]).await;
        forge(home.path(), |conn| assert_eq!(conn.execute(sql, []).unwrap(), 1));
        let report = check(home.path(), None).await;
        assert_eq!(first(&report), (FaultKind::Edited, Some(place)), "{sql}: {report:?}");
        assert!(
            report.verdict().contains(&format!("row {place} was edited")),
            "{}",
            report.verdict()
        );
    }
}

#[tokio::test]
async fn a_row_hashed_anew_alone_does_not_fit_its_neighbour() {
    let home = journal(12, &[12]).await;
    forge(home.path(), |conn| {
        edit(conn, 7);
        let (meta, prev): (String, [u8; 32]) = conn
            .query_row("SELECT meta, prev FROM journal WHERE seq = 7", [], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })
            .unwrap();
        let digest = Digest::sha256(&[meta.as_bytes()]);
        let hash = chain_hash(&Digest(prev), &digest);
        let sql = "UPDATE journal SET meta_digest = ?1, hash = ?2 WHERE seq = 7";
        conn.execute(sql, [digest.0, hash.0]).unwrap();
    });
    let report = check(home.path(), None).await;
    assert_eq!(first(&report), (FaultKind::Edited, Some(7)));
    assert_eq!(report.faults.len(), 1, "{report:?}");
}

#[tokio::test]
async fn a_deleted_row_is_found_wherever_it_was() {
    for (sql, place, kind) in [
        ("seq = 7", 7, FaultKind::Deleted),
        ("seq IN (4, 5, 6)", 4, FaultKind::Deleted),
        ("seq = 1", 1, FaultKind::Deleted),
        ("seq < 9", 1, FaultKind::Deleted),
        ("seq > 9", 10, FaultKind::Cut),
        ("true", 1, FaultKind::Cut),
    ] {
        let home = journal(12, &[3, 12]).await;
        forge(home.path(), |conn| {
            conn.execute_batch(&format!("DELETE FROM journal WHERE {sql}")).unwrap()
        });
        let report = check(home.path(), None).await;
        assert_eq!(first(&report), (kind, Some(place)), "{sql}: {report:?}");
        assert_eq!(report.faults.len(), 1, "{report:?}");
    }
}

#[tokio::test]
async fn rows_after_a_deleted_one_moved_up_are_found() {
    for hashed in [false, true] {
        let home = journal(12, &[3, 12]).await;
        forge(home.path(), |conn| {
            conn.execute_batch("DELETE FROM journal WHERE seq = 7").unwrap();
            for seq in 8..=12 {
                let sql = "UPDATE journal SET seq = ?1 - 1, meta = replace(meta, '\"seq\":' || ?1, '\"seq\":' || (?1 - 1)) WHERE seq = ?1";
                conn.execute(sql, [seq]).unwrap();
            }
            if hashed {
                rehash(conn, 7);
            }
        });
        let report = check(home.path(), None).await;
        if hashed {
            assert_eq!(
                first(&report),
                (FaultKind::Cut, Some(12)),
                "the last head points past the end"
            );
        } else {
            assert_eq!(first(&report), (FaultKind::Edited, Some(7)));
        }
    }
}

#[tokio::test]
async fn swapped_rows_are_found() {
    let home = journal(12, &[12]).await;
    forge(home.path(), |conn| {
        conn.execute_batch(
            "UPDATE journal SET seq = -1 WHERE seq = 6; UPDATE journal SET seq = 6 WHERE seq = 7;
             UPDATE journal SET seq = 7 WHERE seq = -1;",
        )
        .unwrap();
    });
    let report = check(home.path(), None).await;
    assert_eq!(first(&report), (FaultKind::Swapped, Some(6)), "{report:?}");
    assert!(
        report.verdict().contains("row 6 holds what was written as row 7"),
        "{}",
        report.verdict()
    );
}

#[tokio::test]
async fn a_journal_hashed_anew_is_found_by_its_heads() {
    let home = journal(12, &[3, 9]).await;
    let noted = check(home.path(), None).await.head;
    forge(home.path(), |conn| {
        edit(conn, 7);
        rehash(conn, 1);
    });
    let report = check(home.path(), None).await;
    assert_eq!(first(&report), (FaultKind::Rehashed, Some(9)), "{report:?}");
    assert!(report.verdict().contains("rows 4 to 9"), "{}", report.verdict());
    assert_eq!((report.witnessed, report.faults.len()), (3, 1));

    // Without the head that convicts him only the unwitnessed tail speaks, and the head that a person noted.
    let path = home.path().join(HEADS_FILE);
    let lines = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, lines.lines().next().unwrap().to_owned() + "\n").unwrap();
    let report = check(home.path(), None).await;
    assert_eq!(report.verdict(), "ok up to row 3, tail unwitnessed since row 4");
    let report = check(home.path(), Some((noted.seq, noted.hash))).await;
    assert_eq!(first(&report), (FaultKind::Rehashed, Some(12)));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(check(home.path(), None).await.tail_unwitnessed_since, Some(1));
}

#[tokio::test]
async fn whoever_signs_with_another_key_is_found_and_whoever_has_ours_is_not() {
    let home = journal(12, &[3, 9]).await;
    forge(home.path(), |conn| {
        edit(conn, 7);
        rehash(conn, 7);
    });
    let path = home.path().join(HEADS_FILE);
    let lines = std::fs::read_to_string(&path).unwrap();
    let store = sqlite::open(home.path()).unwrap();
    let head = store.head().await.unwrap();
    let first_line = lines.lines().next().unwrap();

    // His own key, our key's name.
    let own = Heads::memory().unwrap();
    own.sign(&head).unwrap();
    let ours = Heads::open(home.path()).unwrap().key_id().unwrap();
    for key in [ours, own.key_id().unwrap()] {
        let forged = SignedHead { key, ..own.read().unwrap().heads.remove(0) };
        let forged = serde_json::to_string(&forged).unwrap();
        std::fs::write(&path, format!("{first_line}\n{forged}\n")).unwrap();
        let report = check(home.path(), None).await;
        assert_eq!(first(&report), (FaultKind::ForgedHead, Some(12)));
        assert_eq!(report.witnessed, 3);
    }
    // A head of ours, moved to another row or with another time.
    let moved: SignedHead = serde_json::from_str(first_line).unwrap();
    for moved in [SignedHead { seq: 12, ..moved.clone() }, SignedHead { ts: Millis(0), ..moved }] {
        std::fs::write(&path, serde_json::to_string(&moved).unwrap() + "\n").unwrap();
        assert_eq!(first(&check(home.path(), None).await).0, FaultKind::ForgedHead);
    }
    std::fs::write(&path, format!("{first_line}\nnonsense\n")).unwrap();
    assert_eq!(first(&check(home.path(), None).await), (FaultKind::ForgedHead, None));

    // He wins with `head.key`, as the docs say: only a head that he cannot reach would tell.
    std::fs::write(&path, format!("{first_line}\n")).unwrap();
    Heads::open(home.path()).unwrap().sign(&head).unwrap();
    assert_eq!(check(home.path(), None).await.verdict(), "ok");
}

/// A row's type and its outcome.
type Said = (EntryType, Option<&'static str>);

/// A whole chain, signed, can tell of a yes that nobody gave.
#[tokio::test]
async fn a_used_yes_that_nobody_gave_is_found() {
    use EntryType::{
        ApprovalApproved as Yes, ApprovalCancelled as Cancelled, ApprovalConsumed as Used,
        ApprovalExpired as Expired, RememberedEnded as Ended, RememberedGiven as Kept,
        RememberedUsed as Again,
    };
    let vote = |kind| (kind, Some("vote"));
    let plain = |kind| (kind, None);
    let stories: [(&[Said], Option<u64>); 12] = [
        (&[plain(Yes), plain(Used)], None),
        (&[vote(Yes), plain(Yes), plain(Used)], None),
        (&[plain(Yes), plain(Expired)], None),
        (&[plain(Used)], Some(1)),
        (&[vote(Yes), plain(Used)], Some(2)),
        (&[plain(Yes), plain(Used), plain(Used)], Some(3)),
        (&[plain(Yes), plain(Cancelled), plain(Used)], Some(3)),
        (&[plain(Used), plain(Yes)], Some(1)),
        (&[plain(Kept), plain(Again), plain(Again)], None),
        (&[plain(Again)], Some(1)),
        (&[plain(Yes), plain(Used), plain(Again)], Some(3)),
        (&[plain(Kept), plain(Ended), plain(Again)], Some(3)),
    ];
    for (story, place) in stories {
        let home = journal(0, &[]).await;
        let store = sqlite::open(home.path()).unwrap();
        let question = ApprovalId::new();
        for (kind, outcome) in story {
            let mut row = Draft::new(*kind, &Tenant::default());
            row.approval = Some(question);
            row.outcome = outcome.map(str::to_owned);
            store.append(vec![row]).await.unwrap();
        }
        Heads::open(home.path()).unwrap().sign(&store.head().await.unwrap()).unwrap();
        let report = check(home.path(), None).await;
        match place {
            None => assert_eq!(report.verdict(), "ok", "{story:?}"),
            Some(_) => {
                assert_eq!(first(&report), (FaultKind::Forged, place), "{story:?}: {report:?}");
                assert_eq!(report.faults.len(), 1, "{report:?}");
            }
        }
    }
    // The yes of one question is not that of another.
    let home = journal(0, &[]).await;
    let store = sqlite::open(home.path()).unwrap();
    for kind in [Yes, Used] {
        let mut row = Draft::new(kind, &Tenant::default());
        row.approval = Some(ApprovalId::new());
        store.append(vec![row]).await.unwrap();
    }
    assert_eq!(first(&check(home.path(), None).await), (FaultKind::Forged, Some(2)));
}

#[tokio::test]
async fn a_cut_line_of_the_heads_is_no_fault() {
    let home = journal(6, &[3, 6]).await;
    let path = home.path().join(HEADS_FILE);
    let text = std::fs::read(&path).unwrap();
    std::fs::write(&path, &text[..text.len() - 20]).unwrap();
    let report = check(home.path(), None).await;
    assert!(report.cut_line);
    assert_eq!(report.verdict(), "ok up to row 3, tail unwitnessed since row 4");
}

#[tokio::test]
async fn erasing_by_retention_holds_and_erasing_by_hand_is_told() {
    let home = journal(12, &[12]).await;
    let store = sqlite::open(home.path()).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    store.prune(Retention { bodies: 0, reads: 0, size: u64::MAX }).await.unwrap();
    append(&store, 14).await;
    drop(store);
    let report = check(home.path(), None).await;
    assert!(report.is_ok(), "{report:?}");
    assert!(report.erased_bodies > 0 && report.unrecorded == 0, "{report:?}");

    // One body, by hand: older ones are still there.
    let home = journal(12, &[12]).await;
    forge(home.path(), |conn| {
        conn.execute_batch("UPDATE journal SET body = NULL, salt = NULL WHERE seq = 7").unwrap();
    });
    assert_eq!(first(&check(home.path(), None).await), (FaultKind::Edited, Some(7)));
    // All older ones too: no fault that could be proven, but told.
    forge_again(home.path(), "UPDATE journal SET body = NULL, salt = NULL WHERE seq < 7");
    let report = check(home.path(), None).await;
    assert_eq!(
        (report.is_ok(), report.erased_bodies, report.unrecorded),
        (true, 6, 6),
        "{report:?}"
    );
    // The record of a row that is no call.
    forge_again(
        home.path(),
        "UPDATE journal SET meta = NULL, body = NULL, salt = NULL WHERE seq = 4",
    );
    assert_eq!(first(&check(home.path(), None).await), (FaultKind::Edited, Some(4)));
}

fn forge_again(home: &Path, sql: &str) {
    Connection::open(home.join("countersign.db")).unwrap().execute_batch(sql).unwrap();
}

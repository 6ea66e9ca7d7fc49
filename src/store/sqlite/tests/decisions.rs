//! The decision log: every decision is in the view and in its pages, objections live and end with their rows, labels are on
//! record and change nothing.

use super::*;
use crate::domain::entry::DECISIONS;
use crate::domain::id::decision_id;
use crate::domain::violation::{Grade, Label, Taken, Violation};
use crate::store::Retention;
use crate::store::decisions::{
    DecisionFilter, Decisions as _, NewLabel, NotLabelled, ViolationFilter,
};

fn decided(kind: EntryType, verdict: &str, rule: &str) -> Draft {
    let mut row = permitted(SessionId::new());
    row.kind = kind;
    row.verdict = Some(verdict.to_owned());
    row.tier = Some(2);
    row.policy = Some(7);
    row.body = format!(
        r#"{{"action":"file_write","reasons":[{{"layer":"kernel","rule":"tier","message":"m"}},{{"layer":"rules","rule":"{rule}","message":"it says so","verdict":"{verdict}"}}],"took_us":1500,"run":"r-1","step":3}}"#
    )
    .into_bytes();
    row
}

fn violation(kind: &str) -> Violation {
    Violation { kind: kind.to_owned(), severity: Grade::Warning, action_taken: Taken::Blocked }
}

/// The columns of the view, as text, of every row in it.
async fn view(store: &SqliteStore) -> Vec<Vec<Option<String>>> {
    const COLUMNS: &str = "seq, id, timestamp, type, run_id, step_id, session_id, decision, policy_name, action, resource, \
        subject, input_data, policy_result, decision_reason, duration_ms, tenant, policy_version, label";
    let sql = format!("SELECT {COLUMNS} FROM policy_decisions ORDER BY seq");
    store
        .read(move |conn| {
            let mut statement = conn.prepare(&sql)?;
            let count = statement.column_count();
            let found = statement.query_map([], |row| {
                (0..count)
                    .map(|at| {
                        Ok(match row.get::<_, rusqlite::types::Value>(at)? {
                            rusqlite::types::Value::Null => None,
                            rusqlite::types::Value::Integer(n) => Some(n.to_string()),
                            rusqlite::types::Value::Real(n) => Some(n.to_string()),
                            rusqlite::types::Value::Text(text) => Some(text),
                            rusqlite::types::Value::Blob(_) => Some("blob".to_owned()),
                        })
                    })
                    .collect::<rusqlite::Result<Vec<_>>>()
            })?;
            Ok(found.collect::<rusqlite::Result<Vec<_>>>()?)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn every_kind_of_decision_is_in_the_view_with_its_id_and_its_decider() {
    for bench in Bench::both() {
        let rows: Vec<Draft> = DECISIONS.map(|kind| decided(kind, "deny", "no writes")).into();
        let session = rows[0].session.unwrap();
        bench.store.append(rows).await.unwrap();
        bench.store.append(vec![Draft::new(EntryType::CallOutcome, &tenant())]).await.unwrap();
        // A body that is no JSON, and none at all, are rows all the same.
        let odd = Draft { body: b"{".to_vec(), ..decided(EntryType::CallRefused, "deny", "x") };
        bench.store.append(vec![odd]).await.unwrap();
        let found = view(&bench.store).await;
        assert_eq!(found.len(), DECISIONS.len() + 1);
        let entries =
            bench.store.entries(EntryFilter { limit: 100, ..EntryFilter::default() }).await;
        let decisions = entries.unwrap().into_iter().filter(|e| e.kind != "call.outcome");
        for (row, entry) in found.iter().zip(decisions) {
            assert_eq!(row[0], Some(entry.seq.to_string()));
            assert_eq!(row[1], Some(decision_id(entry.seq, &entry.hash).to_string()));
            assert_eq!(row[2], Some(entry.ts.rfc3339()));
        }
        let told = |at: usize| found[0][at].clone().unwrap();
        assert_eq!(told(6), session.to_string());
        assert_eq!([told(4), told(5), told(7)], ["r-1", "3", "deny"]);
        assert_eq!([told(8), told(14)], ["no writes", "it says so"]);
        assert_eq!([told(9), told(10)], ["file_write", "files__read_file"]);
        assert_eq!(
            [told(11), told(15), told(16), told(17)],
            ["agent:ann/claude", "1.5", "default", "7"]
        );
        assert!(told(12).contains("took_us") && told(13).contains(r#""rule":"no writes""#));
        let last = found.last().unwrap();
        assert_eq!((last[7].as_deref(), &last[8], &last[12]), (Some("deny"), &None, &None));
    }
}

#[tokio::test]
async fn pages_go_on_and_are_bounded_in_time_and_tenant() {
    for bench in Bench::both() {
        for _ in 0..3 {
            bench
                .store
                .append(vec![decided(EntryType::CallPermitted, "allow", "r")])
                .await
                .unwrap();
            bench.store.append(vec![Draft::new(EntryType::CallOutcome, &tenant())]).await.unwrap();
            bench.wall.pass(HOUR);
        }
        let other = Tenant::new("other").unwrap();
        let foreign =
            Draft { tenant: other.clone(), ..decided(EntryType::CallRefused, "deny", "r") };
        bench.store.append(vec![foreign]).await.unwrap();
        let seqs = async |filter: DecisionFilter| {
            let page = bench.store.decisions(filter).await.unwrap();
            (page.rows.iter().map(|d| d.entry.seq).collect::<Vec<_>>(), page.to, page.end)
        };
        let all = DecisionFilter::of(&tenant());
        assert_eq!(seqs(all.clone()).await, (vec![1, 3, 5], 7, 7));
        assert_eq!(seqs(DecisionFilter { limit: 2, ..all.clone() }).await, (vec![1, 3], 3, 7));
        assert_eq!(seqs(DecisionFilter { after: 3, ..all.clone() }).await.0, [5]);
        assert_eq!(seqs(DecisionFilter { bytes: 1, ..all.clone() }).await, (vec![1], 1, 7));
        let newest = DecisionFilter { newest: true, limit: 2, ..all.clone() };
        assert_eq!(seqs(newest).await.0, [3, 5]);
        let earlier = DecisionFilter { newest: true, up_to: Some(4), ..all.clone() };
        assert_eq!(seqs(earlier).await, (vec![1, 3], 4, 4));
        let since = Some(crate::domain::time::Millis(START + HOUR));
        let places = DecisionFilter { since, limit: 0, newest: true, ..all.clone() };
        let places = bench.store.decisions(places).await.unwrap();
        assert_eq!((places.rows.len(), places.start, places.end), (0, 3, 7));
        assert_eq!(seqs(DecisionFilter { since, ..all.clone() }).await.0, [3, 5]);
        assert_eq!(seqs(DecisionFilter { before: since, ..all.clone() }).await, (vec![1], 2, 2));
        let never = Some(crate::domain::time::Millis(START + 100 * DAY));
        let none = seqs(DecisionFilter { since: never, ..all.clone() }).await;
        assert!(none.0.is_empty() && none.1 >= none.2, "{none:?}");
        assert_eq!(seqs(DecisionFilter::of(&other)).await.0, [7]);
        let of_one = seqs(DecisionFilter { session: Some(SessionId::new()), ..all }).await;
        assert!(of_one.0.is_empty());
    }
}

#[tokio::test]
async fn objections_are_written_with_their_row_and_go_with_its_body() {
    for bench in Bench::both() {
        let denied = Draft {
            violations: vec![violation("cost_control.over"), violation("cost_control.over")],
            ..decided(EntryType::CallRefused, "deny", "r")
        };
        let seq = bench.store.append(vec![denied]).await.unwrap()[0];
        bench.store.append(vec![decided(EntryType::CallPermitted, "allow", "r")]).await.unwrap();
        let found = bench.store.violations(ViolationFilter::of(&tenant(), 10)).await.unwrap();
        assert_eq!(found.len(), 1, "once a type, and nothing of an allow");
        assert_eq!((found[0].seq, found[0].notified), (seq, false));
        assert_eq!(found[0].violation, violation("cost_control.over"));
        assert_eq!((found[0].at.0, found[0].tool.as_deref()), (START, Some("read_file")));
        let page = bench.store.decisions(DecisionFilter::of(&tenant())).await.unwrap();
        let told: Vec<usize> = page.rows.iter().map(|row| row.violations.len()).collect();
        assert_eq!(told, [1, 0], "each decision has its own");
        let all = ViolationFilter::of(&tenant(), 10);
        let time = Some(crate::domain::time::Millis(START + HOUR));
        for none in [
            ViolationFilter { after: seq, ..all.clone() },
            ViolationFilter { last: Some(seq - 1), ..all.clone() },
            ViolationFilter { since: time, ..all.clone() },
            ViolationFilter { before: Some(found[0].at), ..all.clone() },
            ViolationFilter { tool: Some("other".to_owned()), ..all.clone() },
            ViolationFilter { session: Some(SessionId::new()), ..all.clone() },
            ViolationFilter { limit: 0, ..all.clone() },
        ] {
            let found = bench.store.violations(none.clone()).await.unwrap();
            assert!(found.is_empty(), "{none:?}: {found:?}");
        }
        let tool = Some("read_file".to_owned());
        let same = ViolationFilter { before: time, tool, newest: true, ..all };
        assert_eq!(bench.store.violations(same).await.unwrap().len(), 1);
        let row = ViolationFilter::of_row(&tenant(), seq);
        assert_eq!(bench.store.violations(row).await.unwrap().len(), 1);
        let other = Tenant::new("other").unwrap();
        assert!(bench.store.violations(ViolationFilter::of(&other, 10)).await.unwrap().is_empty());
        bench.wall.pass(2 * DAY);
        let retention = Retention { bodies: DAY, reads: 90 * DAY, size: u64::MAX };
        bench.store.prune(retention).await.unwrap();
        assert!(
            bench.store.violations(ViolationFilter::of(&tenant(), 10)).await.unwrap().is_empty()
        );
        assert_eq!(view(&bench.store).await[0][7].as_deref(), Some("deny"), "the row stays");
    }
}

#[tokio::test]
async fn objections_to_a_read_go_with_its_row_and_others_stay_as_long_as_bodies() {
    for bench in Bench::both() {
        let of = |kind, tier| Draft {
            violations: vec![violation("m.warning")],
            tier: Some(tier),
            ..decided(kind, "allow", "r")
        };
        let rows = vec![of(EntryType::CallPermitted, 0), of(EntryType::CallPermitted, 1)];
        let seqs = bench.store.append(rows).await.unwrap();
        bench.wall.pass(2 * DAY);
        let retention = Retention { bodies: 30 * DAY, reads: DAY, size: u64::MAX };
        bench.store.prune(retention).await.unwrap();
        let left = bench.store.violations(&tenant(), 0, 10).await.unwrap();
        assert_eq!(left.iter().map(|v| v.seq).collect::<Vec<_>>(), seqs[1..]);
    }
}

#[tokio::test]
async fn a_row_that_was_not_written_leaves_no_objection() {
    let bench = Bench::file();
    let denied =
        Draft { violations: vec![violation("r")], ..decided(EntryType::CallRefused, "deny", "r") };
    let failed: Result<(), _> = bench
        .store
        .write(move |tx| {
            tx.append(&denied)?;
            Err(crate::store::StoreError::Unusable("planted".to_owned()))
        })
        .await;
    assert!(failed.is_err());
    assert!(bench.store.violations(ViolationFilter::of(&tenant(), 10)).await.unwrap().is_empty());
}

#[tokio::test]
async fn labels_are_on_record_the_last_counts_and_the_past_stays() {
    for bench in Bench::both() {
        let seq = bench
            .store
            .append(vec![decided(EntryType::CallPermitted, "allow", "r")])
            .await
            .unwrap()[0];
        let outcome =
            bench.store.append(vec![Draft::new(EntryType::CallOutcome, &tenant())]).await.unwrap()
                [0];
        let label = async |tenant: Tenant, seq: u64, label: Label| {
            let by = Principal::new(Role::Operator, "olga");
            bench.store.label(NewLabel { tenant, seq, label, by }).await.unwrap()
        };
        let before = bench.store.entries(EntryFilter { limit: 1, ..EntryFilter::default() }).await;
        let before = before.unwrap().remove(0);
        assert_eq!(label(tenant(), 99, Label::Safe).await, Err(NotLabelled::NotThere));
        let other = Tenant::new("other").unwrap();
        assert_eq!(label(other, seq, Label::Safe).await, Err(NotLabelled::NotThere));
        assert_eq!(label(tenant(), outcome, Label::Safe).await, Err(NotLabelled::NoCall));
        assert_eq!(label(tenant(), seq, Label::Safe).await, Ok(()));
        assert_eq!(label(tenant(), seq, Label::Unsafe).await, Ok(()));
        let page = bench.store.decisions(DecisionFilter::of(&tenant())).await.unwrap();
        assert_eq!(page.rows[0].label, Some(Label::Unsafe));
        assert_eq!(
            (page.rows[0].entry.hash, &page.rows[0].entry.body),
            (before.hash, &before.body)
        );
        let filter =
            EntryFilter { types: vec!["call.labelled".into()], limit: 9, ..EntryFilter::default() };
        let told = bench.store.entries(filter).await.unwrap();
        let body = |at: usize| String::from_utf8(told[at].body.clone().unwrap()).unwrap();
        assert_eq!(told.len(), 2);
        assert!(body(0).contains(r#""was":null"#) && body(1).contains(r#""was":"safe""#));
        assert!(told[1].meta.as_ref().unwrap().contains("olga"));
    }
}

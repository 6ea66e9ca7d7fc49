//! `audit list | show | verify` as a person and a program meet them.

#![allow(clippy::unwrap_used, reason = "helpers of tests may fail as loudly as tests")]

use crate::cli::audit::{self, AuditCommand, CHECK_FAILED, Look};
use crate::cli::audit_export;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::CorrelationId;
use crate::domain::principal::{Principal, Role, Tenant};
use crate::domain::violation::{Grade, Taken, Violation};
use crate::journal::Heads;
use crate::store::{Store, sqlite};
use clap::{Parser, Subcommand};
use jiff::tz::TimeZone;
use std::sync::Arc;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    top: Top,
}

#[derive(Subcommand)]
enum Top {
    #[command(subcommand)]
    Audit(AuditCommand),
}

async fn store() -> Arc<dyn Store> {
    let store = sqlite::memory().unwrap();
    for n in 1..=6_u64 {
        let tenant = Tenant::new(if n == 4 { "other" } else { "default" }).unwrap();
        let mut row = Draft::new(EntryType::CallRefused, &tenant);
        row.principal = Some(Principal::new(Role::Agent, "dana/test"));
        row.upstream = Some("files".into());
        row.tool = Some(format!("tool\u{202e}{n}"));
        row.verdict = Some(if n % 2 == 0 { "deny" } else { "ask" }.into());
        row.tier = Some(2);
        row.body = format!(r#"{{"arguments":{{"n":9007199254740993,"s":"a\u200bb\nc"}},"i":{n}}}"#)
            .into_bytes();
        store.append(vec![row]).await.unwrap();
    }
    store
}

/// Runs a command line; gives the exit code and what it wrote.
async fn run(
    store: &dyn Store,
    heads: &Heads,
    line: &str,
    look: &Look,
) -> anyhow::Result<(u8, String)> {
    let line = format!("countersign audit {line}");
    let Top::Audit(command) = Cli::try_parse_from(line.split(' '))?.top;
    let mut out = Vec::new();
    let tenant = Tenant::default();
    let code = match command {
        AuditCommand::List(args) => audit::list(store, &tenant, &args, look, &mut out).await?,
        AuditCommand::Show(args) => audit::show(store, &tenant, &args, look, &mut out).await?,
        AuditCommand::Export(args) => {
            audit_export::export(store, heads, &tenant, &args, look, &mut out).await?
        }
        AuditCommand::Verify(args) => {
            audit::verify(store, heads, &Tenant::default(), &args, look, &mut out, None).await?
        }
        AuditCommand::Label(_) | AuditCommand::Prune(_) => {
            anyhow::bail!("these are played through the real binary")
        }
    };
    Ok((code, String::from_utf8(out)?))
}

fn look(json: bool, columns: Option<u16>) -> Look {
    Look { json, columns, zone: TimeZone::UTC }
}

#[tokio::test]
async fn lists_show_one_tenant_and_nothing_hidden() {
    let (store, heads) = (store().await, Heads::memory().unwrap());
    let (_, text) = run(&*store, &heads, "list", &look(false, Some(100))).await.unwrap();
    assert!(text.contains("seq") && text.contains("tool\\u{202e}6"), "{text}");
    assert!(!text.contains('\u{202e}') && !text.contains("tool\\u{202e}4"), "{text}");
    assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");
    let (_, text) =
        run(&*store, &heads, "list --verdict deny --limit 1", &look(false, None)).await.unwrap();
    assert_eq!(text.lines().count(), 1);
    assert_eq!(text.split('\t').next(), Some("6"));
    let (_, text) =
        run(&*store, &heads, "list --since 1h --type session.opened", &look(false, Some(80)))
            .await
            .unwrap();
    assert_eq!(text, "no rows\n");
    for wrong in [
        "list --verdict maybe",
        "list --session x",
        "list --limit 0",
        "list --since tomorrow",
        "list --type call.permited",
    ] {
        assert!(run(&*store, &heads, wrong, &look(false, None)).await.is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn machines_get_one_object_with_the_digits_as_written() {
    let (store, heads) = (store().await, Heads::memory().unwrap());
    let (_, text) = run(&*store, &heads, "list", &look(true, None)).await.unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["entries"].as_array().unwrap().len(), 5);
    assert!(text.contains(r#""n":9007199254740993"#), "{text}");
    let row = &value["entries"][0];
    for name in [
        "seq",
        "ts",
        "type",
        "tenant",
        "correlation_id",
        "session",
        "principal",
        "server",
        "tool",
        "verdict",
        "tier",
        "outcome",
        "body",
        "body_digest",
        "prev",
        "hash",
    ] {
        assert!(row.get(name).is_some(), "{name}");
    }
    assert_eq!(row["principal"], "agent:dana/test");
}

#[tokio::test]
async fn a_row_is_shown_whole_and_only_to_its_tenant() {
    let (store, heads) = (store().await, Heads::memory().unwrap());
    let (_, text) = run(&*store, &heads, "show 5", &look(false, None)).await.unwrap();
    for part in [
        "seq         5",
        "who         agent:dana/test",
        "n  9007199254740993",
        "a\\u{200b}b",
        "1 invisible character",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let not_there =
        run(&*store, &heads, "show 99", &look(false, None)).await.unwrap_err().to_string();
    let not_yours =
        run(&*store, &heads, "show 4", &look(false, None)).await.unwrap_err().to_string();
    assert_eq!(not_there.replace("99", "4"), not_yours);
}

#[tokio::test]
async fn a_plans_request_id_finds_its_story_in_its_own_tenant_only() {
    let (store, heads) = (store().await, Heads::memory().unwrap());
    for tenant in ["default", "other"] {
        let tenant = Tenant::new(tenant).unwrap();
        let mut row = Draft::new(EntryType::IrValidatedPass, &tenant);
        row.correlation = Some(CorrelationId::of_request(&tenant, "req_abc"));
        row.body = br#"{"request_id":"req_abc"}"#.to_vec();
        store.append(vec![row]).await.unwrap();
    }
    let line = "list --correlation req_abc --type ir.*";
    let (_, text) = run(&*store, &heads, line, &look(false, None)).await.unwrap();
    assert_eq!((text.lines().count(), text.split('\t').next()), (1, Some("7")));
    for name in ["req_abc", &CorrelationId::of_request(&Tenant::default(), "req_abc").to_string()] {
        let line = format!("export --correlation {name}");
        let (code, text) = run(&*store, &heads, &line, &look(false, None)).await.unwrap();
        let pack: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (code, &pack["request_id"], &pack["rows"][0]["seq"]),
            (0, &"req_abc".into(), &7.into())
        );
        assert_eq!(pack["events"][0]["source"], "ir_governance");
        assert!(pack["rows"].as_array().unwrap().len() == 1 && pack["head"]["seq"] == 8);
    }
}

#[tokio::test]
async fn verify_says_what_holds_and_exits_5_when_it_does_not() {
    let (store, heads) = (store().await, Heads::memory().unwrap());
    let (code, text) = run(&*store, &heads, "verify", &look(false, None)).await.unwrap();
    assert_eq!(code, 0);
    assert!(text.starts_with("consistent, but tail unwitnessed since row 1"), "{text}");
    let head = store.head().await.unwrap();
    heads.sign(&head).unwrap();
    let (code, text) = run(
        &*store,
        &heads,
        &format!("verify --head {}:{}", head.seq, head.hash),
        &look(false, None),
    )
    .await
    .unwrap();
    assert_eq!((code, text.lines().next()), (0, Some("ok")));
    assert!(text.contains(&format!("newest  6:{}", head.hash)));
    let wrong = format!("verify --head 6:{}", "0".repeat(64));
    let (code, text) = run(&*store, &heads, &wrong, &look(true, None)).await.unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (code, &value["ok"], &value["faults"][0]["kind"]),
        (CHECK_FAILED, &false.into(), &"rehashed".into())
    );
    assert!(run(&*store, &heads, "verify --head 6", &look(false, None)).await.is_err());
}

#[tokio::test]
async fn violations_are_listed_newest_first_and_shown_with_their_row() {
    let (store, heads) = (store().await, Heads::memory().unwrap());
    let violation = |kind: &str, severity, action_taken| Violation {
        kind: kind.to_owned(),
        severity,
        action_taken,
    };
    let mut row = Draft::new(EntryType::CallRefused, &Tenant::default());
    row.tool = Some("pay".to_owned());
    row.violations = vec![violation("cost\u{202e}.over", Grade::Critical, Taken::Blocked)];
    let first = store.append(vec![row.clone()]).await.unwrap()[0];
    row.violations = vec![violation("cost.warning", Grade::Info, Taken::Logged)];
    let second = store.append(vec![row.clone()]).await.unwrap()[0];
    row.tenant = Tenant::new("other").unwrap();
    store.append(vec![row]).await.unwrap();
    let said = async |line: &str, json: bool| {
        let columns = (!json).then_some(120);
        run(&*store, &heads, line, &look(json, columns)).await.map(|(_, text)| text)
    };
    let listed = said("list --violations", true).await.unwrap();
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let listed = listed["violations"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert_eq!(listed[0]["seq"], second);
    let mut told = listed[1].clone();
    assert!(told["ts"].as_str().unwrap().ends_with('Z'));
    told["ts"] = serde_json::Value::Null;
    assert_eq!(
        told,
        serde_json::json!({"seq": first, "ts": null, "type": "cost\u{202e}.over", "severity": "critical",
            "action_taken": "blocked", "notified": false, "tool": "pay"})
    );
    let table = said("list --violations --limit 9", false).await.unwrap();
    assert!(table.contains("cost\\u{202e}.over") && table.contains("blocked"), "{table}");
    let none = said("list --violations --tool other", false).await.unwrap();
    assert_eq!(none.trim(), "no violations");
    assert!(said("list --violations --decisions", false).await.is_err());
    let shown = said(&format!("show {first}"), true).await.unwrap();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["violations"][0]["type"], "cost\u{202e}.over");
    let shown = said(&format!("show {first}"), false).await.unwrap();
    assert!(shown.contains("cost\\u{202e}.over (critical, blocked)"), "{shown}");
    let plain = said("show 1", true).await.unwrap();
    assert!(plain.contains(r#""violations":[]"#), "{plain}");
    let exported = said("export --format opa", false).await.unwrap();
    let line = exported.lines().find(|line| line.contains("critical\",\"action")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["governance"]["violations"][0]["action_taken"], "blocked");
    assert_eq!(line["governance"]["violations"][0]["notified"], false);
}

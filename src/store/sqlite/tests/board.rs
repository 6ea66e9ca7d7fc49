//! The board of agents: whose an agent is, how long it stays, and what a session's rows say of it.

use super::*;
use crate::domain::agent::{AgentAction, AgentKind, AgentName, AgentStatus, BoardAgent, Score};
use crate::domain::id::AgentId;
use crate::domain::time::{MINUTE, Millis};
use crate::store::agents::{
    AgentNews, Agents as _, MOST_OF_ONE, NotRegistered, Registrant, STALE_AFTER,
};
use crate::store::{SessionInfo, sqlite::board};

fn registrant(tenant: &Tenant, principal: &Principal) -> Registrant {
    Registrant { tenant: tenant.clone(), principal: principal.clone(), session: SessionId::new() }
}

fn me() -> Registrant {
    registrant(&tenant(), &agent())
}

async fn add(store: &SqliteStore, name: Option<&str>) -> BoardAgent {
    let name = name.map(|name| AgentName::new(name).unwrap());
    store.register_agent(&me(), name).await.unwrap().unwrap()
}

fn news(status: AgentStatus, action: Option<&str>, score: Option<i64>) -> AgentNews {
    AgentNews {
        status,
        action: action.map(|text| AgentAction::new(text).unwrap()),
        score: score.map(|score| Score::new(score).unwrap()),
    }
}

async fn seen(store: &SqliteStore) -> Vec<BoardAgent> {
    store.board(&tenant()).await.unwrap()
}

async fn opened(store: &SqliteStore, principal: Principal) -> SessionId {
    let id = SessionId::new();
    let info = SessionInfo {
        id,
        tenant: tenant(),
        principal,
        kind: "wrap".to_owned(),
        pid: 7,
        parent_pid: 1,
        opened_at: Millis::default(),
    };
    store.open_session(info).await.unwrap();
    id
}

#[tokio::test]
async fn an_agent_registers_tells_how_it_fares_and_leaves_each_on_record() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let one = add(store, Some("reviewer")).await;
        assert_eq!((one.status, one.kind), (AgentStatus::Idle, AgentKind::Registered));
        assert_eq!((&one.last_action, one.last_score), (&None, None));
        let two = add(store, None).await;
        assert_eq!(two.name, format!("Agent_{}", &two.id.simple().to_string()[..8]));
        assert_ne!(two.name, add(store, None).await.name, "of the same moment");

        bench.wall.pass(MINUTE);
        let told = news(AgentStatus::Running, Some("reads notes"), Some(80));
        let after = store.update_agent(&me(), AgentId(one.id), told).await.unwrap().unwrap();
        assert_eq!(after.last_action_at, Some(Millis(START + MINUTE)));
        bench.wall.pass(MINUTE);
        let told = news(AgentStatus::Blocked, None, None);
        let after = store.update_agent(&me(), AgentId(one.id), told).await.unwrap().unwrap();
        assert_eq!((after.status, after.last_score), (AgentStatus::Blocked, Some(80)));
        assert_eq!(after.last_action.as_deref(), Some("reads notes"), "left out, it stays");
        assert_eq!(after.last_action_at, Some(Millis(START + MINUTE)));
        assert_eq!(seen(store).await[0], after, "whoever was heard of last is first");

        store.unregister_agent(&me(), AgentId(one.id)).await.unwrap().unwrap();
        assert!(store.unregister_agent(&me(), AgentId(one.id)).await.unwrap().is_none());
        assert_eq!(seen(store).await.len(), 2);
        let kinds = kinds(store).await;
        assert_eq!(kinds[..3], ["agent.registered"; 3]);
        assert_eq!(kinds[3..], ["agent.updated", "agent.updated", "agent.unregistered"]);
        let row = all(store).await.pop().unwrap();
        let body: serde_json::Value = serde_json::from_slice(&row.body.unwrap()).unwrap();
        let wanted = serde_json::json!({
            "id": one.id, "name": "reviewer", "status": "blocked", "action": "reads notes", "score": 80,
        });
        assert_eq!(body, wanted);
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn an_agent_is_its_principals_in_its_tenant_alone() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let one = add(store, None).await;
    let other = Tenant::new("other").unwrap();
    for stranger in [
        registrant(&tenant(), &Principal::new(Role::Agent, "ann/other")),
        registrant(&tenant(), &Principal::new(Role::Admin, "ann/claude")),
        registrant(&other, &agent()),
    ] {
        let told = news(AgentStatus::Running, Some("mine now"), Some(0));
        let id = AgentId(one.id);
        assert!(store.update_agent(&stranger, id, told).await.unwrap().is_none(), "{stranger:?}");
        assert!(store.unregister_agent(&stranger, id).await.unwrap().is_none(), "{stranger:?}");
    }
    assert_eq!(seen(store).await, std::slice::from_ref(&one));
    assert!(store.board(&other).await.unwrap().is_empty());
    assert_eq!(kinds(store).await, ["agent.registered"], "nothing else happened");
    let from_another_session = news(AgentStatus::Idle, None, None);
    assert!(
        store.update_agent(&me(), AgentId(one.id), from_another_session).await.unwrap().is_some()
    );
}

#[tokio::test]
async fn one_principal_registers_a_hundred_and_no_more() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let first = add(store, None).await;
    for _ in 1..MOST_OF_ONE {
        add(store, None).await;
    }
    assert_eq!(store.register_agent(&me(), None).await.unwrap(), Err(NotRegistered::TooMany));
    assert_eq!(kinds(store).await.len(), MOST_OF_ONE);
    let eve = registrant(&tenant(), &Principal::new(Role::Agent, "eve/claude"));
    store.register_agent(&eve, None).await.unwrap().unwrap();
    store.unregister_agent(&me(), AgentId(first.id)).await.unwrap().unwrap();
    store.register_agent(&me(), None).await.unwrap().unwrap();
    assert_eq!(store.register_agent(&me(), None).await.unwrap(), Err(NotRegistered::TooMany));
    bench.wall.pass(STALE_AFTER);
    store.register_agent(&me(), None).await.unwrap().unwrap();
}

#[tokio::test]
async fn who_is_silent_for_a_quarter_of_an_hour_leaves_the_board() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (silent, talks) = (add(store, Some("silent")).await, add(store, Some("talks")).await);
        bench.wall.pass(STALE_AFTER - 1);
        assert_eq!(seen(store).await.len(), 2);
        let told = || news(AgentStatus::Running, None, None);
        store.update_agent(&me(), AgentId(talks.id), told()).await.unwrap().unwrap();
        bench.wall.pass(1);
        let left: Vec<_> = seen(store).await.into_iter().map(|agent| agent.name).collect();
        assert_eq!(left, ["talks"], "not listed, swept or not");
        assert!(store.update_agent(&me(), AgentId(silent.id), told()).await.unwrap().is_none());
        assert!(store.unregister_agent(&me(), AgentId(silent.id)).await.unwrap().is_none());
        store.sweep().await.unwrap();
        assert_eq!(newest_outcome(store).await, "agent.unregistered silent");
        let count = "SELECT count(*) FROM agents";
        let rows =
            store.read(move |conn| Ok(conn.query_row(count, [], |row| row.get::<_, i64>(0))?));
        assert_eq!(rows.await.unwrap(), 1);
        let before = all(store).await.len();
        store.sweep().await.unwrap();
        assert_eq!(all(store).await.len(), before, "once");
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn another_process_sees_the_same_board() {
    let bench = Bench::file();
    let one = add(&bench.store, Some("reviewer")).await;
    assert_eq!(seen(&bench.again()).await, [one]);
}

#[tokio::test]
async fn a_session_is_on_the_board_as_its_rows_tell() {
    for bench in Bench::both() {
        let store = &*bench.store;
        opened(store, admin("bob")).await;
        let session = opened(store, Principal::new(Role::Agent, "ann/countersign")).await;
        let now = || async { seen(store).await.remove(0) };
        let fresh = now().await;
        assert_eq!(seen(store).await.len(), 1, "an approver is no agent");
        assert_eq!((fresh.id, fresh.kind), (session.0, AgentKind::Session));
        assert_eq!((&*fresh.name, fresh.status), ("ann/countersign", AgentStatus::Idle));
        assert_eq!((fresh.last_action, fresh.last_score), (None, None));

        // A listing is ours and says nothing of the agent.
        let mut listing = permitted(session);
        listing.principal = Some(Principal::new(Role::Agent, "countersign"));
        listing.tool = Some(String::new());
        let listed = store.permit(listing).await.unwrap().unwrap();
        let lists = now().await;
        assert_eq!((&*lists.name, lists.status), ("ann/countersign", AgentStatus::Idle));
        store.settle(ran(listed, None)).await.unwrap();

        bench.wall.pass(MINUTE);
        let mut read = permitted(session);
        read.verdict = Some("allow".to_owned());
        let intent = store.permit(read).await.unwrap().unwrap();
        let runs = now().await;
        assert_eq!((&*runs.name, runs.status), ("ann/claude", AgentStatus::Running));
        assert_eq!(runs.last_action.as_deref(), Some("files.read_file"));
        assert_eq!(
            (runs.last_action_at, runs.last_score),
            (Some(Millis(START + MINUTE)), Some(100))
        );
        store.settle(ran(intent, None)).await.unwrap();
        store.append(Vec::new()).await.unwrap();
        assert_eq!(now().await.status, AgentStatus::Idle);

        let mut refused = permitted(session);
        (refused.kind, refused.verdict) = (EntryType::CallRefused, Some("deny".to_owned()));
        refused.tool = Some("file:///srv/secret?key=canary".to_owned());
        store.append(vec![refused]).await.unwrap();
        let denied = now().await;
        assert_eq!((denied.status, denied.last_score), (AgentStatus::Idle, Some(0)));
        assert_eq!(denied.last_action.as_deref(), Some("files.file:…"), "no more of a URI");

        store.pause(&tenant(), Some("ann/claude"), &admin("bob")).await.unwrap();
        assert!(now().await.paused);
        store.unpause(&tenant(), Some("ann/claude"), &admin("bob")).await.unwrap();
        assert!(!now().await.paused);
        store.close_session(session, "ended").await.unwrap();
        assert!(seen(store).await.is_empty());
    }
}

#[tokio::test]
async fn a_session_is_blocked_as_long_as_it_waits_for_a_person() {
    for answer in [yes(), no()] {
        let bench = Bench::memory();
        let store = &*bench.store;
        let asked = call(store, "{}");
        let session = opened(store, agent()).await;
        let mut put = question(&asked);
        put.row.session = Some(session);
        (put.row.upstream, put.row.tool) = (Some("files".into()), Some("write_file".into()));
        put.row.verdict = Some("ask".to_owned());
        let id = store.ask(put).await.unwrap().approval.id;
        assert_eq!(seen(store).await[0].status, AgentStatus::Idle, "another session asked");
        store.attach(&tenant(), id, session).await.unwrap();
        let blocked = seen(store).await.remove(0);
        assert_eq!((blocked.status, blocked.last_score), (AgentStatus::Blocked, Some(50)));
        assert_eq!(blocked.last_action.as_deref(), Some("files.write_file"));
        store.decide(decision(id, answer)).await.unwrap().unwrap();
        assert_eq!(seen(store).await[0].status, AgentStatus::Idle);
    }
    let bench = Bench::memory();
    let store = &*bench.store;
    let (_, id) = brought_to(&bench, State::Pending, "{}").await;
    let session = opened(store, agent()).await;
    store.attach(&tenant(), id, session).await.unwrap();
    bench.wall.pass(DAY);
    assert_eq!(seen(store).await[0].status, AgentStatus::Idle, "its time is over, swept or not");
}

#[tokio::test]
async fn the_board_is_read_by_index() {
    let bench = Bench::memory();
    let plan = |sql: &'static str| {
        bench.store.read(move |conn| {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let (mut steps, mut told) = (statement.raw_query(), String::new());
            while let Some(row) = steps.next()? {
                told.push_str(&row.get::<_, String>(3)?);
                told.push_str("; ");
            }
            Ok(told)
        })
    };
    for (sql, index) in [
        (board::LISTED, "agents_tenant"),
        (board::OWNED, "agents_owner"),
        (board::STALE, "agents_seen"),
        (board::STEPS, "journal_session"),
        (board::WAITS, "waiters_session"),
    ] {
        let told = plan(sql).await.unwrap();
        assert!(told.contains(index), "{sql}: {told}");
        assert!(!told.contains("SCAN") && !told.contains("B-TREE"), "{sql}: {told}");
    }
}

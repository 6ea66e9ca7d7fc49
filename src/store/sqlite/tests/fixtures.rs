//! Files of earlier schema versions: each is kept as SQL text, restored, opened and used by the present program.

use super::*;
use crate::domain::policy::{StoredPolicy, VersionKind};
use crate::domain::quorum::Chair;
use crate::domain::remembered::{Keep, Wish};
use crate::store::policies::Policies as _;
use crate::store::sqlite::schema::VERSION;
use crate::store::sqlite::tests::keeping::{given, live, open_call, used};
use crate::store::sqlite::tests::policies::{applied, deny, proposed, raw, rolled_back, stands};
use crate::store::{ConsumeRequest, User};
use rusqlite::Connection;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

const KEY: [u8; 32] = [7; 32];

fn fixture(version: i64) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/store/sqlite/tests")
        .join(format!("fixture-{version:04}.sql"))
}

/// A home with the key of the fixtures and nothing else.
fn home_of_fixtures() -> (TempDir, PathBuf) {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    fs::DirBuilder::new().mode(0o700).create(&home).unwrap();
    let mut key = fs::OpenOptions::new();
    let mut key =
        key.write(true).create_new(true).mode(0o600).open(home.join("store.key")).unwrap();
    std::io::Write::write_all(&mut key, &KEY).unwrap();
    (dir, home)
}

/// Everything in a database as SQL: tables and rows first, then what would interfere with filling them.
fn dump(conn: &Connection) -> String {
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut text = String::new();
    for table in
        rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    {
        let sql = rows(&format!(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '{table}'"
        ));
        writeln!(text, "{};", sql.join("")).unwrap();
        let columns = rows(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let quoted: Vec<_> = columns.iter().map(|c| format!("quote({c})")).collect();
        let values = format!("SELECT {} FROM {table} ORDER BY 1", quoted.join(" || ', ' || "));
        for row in rows(&values) {
            writeln!(text, "INSERT INTO {table} ({}) VALUES ({row});", columns.join(", ")).unwrap();
        }
    }
    for sql in rows(
        "SELECT sql FROM sqlite_schema WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL",
    ) {
        writeln!(text, "{sql};").unwrap();
    }
    for pragma in ["application_id", "user_version"] {
        let value: i64 = conn.pragma_query_value(None, pragma, |row| row.get(0)).unwrap();
        writeln!(text, "PRAGMA {pragma} = {value};").unwrap();
    }
    text
}

/// Changes policy and takes that back, on top of what a file of the present version holds.
async fn changes_policy(store: &SqliteStore, version: i64) {
    let stood = stands(store).await;
    if version >= 3 {
        assert_eq!((stood.version, stood.rules.len()), (2, 1));
        let before = store.policy_version_of(&tenant(), 2).await.unwrap().unwrap();
        assert_eq!((before.kind, before.by), (VersionKind::Applied, Some(admin("bob"))));
    } else {
        assert_eq!(stood, StoredPolicy::default());
    }
    let before = raw(store).await;
    let version = applied(store, &deny("x__*")).await.version;
    assert_eq!(stands(store).await.rules.len(), stood.rules.len() + 1);
    rolled_back(store, version).await;
    assert_eq!(raw(store).await, before);
}

const KEPT: &str = r#"{"kept":1}"#;
const OF_SEVERAL: &str = r#"{"seats":1}"#;
/// What a client was given to come back with, and came back with.
const SPENT: Digest = Digest([6; 32]);

/// Two of ben and carla, dora for ben: a question that ben has said yes to, coming back with a state.
fn of_several(call: &Call) -> Question {
    let chair = |name: &str, deputies: &[&str]| Chair {
        name: name.to_owned(),
        deputies: deputies.iter().map(|&name| name.to_owned()).collect(),
        managers: vec!["max".to_owned()],
    };
    let chairs = vec![chair("ben", &["dora"]), chair("carla", &[])];
    let needs = Needs { required: 2, chairs, escalate_before: Some(HOUR) };
    Question { needs, ..question(call) }
}

/// What came with version 5: an answer that is kept and was used, a question of several, a state that is spent.
async fn answers_that_last(bench: &Bench) {
    let store: &dyn Store = &*bench.store;
    let kept = open_call(store, KEPT).await;
    let answer = given(store, &kept, yes(), Wish::same(Keep::Forever)).await;
    assert!(used(store, &kept, &answer).await);
    let call = call(store, OF_SEVERAL);
    let asked = of_several(&call);
    let id = store.ask(asked).await.unwrap().approval.id;
    let vote = Decision { state: Some(SPENT), ..says("ben", id, yes()) };
    assert_eq!(store.decide(vote).await.unwrap().unwrap().state, State::Pending);
}

/// All of that still is what it was.
async fn answers_lasted(store: &dyn Store) {
    let kept = live(store).await;
    assert_eq!((kept.len(), kept[0].used), (1, 1));
    assert!(used(store, &open_call(store, KEPT).await, &kept[0]).await);
    let call = call(store, OF_SEVERAL);
    let asked = store.ask(question(&call)).await.unwrap();
    let (attached, approval) = (asked.attached, asked.approval);
    let names: Vec<&str> = approval.quorum.seats.iter().map(|seat| &*seat.name).collect();
    assert_eq!((attached, approval.quorum.required, names), (true, 2, vec!["ben", "carla"]));
    assert_eq!(approval.quorum.seats[0].others.len(), 2);
    assert!(approval.quorum.escalate_at.is_some());
    assert_eq!(approval.votes.iter().map(|vote| &*vote.name).collect::<Vec<_>>(), ["ben"]);
    let id = approval.id;
    let says = |name: &str| says(name, id, yes());
    for (decision, no) in [
        (says("zoe"), NotDecided::NotNamed),
        (says("ben"), NotDecided::Already(State::Pending)),
        (Decision { state: Some(SPENT), ..says("carla") }, NotDecided::StateUsed),
    ] {
        assert_eq!(store.decide(decision).await.unwrap().unwrap_err(), no);
    }
    assert_eq!(store.decide(says("carla")).await.unwrap().unwrap().state, State::Approved);
    store.consume(request(&call, id)).await.unwrap().unwrap();
}

#[tokio::test]
#[ignore = "writes the fixture of the present version: once, before the next migration is begun"]
async fn write_the_fixture_of_this_version() {
    let (dir, home) = home_of_fixtures();
    let wall = Wall::new();
    let store = Arc::new(SqliteStore::open(&home, wall.clock()).unwrap());
    let bench = Bench { store, wall, home: dir };
    for (at, state) in (0..).zip(State::ALL) {
        brought_to(&bench, state, &format!(r#"{{"n":{at}}}"#)).await;
    }
    // Expiring one takes the time of the others; these come after it.
    brought_to(&bench, State::Pending, r#"{"live":1}"#).await;
    brought_to(&bench, State::Approved, r#"{"live":2}"#).await;
    let store = &bench.store;
    store.permit(permitted(SessionId::new())).await.unwrap().unwrap();
    store.pause(&tenant(), Some("eve/claude"), &admin("bob")).await.unwrap();
    let user = User {
        name: "bob".to_owned(),
        role: Role::Admin,
        tenant: tenant(),
        added_at: Default::default(),
    };
    store.add_user(user, Digest([3; 32]), &admin("root")).await.unwrap();
    store.policy_version(&tenant(), "digest").await.unwrap();
    applied(store, &deny("a__*")).await;
    proposed(store, &agent(), &deny("b__*")).await;
    answers_that_last(&bench).await;
    drop(bench.store);
    let conn = Connection::open(home.join("countersign.db")).unwrap();
    fs::write(fixture(VERSION), dump(&conn)).unwrap();
}

#[tokio::test]
async fn a_file_of_every_version_is_opened_and_goes_on() {
    for version in 1..=VERSION {
        let (dir, home) = home_of_fixtures();
        let path = home.join("countersign.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(&fs::read_to_string(fixture(version)).unwrap()).unwrap();
        drop(conn);
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let wall = Wall::new();
        wall.pass(HOUR);
        let store = SqliteStore::open(&home, wall.clock()).unwrap();
        assert_chain(&store).await;
        assert_eq!(store.user_by_token(Digest([3; 32])).await.unwrap().unwrap().name, "bob");
        assert_eq!(store.policy_version(&tenant(), "digest").await.unwrap(), 1);
        assert_eq!(store.paused(&tenant()).await.unwrap().len(), 1);
        // What was met before versions were told apart was loaded, and changed nothing.
        let met = store.policy_version_of(&tenant(), 1).await.unwrap().unwrap();
        assert_eq!((met.kind, met.by, met.diff), (VersionKind::Loaded, None, None));
        changes_policy(&store, version).await;
        let call = call(&store, r#"{"live":2}"#);
        let asked = store.ask(question(&call)).await.unwrap();
        assert!(asked.attached && asked.approval.state == State::Approved);
        let request = ConsumeRequest { ..request(&call, asked.approval.id) };
        store.consume(request).await.unwrap().unwrap();
        if version >= 5 {
            answers_lasted(&store).await;
        }
        assert_chain(&store).await;
        drop(dir);
    }
}

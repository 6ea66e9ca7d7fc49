//! The reading pages over real processes: what agents did stands there, what they wrote does nothing, and a pause holds.

use super::support::{
    Answer, Console, DEADLINE, Home, Launch, LoggedIn, Recorder, Session, is_error, text, wait_for,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What an agent would like to put on a page.
const HOSTILE: &str = "<script>alert(1)</script>\u{202e}\"'><img src=x onerror=alert(1)>\u{200b}";
/// The same as far as a name on the board may be.
const NAME: &str = "<script>alert(1)</script>\"'><img src=x>";

const PLANS: &str = r#"
[ir.action."notes.write"]
tier = 1
[ir.provider."notes.v1"]
family = "notes"
environment = "production"
upstream = "notes"
tool."notes.write" = { tool = "write_note", resource = "id" }
"#;

#[derive(Debug)]
struct Stage {
    home: Home,
    notes: Recorder,
    alice: String,
    olga: String,
}

impl Stage {
    fn new() -> Self {
        let home = Home::new();
        let notes = Recorder::new(&home, "notes");
        let alice = home.admin_token();
        home.write_config(&format!("{PLANS}\n{}", notes.toml("notes", "production")));
        home.accept_config(&alice);
        let olga = home.user_token(&alice, "olga", "operator");
        Self { home, notes, alice, olga }
    }

    /// The name of the principal of this client: whoever runs the tests stands before it.
    fn principal(&self, client: &str) -> String {
        let rows = self.home.cli_json(&["audit", "list", "--json", "--limit", "1000"]);
        let end = format!("/{client}");
        let mut all = rows["entries"].as_array().expect("rows").iter();
        let found = all.find_map(|row| row["principal"].as_str().filter(|who| who.ends_with(&end)));
        found.expect("it did something").trim_start_matches("agent:").to_owned()
    }

    fn client(&self, name: &str) -> Session {
        self.client_in(name, "default")
    }

    fn client_in(&self, name: &str, tenant: &str) -> Session {
        let options = ["--toolsets", "all", "--on-ask", "pending", "--tenant", tenant];
        let mut session = Launch::serve(&self.home, &options).client(name).start();
        session.initialize("2025-11-25");
        session
    }
}

#[track_caller]
fn done(session: &mut Session, tool: &str, arguments: Value) -> Value {
    let result = session.call(tool, arguments);
    assert!(!is_error(&result), "{tool}: {result}");
    result["structuredContent"].clone()
}

fn code(result: &Value) -> &str {
    result["_meta"]["countersign/refusal"]["code"].as_str().unwrap_or("(none)")
}

/// Everything that stands in `before...after` of a page.
fn between(page: &str, before: &str, after: &str) -> Vec<String> {
    let parts = page.split(before).skip(1);
    parts.filter_map(|part| Some(part.split_once(after)?.0.to_owned())).collect()
}

fn rows_of(page: &str) -> Vec<u64> {
    between(page, "<a href=\"/journal/", "\" data-row>")
        .iter()
        .map(|n| n.parse().expect("a place"))
        .collect()
}

/// The link of a button, as a browser reads it.
fn button(page: &str, text: &str) -> Option<String> {
    let head = page.split(&format!(">{text}</a>")).next().filter(|head| *head != page)?;
    let tag = head.rsplit_once("<a ")?.1;
    Some(
        tag.split("href=\"").nth(1)?.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"),
    )
}

#[derive(Debug)]
struct Reader<'a> {
    console: &'a Console,
    login: LoggedIn,
}

impl Reader<'_> {
    #[track_caller]
    fn page(&self, path: &str) -> String {
        self.get(path).is(200).body
    }

    fn get(&self, path: &str) -> Answer {
        self.console.get(path, &self.login.shows())
    }

    /// As a part of a page asks: refusals come as they are.
    fn part(&self, path: &str) -> Answer {
        self.console.get(path, &[("Cookie", &self.login.cookie), ("HX-Request", "true")])
    }

    fn press(&self, path: &str, form: &str) -> Answer {
        self.console.request("POST", path, &self.login.headers(), form)
    }
}

#[test]
fn what_an_agent_writes_is_on_the_pages_and_does_nothing_there() {
    let stage = Stage::new();
    let mut agent = stage.client(HOSTILE);
    done(&mut agent, "agent_register", json!({ "name": NAME }));
    let listed = done(&mut agent, "agent_list", json!({}));
    let id = listed["agents"].as_array().unwrap().iter().find(|one| one["name"] == NAME).unwrap();
    let action: String = HOSTILE.chars().take(200).collect();
    done(
        &mut agent,
        "agent_update",
        json!({"id": id["id"], "status": "running", "action": action}),
    );
    agent.call("notes__read_note", json!({ "id": HOSTILE }));
    agent.call("notes__write_note", json!({ "id": HOSTILE, "text": HOSTILE }));
    let asked = stage.home.the_question();
    stage.home.deny(&stage.alice, asked["id"].as_str().unwrap(), HOSTILE);
    agent.call("notes__write_note", json!({ "id": "b", "text": HOSTILE }));
    let asked = stage.home.the_question();
    agent.call("cancel_approval", json!({ "id": asked["id"], "reason": HOSTILE }));
    // A slash would end the namespace.
    let service = format!("x{}", HOSTILE.replace('/', "-"));
    let flows = json!({"connections": [{"source": service, "target": "api", "port": 80}]});
    let run = json!({
        "tenant_id": "default", "request_id": HOSTILE, "idempotency_key": "k",
        "steps": [{"action": "notes.write", "provider": "notes.v1", "resource": HOSTILE,
                   "params": {"text": HOSTILE}}],
    });
    let run = done(&mut agent, "create_run", json!({ "directive": "D3", "ir": run }));
    let wish = json!({"format": "json", "text": flows.to_string(), "run_id": run["id"]});
    done(&mut agent, "recommend_network_policies", wish);

    let console = Console::start(&stage.home);
    let reader = Reader { login: console.login(&stage.olga), console: &console };
    let journal = reader.page("/journal");
    let mut paths: Vec<String> = vec![
        "/journal".to_owned(),
        "/journal/verification".to_owned(),
        "/journal?tool=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE&since=7d".to_owned(),
        "/journal?principal=%3Cscript%3Ealert(1)%E2%80%AE".to_owned(),
        "/runs".to_owned(),
        format!("/runs/{}", run["id"].as_str().unwrap()),
        "/agents".to_owned(),
        "/agents/board".to_owned(),
        "/network".to_owned(),
        "/network?service=%3Cscript%3Ealert(1)%E2%80%AE".to_owned(),
        format!("/network?run={}", run["id"].as_str().unwrap()),
        "/insight".to_owned(),
    ];
    let mut stories = BTreeSet::new();
    assert!(rows_of(&journal).len() > 10);
    for seq in rows_of(&journal) {
        let page = reader.page(&format!("/journal/{seq}"));
        stories.extend(between(&page, "href=\"/journal/stories/", "\""));
        paths.push(format!("/journal/{seq}"));
    }
    assert!(stories.len() > 2, "{stories:?}");
    paths.extend(stories.iter().map(|id| format!("/journal/stories/{id}")));
    let mut escaped = 0;
    for path in &paths {
        let page = reader.page(path);
        for bad in ["<script>", "<img", "\u{202e}", "\u{200b}", "onerror=alert(1)>", " style="] {
            assert!(!page.contains(bad), "{path} has {bad:?}: {page}");
        }
        if page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;") {
            escaped += 1;
        }
    }
    assert!(escaped > 12, "what agents wrote is hardly anywhere: {escaped}");
    // Where it must stand.
    for path in ["/journal", "/agents", "/network", "/runs"] {
        assert!(reader.page(path).contains("script"), "{path} does not show what it should");
    }
    assert!(reader.page("/agents").contains(r"\u{202e}"), "what is hidden is shown");
    assert!(journal.contains("approval.denied") && journal.contains("run.created"), "{journal}");
    let network = reader.page("/network");
    assert!(
        network.contains("<svg")
            && !network.contains("<style")
            && network.contains("NetworkPolicy")
    );
    let page = reader.page(&format!("/runs/{}", run["id"].as_str().unwrap()));
    for fact in ["approval pending", "D3", "not sent", run["correlation_id"].as_str().unwrap()] {
        assert!(page.contains(fact), "{fact}: {page}");
    }
    // What is taken away is data, and says so.
    for (path, kind) in [
        ("/network/policies.yaml", "application/yaml; charset=utf-8"),
        ("/network/map.svg", "image/svg+xml"),
        ("/journal/rows.jsonl", "application/x-ndjson"),
        ("/journal/1/row.json", "application/json"),
    ] {
        let file = reader.get(path).is(200);
        assert_eq!(file.header("content-type"), Some(kind), "{path}");
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert!(
            file.header("content-disposition").is_some_and(|as_| as_.starts_with("attachment"))
        );
    }
    let yaml = reader.get("/network/policies.yaml").body;
    assert!(yaml.contains("kind: NetworkPolicy") && yaml.trim_end().contains("default-deny-all"));
}

#[test]
fn the_journal_is_filtered_and_paged_without_a_gap() {
    let stage = Stage::new();
    let mut ann = stage.client("ann");
    for n in 0..45 {
        ann.call("notes__read_note", json!({ "id": format!("n{n}") }));
    }
    ann.call("notes__write_note", json!({ "id": "a", "text": "b" }));
    let mut bob = stage.client("bob");
    bob.call("notes__list_notes", json!({}));
    let mut zoe = stage.client_in("zoe", "other");
    zoe.call("notes__list_notes", json!({}));
    let console = Console::start(&stage.home);
    let reader = Reader { login: console.login(&stage.olga), console: &console };
    let list = |more: &[&str]| -> Vec<Value> {
        let args = [&["audit", "list", "--json", "--limit", "1000"], more].concat();
        stage.home.cli_json(&args)["entries"].as_array().unwrap().clone()
    };
    let seqs = |rows: &[Value]| -> Vec<u64> {
        let mut all: Vec<u64> = rows.iter().map(|row| row["seq"].as_u64().unwrap()).collect();
        all.reverse();
        all
    };
    let all = seqs(&list(&[]));
    assert!(all.len() > 90);
    assert!(!reader.page("/journal").contains("zoe"), "another world's rows are listed");
    // Back to the beginning and forth again: every row of ours once.
    let (mut walked, mut page) = (Vec::new(), reader.page("/journal"));
    let oldest = loop {
        let rows = rows_of(&page);
        assert!(rows.len() <= 50);
        walked.extend(rows);
        match button(&page, "Older <kbd>o</kbd>") {
            Some(link) => page = reader.page(&link),
            None => break page,
        }
    };
    let new: Vec<u64> = walked.iter().copied().filter(|seq| !all.contains(seq)).collect();
    assert!(new.len() <= 3, "rows of the console's own beginning, no others: {new:?}");
    assert_eq!(walked.iter().copied().filter(|seq| all.contains(seq)).collect::<Vec<_>>(), all);
    let mut forth: Vec<u64> = rows_of(&oldest).into_iter().rev().collect();
    let mut page = oldest;
    while let Some(link) = button(&page, "Newer <kbd>n</kbd>") {
        page = reader.page(&link);
        forth.extend(rows_of(&page).into_iter().rev());
    }
    forth.reverse();
    assert_eq!(forth, walked, "going back loses or repeats rows");

    for (query, args) in [
        ("type=approval.*", &["--type", "approval.*"] as &[&str]),
        (
            "type=approval.asked%2C+call.refused",
            &["--type", "approval.asked", "--type", "call.refused"],
        ),
        ("tool=list_notes", &["--tool", "list_notes"]),
        ("verdict=ask", &["--verdict", "ask"]),
    ] {
        let found = rows_of(&reader.page(&format!("/journal?{query}")));
        assert_eq!((found.is_empty(), found), (false, seqs(&list(args))), "{query}");
    }
    let of = |name: &str, value: &str| -> Vec<u64> {
        seqs(&list(&[]).into_iter().filter(|row| row[name] == value).collect::<Vec<_>>())
    };
    let bob = stage.principal("bob");
    let bobs = of("principal", &format!("agent:{bob}"));
    assert_eq!(
        (
            bobs.is_empty(),
            rows_of(&reader.page(&format!("/journal?principal={}", bob.replace('/', "%2F"))))
        ),
        (false, bobs.clone())
    );
    assert_eq!(rows_of(&reader.page(&format!("/journal?principal=agent:{bob}&server="))), bobs);
    let ran = of("outcome", "ran");
    assert_eq!(rows_of(&reader.page("/journal?outcome=ran")), ran[..ran.len().min(50)]);
    assert_eq!(rows_of(&reader.page("/journal?server=nobody")), [] as [u64; 0]);
    assert!(reader.page("/journal?server=nobody").contains("class=\"empty\""));
    let asked = &list(&["--type", "approval.asked"])[0];
    let story = asked["correlation_id"].as_str().unwrap();
    let told = rows_of(&reader.page(&format!("/journal/stories/{story}")));
    assert_eq!(told.len(), list(&["--correlation", story]).len());
    assert!(reader.page("/journal?before=7d").contains("class=\"empty\""));

    // What is downloaded is what is shown, with the bodies.
    let lines = reader.get("/journal/rows.jsonl?tool=list_notes").is(200).body;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut same = list(&["--tool", "list_notes"]);
    same.reverse();
    assert_eq!(lines, same);
    let one = reader.get(&format!("/journal/{}/row.json", asked["seq"])).is(200).json();
    assert_eq!(one["body"], asked["body"]);

    // What is wrong is told on the page, and the form stays as it was.
    for (query, told) in [
        ("type=nothing.such", "no type of row"),
        ("since=yesterday", "is no time"),
        ("session=abc", "whole id"),
        ("since=&verdict=maybe", "a verdict is"),
    ] {
        let page = reader.get(&format!("/journal?{query}")).is(400).body;
        assert!(
            page.contains(told)
                && (query.contains("verdict") || page.contains(query.split_once('=').unwrap().1)),
            "{page}"
        );
    }
    for query in ["seq=1", "older=x", "type=a&type=b", "tool=%zz"] {
        assert_eq!(reader.get(&format!("/journal?{query}")).status, 400, "{query}");
    }
    // Another world's row, and none at all: one answer.
    let theirs = stage.home.cli_json(&["audit", "list", "--json", "--tenant", "other"]);
    let theirs = theirs["entries"][0]["seq"].as_u64().unwrap();
    for path in
        [format!("/journal/{theirs}"), "/journal/999999".to_owned(), "/journal/0".to_owned()]
    {
        reader.part(&path).refused(404, "not_found");
        reader.part(&format!("{path}/row.json")).refused(404, "not_found");
    }
    let story = stage.home.cli_json(&[
        "audit",
        "list",
        "--json",
        "--tenant",
        "other",
        "--type",
        "call.permitted",
    ]);
    let story = story["entries"][0]["correlation_id"].as_str().unwrap().to_owned();
    reader.part(&format!("/journal/stories/{story}")).refused(404, "not_found");
}

#[test]
fn a_pause_from_the_page_stops_the_next_call_and_only_an_admin_presses_it() {
    let stage = Stage::new();
    let (mut ann, mut bob) = (stage.client("ann"), stage.client("bob"));
    let read = |session: &mut Session| session.call("notes__read_note", json!({ "id": "x" }));
    assert!(!is_error(&read(&mut ann)) && !is_error(&read(&mut bob)));
    let console = Console::start(&stage.home);
    let alice = Reader { login: console.login(&stage.alice), console: &console };
    let olga = Reader { login: console.login(&stage.olga), console: &console };
    let board = alice.page("/agents");
    let [ann_is, bob_is] = ["ann", "bob"].map(|name| stage.principal(name));
    assert!(board.contains(&ann_is) && board.contains(&bob_is), "{board}");
    assert!(
        board.contains("data-key=\"p\"") && !olga.page("/agents").contains("hx-post=\"/agents")
    );

    // Nobody else presses it: an operator, a cookie alone, an agent, a wrong name, a field more.
    olga.press("/agents/pause", "agent=everybody").refused(403, "role_not_allowed");
    let shows = alice.login.shows();
    console.request("POST", "/agents/pause", &shows, "agent=everybody").refused(401, "no_proof");
    alice.press("/agents/pause", &format!("agent={ann_is}")).refused(404, "not_found");
    alice.press("/agents/pause", "").refused(400, "invalid_parameter");
    alice.press("/agents/pause", "agent=everybody&x=1").refused(400, "invalid_parameter");
    assert!(!is_error(&read(&mut ann)), "nothing was paused");
    let before = stage.notes.raw_calls().len();

    let told = alice.press("/agents/pause", "agent=everybody").is(200).body;
    assert!(
        told.contains("Paused every agent") && told.contains("Every agent is paused"),
        "{told}"
    );
    for session in [&mut ann, &mut bob] {
        let result = read(session);
        assert_eq!((is_error(&result), code(&result)), (true, "paused"), "{}", text(&result));
    }
    assert_eq!(stage.notes.raw_calls().len(), before, "a paused agent's call was sent");
    olga.press("/agents/unpause", "agent=everybody").refused(403, "role_not_allowed");
    assert!(is_error(&read(&mut ann)));
    alice.press("/agents/unpause", "agent=everybody").is(200);
    alice.press("/agents/unpause", "agent=everybody").refused(409, "not_paused");
    assert!(!is_error(&read(&mut ann)) && !is_error(&read(&mut bob)));

    // One by name: the other goes on.
    let board = alice.page("/agents/board");
    let at = board.find(&format!("aria-label=\"Pause {ann_is}\"")).expect("a button for ann");
    let key = between(&board[at..], "{\"agent\":\"", "\"}").remove(0);
    alice.press("/agents/pause", &format!("agent={key}")).is(200);
    assert_eq!(code(&read(&mut ann)), "paused");
    assert!(!is_error(&read(&mut bob)));
    let board = alice.page("/agents");
    assert!(
        board.contains(&format!("Let {ann_is} go on"))
            && board.contains(", <strong class=\"tone-warn\">paused")
    );
    // Also when it is gone from the board.
    drop(ann);
    wait_for(DEADLINE, || {
        (!alice.page("/agents").contains(&format!("Pause {ann_is}"))).then_some(())
    });
    alice.press("/agents/unpause", &format!("agent={key}")).is(200);
    let rows = stage.home.cli_json(&["audit", "list", "--json", "--type", "agent.*"]);
    let told: Vec<(&str, &str, &Value)> = rows["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["type"].as_str().unwrap(),
                row["principal"].as_str().unwrap(),
                &row["body"]["agent"],
            )
        })
        .collect();
    let (nobody, ann) = (json!(null), json!(ann_is));
    assert_eq!(
        told,
        [
            ("agent.paused", "admin:alice", &nobody),
            ("agent.unpaused", "admin:alice", &nobody),
            ("agent.paused", "admin:alice", &ann),
            ("agent.unpaused", "admin:alice", &ann),
        ]
    );
}

#[test]
fn only_operators_and_admins_of_this_world_see_these_pages() {
    let stage = Stage::new();
    let ida = stage.home.user_token(&stage.alice, "ida", "agent");
    let console = Console::start(&stage.home);
    let nobody = "00000000-0000-7000-8000-000000000000";
    let (ida, olga) = (format!("Bearer {ida}"), format!("Bearer {}", stage.olga));
    let part = |who: &str, path: &str| {
        console.get(path, &[("Authorization", who), ("HX-Request", "true")])
    };
    for path in [
        "/journal",
        "/journal/1",
        "/journal/1/row.json",
        "/journal/rows.jsonl",
        "/journal/verification",
        "/runs",
        "/agents",
        "/agents/board",
        "/network",
        "/insight",
    ] {
        part(&ida, path).refused(403, "role_not_allowed");
        console.get(path, &[("HX-Request", "true")]).refused(401, "no_proof");
        part(&olga, path).is(200);
    }
    for path in ["/journal/verification", "/agents/pause", "/agents/unpause"] {
        let press = console.request("POST", path, &[("Authorization", &ida)], "");
        press.refused(403, "role_not_allowed");
    }
    for path in [format!("/runs/{nobody}"), format!("/journal/stories/{nobody}")] {
        part(&ida, &path).refused(403, "role_not_allowed");
        part(&olga, &path).refused(404, "not_found");
    }
    // Empty pages say what to do.
    for path in ["/runs", "/agents", "/network"] {
        let page = part(&olga, path).is(200).body;
        assert!(page.contains("class=\"empty\"") && page.contains("<code>countersign"), "{path}");
    }
}

#[test]
fn the_numbers_are_those_of_the_journal() {
    let stage = Stage::new();
    let mut ann = stage.client("ann");
    for _ in 0..3 {
        ann.call("notes__read_note", json!({ "id": "a" }));
    }
    for n in 0..6 {
        ann.call("notes__write_note", json!({ "id": format!("{n}"), "text": "x" }));
        let asked = stage.home.the_question();
        let id = asked["id"].as_str().unwrap();
        if n == 0 {
            stage.home.deny(&stage.alice, id, "no")
        } else {
            stage.home.approve(&stage.alice, id)
        };
    }
    ann.call("notes__delete_note", json!({ "id": "z" }));
    let console = Console::start(&stage.home);
    let reader = Reader { login: console.login(&stage.olga), console: &console };
    let page = reader.page("/insight");
    assert!(page.contains("tier 3: 1") && page.contains("tier 2: 0"), "{page}");
    assert!(
        page.contains("3 went without a question, 5 answered with yes, 1 answered with no"),
        "{page}"
    );
    assert_eq!(page.matches("class=\"chart\"").count(), 2);
    assert!(page.contains("of 6 ("), "six answers: {page}");
    assert!(page.contains("Rubber-stamping?"), "answers of a test are quick: {page}");
    let row = page.split("notes__write_note").nth(1).expect("the tool is listed");
    assert!(row.starts_with("</a></th><td class=\"number\">6</td>"), "{}", &row[..200]);
}

//! What a call could do to keep something from modules: by too much of it, by length, by decoys, by another spelling, by
//! making a module fail. None of it may let a call pass that would not pass in plain sight.

use crate::domain::policy::{OnError, StoredModule};
use crate::domain::ruling::{Given, Ruling, Verdict};
use crate::policy::rego::tests::{FILES, about, judge, policy, rules, says, sees, shipped, stored};
use serde_json::{Value, json};

fn ruled(config: &str, module: StoredModule, tool: &str, arguments: &Value) -> Ruling {
    judge(&policy(config, vec![module]), tool, &arguments.to_string(), &Given::default())
}

fn denying(mut module: StoredModule) -> StoredModule {
    module.on_error = OnError::Deny;
    module
}

/// A module with one rule of this body that denies.
fn denies(body: &str) -> StoredModule {
    let text = format!(
        "package countersign.m\n\ndeny_reasons contains \"no\" if {{\n\t{body}\n}}\n\n\
         decision := {{\"allow\": true, \"deny_reasons\": deny_reasons}}\n"
    );
    stored("m", &text)
}

fn plain(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("/srv/{at}.md")).collect()
}

#[test]
fn many_files_hide_none() {
    let read = |paths: Vec<String>| {
        ruled(FILES, shipped("data_privacy"), "read_doc", &json!({ "where": paths }))
    };
    let with_secret = |count| [plain(count), vec!["/app/.env".to_owned()]].concat();
    for count in [16, 17, 255] {
        let ruling = read(with_secret(count));
        assert_eq!(ruling.verdict, Verdict::Deny, "{count}");
        assert!(rules(&ruling).contains(&"data_privacy.sensitive_file_access"), "{ruling:?}");
    }
    assert_eq!(read(plain(256)).verdict, Verdict::Allow, "the twin");
    // Beyond what is looked at a person is asked, and a module that denies when it fails denies.
    for paths in [with_secret(256), with_secret(5_000), plain(257)] {
        let ruling = read(paths.clone());
        assert_eq!(ruling.verdict, Verdict::Ask);
        assert!(rules(&ruling).contains(&"data_privacy.too_large"), "{:?}", ruling.reasons);
        assert_eq!(ruling.modules[0].error.as_deref(), Some("too_large"));
        assert_eq!(ruling.modules[0].verdict, Verdict::Ask);
        let strict = denying(shipped("data_privacy"));
        let ruling = ruled(FILES, strict, "read_doc", &json!({ "where": paths }));
        assert_eq!(ruling.verdict, Verdict::Deny);
    }
    // One file named often is one.
    assert_eq!(read(vec!["/srv/a.md".to_owned(); 5_000]).verdict, Verdict::Allow);
}

#[test]
fn decoys_under_other_names_push_nothing_out() {
    let privacy = || shipped("data_privacy");
    let config =
        "[upstream.files]\ncommand='x'\n[upstream.files.action]\nread_doc={action='file_read'}\n";
    let moved = |decoys| json!({ "files": plain(decoys), "destination": "/app/.env" });
    assert_eq!(ruled(config, privacy(), "read_doc", &moved(40)).verdict, Verdict::Deny);
    assert_eq!(ruled(config, privacy(), "read_doc", &moved(400)).verdict, Verdict::Ask);
    // Where the configuration points, no other name counts.
    let elsewhere = json!({ "path": "/srv/a.md", "where": "/app/.env" });
    assert_eq!(ruled(FILES, privacy(), "read_doc", &elsewhere).verdict, Verdict::Deny);
    let seen = |arguments: Value| {
        let module = sees("object.get(input, \"model\", \"-\")");
        ruled(FILES, module, "ask_model", &arguments).warnings
    };
    assert_eq!(seen(json!({ "model": "cheap" })), ["m: -"]);
    assert_eq!(seen(json!({ "model": "cheap", "m": null })), ["m: -"]);
    assert_eq!(seen(json!({ "model": "cheap", "m": "dear" })), ["m: dear"]);
}

#[test]
fn what_the_configuration_points_to_and_is_no_text_is_asked() {
    let config = "[upstream.files]\ncommand='x'\n[upstream.files.action]\n\
         ask_model={action='llm_call', path='/p', url='/u', model='/m', priority='/q', region='/r', classification='/c'}\n";
    let fine = || says("m", r#"{"allow": true, "deny_reasons": []}"#);
    for place in ["u", "m", "q", "r", "c"] {
        for value in [json!(7), json!({ "a": "b" }), json!(["gpt-4"]), json!(true)] {
            let arguments = json!({ place: value });
            let ruling = ruled(config, fine(), "ask_model", &arguments);
            assert_eq!(ruling.verdict, Verdict::Ask, "{arguments}");
            let found = rules(&ruling);
            assert_eq!(found.iter().filter(|rule| **rule == "input.unreadable").count(), 1);
            assert_eq!(ruling.modules[0].error.as_deref(), Some("unreadable"), "{arguments}");
            let ruling = ruled(config, denying(fine()), "ask_model", &arguments);
            assert_eq!(ruling.verdict, Verdict::Deny, "{arguments}");
        }
        for arguments in [json!({ place: "text" }), json!({ place: null }), json!({})] {
            let ruling = ruled(config, fine(), "ask_model", &arguments);
            assert_eq!(ruling.verdict, Verdict::Allow, "the twin: {arguments}");
        }
    }
    for (path, verdict) in [
        (json!("/a"), Verdict::Allow),
        (json!(["/a", { "path": "/b" }]), Verdict::Allow),
        (json!([]), Verdict::Allow),
        (json!({ "path": "/a" }), Verdict::Ask),
        (json!(["/a", 7]), Verdict::Ask),
        (json!(["/a", { "file": "/b" }]), Verdict::Ask),
        (json!(7), Verdict::Ask),
    ] {
        let ruling = ruled(config, fine(), "ask_model", &json!({ "p": path }));
        assert_eq!(ruling.verdict, verdict, "{path}");
    }
}

#[test]
fn of_several_usual_names_each_counts() {
    let seen = |arguments: Value| {
        let what = "[input.resource.url, input.resource.host, object.get(input, \"task_priority\", \"-\")]";
        ruled("", sees(what), "read_doc", &arguments).warnings
    };
    let one =
        |url: &str, priority: &str| format!("m: [\"https://{url}/x\", \"{url}\", \"{priority}\"]");
    let url = |host: &str| format!("https://{host}/x");
    assert_eq!(seen(json!({ "uri": url("a.test") })), [one("a.test", "-")]);
    let both = json!({ "url": url("a.test"), "uri": url("b.test"), "task_priority": "high", "priority": "low" });
    let all = ["a.test", "b.test"].map(|url| ["high", "low"].map(|priority| one(url, priority)));
    assert_eq!(seen(both), all.concat());
    assert_eq!(
        seen(json!({ "url": [url("a.test"), url("b.test")] })),
        [one("a.test", "-"), one("b.test", "-")]
    );
    let many: Vec<String> = (0..2_000).map(|at| url(&format!("h{at}.test"))).collect();
    let fine = says("m", r#"{"allow": true, "deny_reasons": []}"#);
    let ruling = ruled("", fine, "read_doc", &json!({ "url": many, "paths": plain(200) }));
    assert_eq!(ruling.verdict, Verdict::Ask, "{:?}", ruling.reasons);
}

#[test]
fn a_text_that_is_cut_is_asked() {
    let fine = || says("m", r#"{"allow": true, "deny_reasons": []}"#);
    for name in ["path", "url", "model", "region", "priority", "data_classification"] {
        let of = |length: usize| json!({ name: "a".repeat(length) });
        let cut = ruled("", fine(), "read_doc", &of(4 * 1024 + 1));
        assert_eq!(cut.verdict, Verdict::Ask, "{name}");
        assert!(rules(&cut).contains(&"m.too_large"), "{name}: {:?}", cut.reasons);
        let strict = ruled("", denying(fine()), "read_doc", &of(4 * 1024 + 1));
        assert_eq!(strict.verdict, Verdict::Deny, "{name}");
        let whole = ruled("", fine(), "read_doc", &of(4 * 1024));
        assert_eq!(whole.verdict, Verdict::Allow, "the twin: {name}");
    }
}

#[test]
fn a_module_sees_what_a_server_opens() {
    let etc = || denies("startswith(input.resource.path, \"/etc/\")");
    for arguments in [
        json!({ "path": "/srv/../etc/x" }),
        json!({ "path": "/srv/a b/c;d/../../../etc/x" }),
        json!({ "path": "//etc/./x" }),
        json!({ "path": "../../etc/x" }),
        json!({ "path": "file:///etc/x" }),
        json!({ "url": "file:///etc/x" }),
        json!({ "url": "FILE://localhost/srv/%2e%2e/etc/x" }),
        json!({ "uri": "file:/%65tc/x?y" }),
        json!({ "paths": ["/srv/a", { "path": "/srv/../etc/x" }] }),
    ] {
        assert_eq!(ruled("", etc(), "read_doc", &arguments).verdict, Verdict::Deny, "{arguments}");
    }
    for arguments in [
        json!({ "path": "/srv/etc/x" }),
        json!({ "path": "/etc/../srv/x" }),
        json!({ "url": "https://a.test/etc/x" }),
    ] {
        let denied = arguments["path"] == "/etc/../srv/x";
        let wanted = if denied { Verdict::Deny } else { Verdict::Allow };
        assert_eq!(ruled("", etc(), "read_doc", &arguments).verdict, wanted, "{arguments}");
    }
}

#[test]
fn a_module_that_a_call_makes_fail_lets_nothing_pass() {
    let ten = |name: &str| format!("some {name} in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]");
    let loops = ["a", "b", "c", "d", "e"].map(ten).join("\n\t");
    let steps = format!("input.model == \"slow\"\n\t{loops}\n\ta + b + c + d + e == 0");
    for (what, body, trips) in [
        ("steps", steps.as_str(), "slow"),
        ("bytes", "sprintf(input.model, [1]) == \"\"", "%9999d"),
    ] {
        let of = |model: &str, module| ruled("", module, "read_doc", &json!({ "model": model }));
        let asked = of(trips, denies(body));
        assert_eq!(asked.verdict, Verdict::Ask, "{what}: {asked:?}");
        assert!(rules(&asked).contains(&"m.limit"), "{what}: {:?}", asked.reasons);
        assert_eq!(of(trips, denying(denies(body))).verdict, Verdict::Deny, "{what}");
        assert_eq!(of("fine", denies(body)).verdict, Verdict::Allow, "the twin: {what}");
    }
}

#[test]
fn what_was_said_of_one_file_stands_beside_a_failure_on_another() {
    let text = "package countersign.m\n\nallow if input.resource.path != \"/undefined\"\n\n\
        ask_reasons contains \"look\" if input.resource.path == \"/asked\"\n\n\
        deny_reasons contains \"no\" if input.resource.path == \"/denied\"\n\n\
        decision := {\"allow\": allow, \"deny_reasons\": deny_reasons, \"ask_reasons\": ask_reasons}\n";
    let of = |paths: &[&str]| ruled("", stored("m", text), "read_doc", &json!({ "paths": paths }));
    assert_eq!(of(&["/undefined"]).verdict, Verdict::Allow);
    for order in [["/asked", "/undefined"], ["/undefined", "/asked"]] {
        let asked = of(&order);
        assert_eq!(asked.verdict, Verdict::Ask);
        assert!(rules(&asked).contains(&"m.look"), "{:?}", asked.reasons);
        assert_eq!(asked.modules[0].error.as_deref(), Some("undefined"));
    }
    assert_eq!(of(&["/undefined", "/denied"]).verdict, Verdict::Deny);
    // What may pass hides nothing that may not.
    let long = format!("/{}", "a".repeat(5_000));
    let both = of(&["/undefined", &long]);
    assert_eq!((both.verdict, both.modules[0].error.as_deref()), (Verdict::Ask, Some("too_large")));
}

#[test]
fn whoever_else_is_asked_knows_whether_he_saw_all() {
    let shown = |arguments: Value| {
        let policy = policy(FILES, Vec::new());
        about("read_doc", &arguments.to_string(), &Given::default(), |facts| {
            policy.inputs(facts, &policy.judge(facts))
        })
    };
    let fine = shown(json!({ "where": plain(40) }));
    assert_eq!((fine.inputs.len(), fine.whole), (40, true));
    assert!(!shown(json!({ "where": plain(257) })).whole);
    assert!(!shown(json!({ "where": "a".repeat(5_000) })).whole);
    assert!(!shown(json!({ "where": 7 })).whole);
    assert!(shown(json!({})).whole);
}

//! Receivers that fail, lie or are not allowed, and processes that die while they send.

use std::time::Duration;

use serde_json::json;

use crate::stage::Stage;
use crate::support::{DEADLINE, wait_until};

fn test_fails(stage: &Stage, code: &str) {
    let told = stage.notify(&["test", "team"]).exits(1);
    assert!(told.stderr.contains(&format!("(`{code}`)")), "{told:#?}");
    assert!(
        !told.stderr.contains("u4l-c4n4ry") && !told.stdout.contains("u4l-c4n4ry"),
        "{told:#?}"
    );
}

#[test]
fn a_test_tells_how_it_went() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    let told = stage.notify(&["test", "team"]).ok();
    assert!(told.stdout.contains("was taken by its receiver"), "{told:#?}");
    assert_eq!(stage.titles(), ["Test Notification"]);
    for (how, code) in [("404", "http_404"), ("500", "http_500"), ("redirect", "http_307")] {
        stage.behave(how);
        test_fails(&stage, code);
    }
    let moved = stage.hooked().iter().filter(|request| request["path"] == "/moved").count();
    assert_eq!(moved, 0, "a redirect was followed");
    assert_eq!(stage.hooked().len(), 4, "a test is tried once");
    stage.behave("slow");
    test_fails(&stage, "timeout");
}

#[test]
fn what_fails_is_tried_again_and_what_is_refused_is_not() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    stage.behave("retry");
    let mut asker = stage.session("asker");
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    stage.wait_hooked(1);
    stage.wait_one("SELECT error FROM deliveries", "http_429");
    assert_eq!(stage.last("team")["status"], "pending");
    stage.behave("ok");
    stage.wait_hooked(2);
    stage.wait_one("SELECT status || attempts FROM deliveries", "sent2");
    // Retry-After said three seconds, and the usual rest is ten.
    let at = |index: usize| stage.hooked()[index]["at"].as_f64().expect("a time");
    assert!((2.5..9.0).contains(&(at(1) - at(0))), "{}", at(1) - at(0));
    // The usual rest.
    stage.behave("500");
    asker.call("notes__write_note", json!({"id": "b", "text": "two"}));
    stage.wait_hooked(3);
    stage.behave("ok");
    stage.wait_hooked(4);
    assert!((9.0..20.0).contains(&(at(3) - at(2))), "{}", at(3) - at(2));
    // What the receiver does not know is given up at once.
    stage.behave("404");
    asker.call("notes__write_note", json!({"id": "c", "text": "three"}));
    stage
        .wait_one("SELECT status || attempts FROM deliveries ORDER BY seq DESC LIMIT 1", "failed1");
    let failed = "SELECT CAST(count(*) AS TEXT) FROM journal WHERE type = 'notify.failed'";
    assert_eq!(stage.one(failed).as_deref(), Some("1"));
}

#[test]
fn what_a_killed_process_was_sending_is_sent_by_the_next() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    stage.behave("slow");
    let mut asker = stage.session("asker");
    asker.call("notes__write_note", json!({"id": "a", "text": "one"}));
    stage.wait_hooked(1);
    asker.kill9();
    stage.behave("ok");
    let _next = stage.session("next");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(stage.hooked().len(), 1, "its claim does not hold");
    // Its claim runs out after a minute; here the clock of the claim is set forward.
    let conn = rusqlite::Connection::open(stage.home.path().join("countersign.db")).expect("opens");
    conn.busy_timeout(DEADLINE).expect("a timeout");
    conn.execute("UPDATE deliveries SET due_at = due_at - 60000", []).expect("set forward");
    stage.wait_hooked(2);
    stage.wait_one("SELECT status || attempts FROM deliveries", "sent2");
}

#[test]
fn loopback_is_no_receiver_unless_the_configuration_says_so() {
    let stage = Stage::new();
    stage.add_hook("team", &[]);
    stage.add_mail("ann");
    stage.configure("allow_private = false", "starttls");
    test_fails(&stage, "address_not_allowed");
    assert_eq!(stage.connections(), 0, "somebody connected");
    let told = stage.notify(&["test", "ann"]).exits(1);
    assert!(told.stderr.contains("(`address_not_allowed`)"), "{told:#?}");
    assert!(stage.mails("mail").is_empty());
    // The twins: allowed, both arrive.
    stage.configure("allow_private = true", "starttls");
    stage.notify(&["test", "team"]).ok();
    stage.notify(&["test", "ann"]).ok();
    assert_eq!((stage.hooked().len(), stage.mails("mail").len()), (1, 1));
}

#[test]
fn mail_goes_over_tls_or_to_this_machine_alone() {
    let stage = Stage::new();
    stage.add_mail("ann");
    // A server that offers no TLS is told nothing.
    let plain = stage.ports["plain"].to_string();
    let config = stage.home.path().join("countersign.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    stage.home.write_config(&text.replace(&stage.ports["mail"].to_string(), &plain));
    stage.home.accept_config(&stage.alice);
    let told = stage.notify(&["test", "ann"]).exits(1);
    assert!(told.stderr.contains("(`tls`)"), "{told:#?}");
    assert!(stage.mails("plain").is_empty());
    stage.configure("allow_private = true", "none");
    stage.notify(&["test", "ann"]).ok();
    assert_eq!(stage.mails("plain").len(), 1);
    stage.configure("allow_private = false", "none");
    let told = stage.notify(&["test", "ann"]).exits(1);
    assert!(told.stderr.contains("(`address_not_allowed`)"), "{told:#?}");
    assert_eq!(stage.mails("plain").len(), 1);
    // A password that others can read is not used.
    stage.configure("allow_private = true", "starttls");
    let password = stage.home.user().join("mail-password");
    let mode = |mode| std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(&password, mode(0o644)).expect("a mode");
    let told = stage.notify(&["test", "ann"]).exits(1);
    assert!(told.stderr.contains("(`config`)"), "{told:#?}");
    std::fs::set_permissions(&password, mode(0o600)).expect("a mode");
    stage.notify(&["test", "ann"]).ok();
    wait_until(DEADLINE, || stage.mails("mail").len() == 1);
}

#[test]
fn only_an_admin_adds_and_a_certificate_of_nobody_is_refused() {
    let stage = Stage::new();
    let url = stage.home.work().join("url.txt");
    std::fs::write(&url, stage.hook_url()).expect("a file");
    let url = url.to_str().expect("a path").to_owned();
    let add = ["notify", "add", "team", "--discord", "--url-file", &url, "--yes"];
    stage.home.cli(&add).exits(3);
    let olga = stage.home.user_token(&stage.alice, "olga", "operator");
    stage.home.cli_with_token(&olga, &add).exits(3);
    assert_eq!(
        stage.one("SELECT CAST(count(*) AS TEXT) FROM notify_targets").as_deref(),
        Some("0")
    );
    for bad in ["http://discord.com/x", "https://evil.test/x", "https://a:b@discord.com/x"] {
        std::fs::write(&url, bad).expect("a file");
        let told = stage.home.cli_with_token(&stage.alice, &add).exits(2);
        assert!(!told.stderr.contains("evil.test"), "{told:#?}");
    }
    std::fs::write(&url, stage.hook_url()).expect("a file");
    stage.home.cli_with_token(&stage.alice, &add).ok();
    stage.home.cli_with_token(&stage.alice, &add).exits(1);
    let config = stage.home.path().join("countersign.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("ca_file")).collect();
    stage.home.write_config(&without.join("\n"));
    stage.home.accept_config(&stage.alice);
    test_fails(&stage, "tls");
    assert!(stage.hooked().is_empty());
}

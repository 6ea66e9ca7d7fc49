//! Servers that are addresses, over TLS: who they are is proven before anything of ours goes there.

use crate::site::Site;
use crate::support::{DEADLINE, Home, Session, certify, is_error, text, wait_until};
use serde_json::json;
use std::fs;
use std::path::Path;

const TOKEN: &str = "s3cr3t-0123456789";

/// A session whose one server is this site, by this name of the host.
fn session(site: &Site, host: &str, ca: Option<&Path>) -> (Home, Session) {
    let home = Home::new();
    let file = home.work().join("token");
    fs::write(&file, TOKEN).expect("the token is written");
    let ours = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&file, ours).expect("its mode");
    let ca = ca.map(|file| format!("ca_file = {file:?}\n")).unwrap_or_default();
    let url = format!("https://{host}:{}/mcp", site.port());
    home.write_config(&format!("[upstream.web]\nurl = {url:?}\ntoken_file = {file:?}\n{ca}"));
    let session = Session::serve(&home, &["--on-ask", "deny"]);
    (home, session)
}

#[test]
fn a_certificate_that_nobody_vouches_for_gets_nothing() {
    let home = Home::new();
    let folder = |name: &str| {
        let folder = home.work().join(name);
        fs::create_dir(&folder).expect("a folder");
        certify(&home, &folder)
    };
    let ((cert, key), (another, _)) = (folder("its"), folder("another"));
    let site = Site::with_tls(&cert, &key);
    let down = |host: &str, ca: Option<&Path>| {
        let (_home, mut session) = session(&site, host, ca);
        wait_until(DEADLINE, || session.stderr().contains("`web`"));
        let read = session.call_response("web__read_note", json!({"id": "a"}));
        assert!(read["result"].is_null(), "{read}");
        assert!(!session.stderr().contains(TOKEN), "{}", session.stderr());
        assert!(site.requests().is_empty(), "{:?}", site.requests());
    };
    down("localhost", None);
    down("localhost", Some(&another));
    // Twins: by name and by address, once its certificate is vouched for.
    for host in ["localhost", "127.0.0.1"] {
        let (_home, mut session) = session(&site, host, Some(&cert));
        session.tools_with("web__read_note");
        let read = session.call("web__read_note", json!({"id": "a"}));
        assert!(!is_error(&read) && text(&read).contains('a'), "{read}");
    }
    let seen = site.posts("tools/call");
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0]["headers"]["authorization"], format!("Bearer {TOKEN}"));
}

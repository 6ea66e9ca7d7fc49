//! Certificates for servers that a test starts.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::Home;

/// A certificate for `localhost` and 127.0.0.1 that signs itself, and its key: `cert.pem` and `key.pem` in this folder.
pub(crate) fn certify(home: &Home, folder: &Path) -> (PathBuf, PathBuf) {
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let path = |file: &Path| file.to_str().expect("a path").to_owned();
    let (out, keyout) = (path(&cert), path(&key));
    let names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    let whose = ["-days", "2", "-subj", "/CN=localhost", "-addext", names];
    let what = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    let where_to = ["-keyout", &keyout, "-out", &out];
    let end = ["-addext", "basicConstraints=critical,CA:FALSE"];
    let arguments = [&["req", "-x509"][..], &what, &where_to, &whose, &end].concat();
    let made = home.program("openssl", &arguments).stderr(Stdio::null()).status();
    assert!(made.expect("openssl runs").success());
    (cert, key)
}

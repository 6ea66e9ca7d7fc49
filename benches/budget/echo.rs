//! The cheapest server there can be: no parser, one read and one write for as many lines as came together.

use std::io::{Read as _, Write as _};

/// The argument that turns this program into the server.
pub(crate) const MODE: &str = "echo-upstream";

/// Its tools: one that reads, one that writes.
const TOOLS: &str = r#"{"tools":[{"name":"get_note","description":"Returns a note.","inputSchema":{"type":"object","properties":{"path":{"type":"string"},"line":{"type":"integer"}},"required":["path"]},"annotations":{"readOnlyHint":true}},{"name":"write_note","description":"Writes a note.","inputSchema":{"type":"object","properties":{"path":{"type":"string"},"text":{"type":"string"}},"required":["path","text"]}}]}"#;
const HELLO: &str = r#"{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"echo","version":"1"}}"#;

/// The definition of a tool, as the server lists it.
pub(crate) fn definition(tool: &str) -> &'static str {
    let start = TOOLS.find(&format!(r#"{{"name":"{tool}""#)).expect("the tool is listed");
    let rest = &TOOLS[start..];
    let end = rest[1..].find(r#"{"name":""#).map_or(rest.len() - 2, |next| next);
    &rest[..end]
}

/// Serves until its input ends.
pub(crate) fn run() {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let (mut kept, mut answers) = (Vec::new(), Vec::new());
    let mut chunk = vec![0_u8; 64 * 1024];
    loop {
        let got = match input.read(&mut chunk) {
            Ok(0) | Err(_) => return,
            Ok(got) => got,
        };
        kept.extend_from_slice(&chunk[..got]);
        let whole = kept.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        for line in kept[..whole].split(|b| *b == b'\n') {
            answer(&String::from_utf8_lossy(line), &mut answers);
        }
        kept.drain(..whole);
        if output.write_all(&answers).and_then(|()| output.flush()).is_err() {
            return;
        }
        answers.clear();
    }
}

fn answer(line: &str, out: &mut Vec<u8>) {
    let Some(id) = line.split_once("\"id\":").map(|(_, rest)| rest) else { return };
    let id = &id[..id.find([',', '}']).unwrap_or(id.len())];
    let result = if line.contains("\"method\":\"tools/call\"") {
        // When it came is part of the answer: how long after the yes it was sent is read off it.
        format!(
            r#"{{"content":[{{"type":"text","text":"at {} a note of a hundred bytes or so, as short answers are, with a little more behind it"}}]}}"#,
            micros()
        )
    } else if line.contains("\"method\":\"initialize\"") {
        HELLO.to_owned()
    } else if line.contains("\"method\":\"tools/list\"") {
        TOOLS.to_owned()
    } else {
        "{}".to_owned()
    };
    out.extend_from_slice(
        format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}\n").as_bytes(),
    );
}

/// Microseconds since 1970: the one clock that two processes share.
#[expect(
    clippy::disallowed_methods,
    reason = "this is a stopwatch between processes, nothing is decided by it"
)]
pub(crate) fn micros() -> u128 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_micros())
}

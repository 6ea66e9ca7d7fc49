//! What a call comes back with, whatever its server says.

use crate::upstream::Spec;
use crate::upstream::answer::{Answer, Lost, ProgressSink};
use crate::upstream::live::Pace;
use crate::upstream::testing::{pace, permit, spec, start, until};
use crate::upstream::tests::{SOON, call, lost, python, result};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn bytes_pass_unchanged_in_both_directions() {
    let server = python(
        r#"
line = sys.stdin.buffer.readline()
say('{"result":{ "a" :1.10,"line":%s , "u":"\\u00e9\\ud800"},"jsonrpc":"2.0","id":%d}' % (json.dumps(line.decode()), json.loads(line)["id"]))
read()
"#,
    );
    let handshake = server.ready(SOON).await.expect("ready");
    assert_eq!((handshake.protocol.as_str(), handshake.offers("tools")), ("2025-06-18", true));
    let permit = permit(&server, "t", r#"{"b":1.0,"a":"é"}"#).await;
    let sent = server.send(permit, None, &CancellationToken::new()).await;
    assert_eq!((sent.receipt.seq(), sent.receipt.call().parts().tool.as_str()), (1, "t"));
    let text = result(sent);
    assert!(text.starts_with("{ \"a\" :1.10,\"line\":"), "{text}");
    assert!(text.ends_with(r#" , "u":"\u00e9\ud800"}"#), "{text}");
    assert!(text.contains(r#"\"arguments\":{\"b\":1.0,\"a\":\"\u00e9\"}}}\n"#), "{text}");
}

#[tokio::test]
async fn progress_comes_in_order_and_before_the_result() {
    let server = python(
        r#"
while True:
    call = read()
    raw(b"".join(json.dumps({"method": "notifications/progress", "params": {"progressToken": call["id"], "progress": n}}).encode() + b"\n" for n in range(200)) + json.dumps({"id": call["id"], "result": {}}).encode() + b"\n")
    progress(call, 999)
"#,
    );
    let heard = Arc::new(Mutex::new(Vec::new()));
    let sink = heard.clone();
    let sink: ProgressSink =
        Box::new(move |params| sink.lock().expect("lock").push(params.to_owned()));
    let permit = permit(&server, "t", "{}").await;
    let sent = server.send(permit, Some(sink), &CancellationToken::new()).await;
    let heard = std::mem::take(&mut *heard.lock().expect("lock"));
    let id = 2; // 1 was the handshake
    let want: Vec<_> =
        (0..200).map(|n| format!(r#"{{"progressToken": {id}, "progress": {n}}}"#)).collect();
    assert_eq!((result(sent).as_str(), heard), ("{}", want));
    until("late progress is dropped", || {
        server.noise().iter().any(|(w, _)| w.starts_with("progress"))
    })
    .await;
}

#[tokio::test]
async fn junk_foreign_ids_and_second_answers_are_dropped() {
    let server = python(
        r#"
call = read()
i = call["id"]
for junk in ["Listening on stdio", "[]", "7", '{"id":', "", '{"method":5}', "\xff"]:
    say(junk)
raw(b"\xff\xfe\n")
for other in ['"%d"' % i, str(i + 1), "%d.0" % i, "-1", "null", "[%d]" % i, "9" * 40]:
    say('{"jsonrpc":"2.0","id":%s,"result":{"mine":false}}' % other)
say('{"jsonrpc":"2.0","id":%d,"id":%d,"result":{"mine":false}}' % (i, i))
say('{"jsonrpc":"2.0","result":{"mine":false}}')
answer(call, {"mine": 1})
answer(call, {"mine": 2})
answer(read(), {"next": True})
read()
"#,
    );
    assert_eq!(result(call(&server, "t").await), r#"{"mine": 1}"#);
    assert_eq!(result(call(&server, "t").await), r#"{"next": true}"#);
    let noise = server.noise();
    let count = |part: &str| {
        noise.iter().filter(|(what, _)| what.contains(part)).map(|(_, n)| n).sum::<u64>()
    };
    assert_eq!(
        (count("not a message"), count("not ours"), count("no call waits")),
        (6, 8, 2),
        "{noise:?}"
    );
}

#[tokio::test]
async fn an_answer_that_says_two_things_is_malformed() {
    let server = python(
        r#"
for body in ['"result":{},"error":{}', '"x":1', '"result":{},"result":{}', '"result":{},"r\\u0065sult":{}', '"result":null', '"result":[]', '"error":"no"', '"result":{},"x":1,"x":2']:
    say('{"id":%d,%s}' % (read()["id"], body))
say('{"id":%d,"error":{"code" : -1}}' % read()["id"])
read()
"#,
    );
    for at in 0..8 {
        assert_eq!(lost(call(&server, "t").await), Lost::Malformed, "{at}");
    }
    match call(&server, "t").await.answer {
        Ok(Answer::Error(error)) => assert_eq!(error.get(), r#"{"code" : -1}"#),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_without_an_answer_ends_in_time_and_the_server_is_told() {
    let body = r#"
first = read()
told = read()
answer(read(), {"told": told, "first": first["id"]})
read()
"#;
    let server = start(Spec { timeout: Duration::from_millis(300), ..spec(body) }, pace()).0;
    server.ready(SOON).await.expect("ready");
    let sent = call(&server, "t").await;
    assert!(sent.took >= Duration::from_millis(300));
    assert_eq!(lost(sent), Lost::TimedOut);
    let told = result(call(&server, "t").await);
    assert!(
        told.contains(r#""method": "notifications/cancelled", "params": {"requestId": 2,"#),
        "{told}"
    );
}

#[tokio::test]
async fn a_cancelled_call_is_given_up_and_the_server_is_told_under_its_own_id() {
    let body = r#"
first = read()
told = read()
answer(first, {"late": True})
answer(read(), {"told": told["params"]["requestId"] == first["id"], "method": told["method"]})
read()
"#;
    let server = python(body);
    server.ready(SOON).await.expect("ready");
    let cancel = CancellationToken::new();
    let soon = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    };
    let permitted = permit(&server, "t", "{}").await;
    let (sent, ()) = tokio::join!(server.send(permitted, None, &cancel), soon);
    assert_eq!(lost(sent), Lost::Cancelled);
    let told = result(call(&server, "t").await);
    assert_eq!(told, r#"{"told": true, "method": "notifications/cancelled"}"#);
    let permitted = permit(&server, "t", "{}").await;
    let sent = server.send(permitted, None, &cancel).await;
    assert!(matches!(lost(sent), Lost::NotSent(_)), "cancelled before: nothing was written");
}

#[tokio::test]
async fn a_line_over_the_limit_cuts_the_link() {
    let body = r#"
while True:
    call = read()
    if call["params"]["name"] == "big":
        raw(b"x" * 3000000)
        time.sleep(60)
    answer(call, {"text": "y" * 900000})
"#;
    let (server, _) = start(spec(body), Pace { line: 1_000_000, ..pace() });
    assert_eq!(result(call(&server, "t").await).len(), 900_012);
    assert_eq!(lost(call(&server, "big").await), Lost::TooLarge);
    assert_eq!(result(call(&server, "t").await).len(), 900_012);
}

#[tokio::test]
async fn big_calls_pass_while_the_server_writes_as_much() {
    let server =
        python("while True:\n    c = read()\n    answer(c, {'x': c['params']['arguments']['x']})");
    let big = format!(r#"{{"x":"{}"}}"#, "x".repeat(1_000_000));
    let never = CancellationToken::new();
    let permits = [permit(&server, "t", &big).await, permit(&server, "t", &big).await];
    let [one, two] = permits.map(|permit| server.send(permit, None, &never));
    let (one, two) = tokio::join!(one, two);
    assert_eq!((result(one).len(), result(two).len()), (1_000_009, 1_000_009));
}

#[tokio::test]
async fn requests_of_the_server_are_answered_by_the_rules() {
    let body = r#"
call = read()
def ask(method, id, **params):
    say({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
ask("ping", "p1")
ask("sampling/createMessage", 1)
ask("roots/list", 2)
ask("elicitation/create", "e", message="hi")
got = {str(m["id"]): m.get("result", m.get("error", {}).get("code")) for m in (read() for _ in range(4))}
for n in range(17):
    ask("elicitation/create", 100 + n, message="hang")
busy = read()
say({"method": "notifications/cancelled", "params": {"requestId": 100}})
time.sleep(0.1)
ask("elicitation/create", 200, message="hi")
after = read()
say({"method": "notifications/tools/list_changed"})
say({"method": "notifications/message", "params": {"level": "info"}})
answer(call, {"got": got, "busy": busy["error"]["code"], "after": after["id"]})
read()
"#;
    let (server, heard) = start(spec(body), pace());
    let said = result(call(&server, "t").await);
    assert_eq!(
        said,
        r#"{"got": {"p1": {}, "1": -32601, "2": -32601, "e": {"ok": true}}, "busy": -32000, "after": 200}"#
    );
    let heard = heard.get();
    assert_eq!(
        heard.first().map(String::as_str),
        Some(r#"py elicitation/create {"message": "hi"}"#)
    );
    assert!(heard.iter().all(|line| !line.contains("roots") && !line.contains("sampling")));
    assert_eq!(
        heard.get(heard.len() - 2..),
        Some(&["Tools".to_owned(), r#"notifications/message {"level": "info"}"#.to_owned()][..])
    );
}

#[tokio::test]
async fn a_flood_does_not_starve_calls() {
    let body = r#"
import threading
call = read()
flood = (json.dumps({"method": "notifications/progress", "params": {"progressToken": 77, "progress": 1}}) + "\n").encode() * 1000
for _ in range(100):
    raw(flood)
answer(call, {})
read()
"#;
    let server = python(body);
    assert_eq!(result(call(&server, "t").await), "{}");
    assert_eq!(server.noise(), [("progress that no call waits for", 100_000)]);
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_is_cancelled() {
    let body = r#"
first = read()
told = read()
answer(read(), {"told": told["params"]["requestId"] == first["id"]})
read()
"#;
    let server = python(body);
    server.ready(SOON).await.expect("ready");
    let left = tokio::time::timeout(Duration::from_millis(100), call(&server, "t")).await;
    assert!(left.is_err());
    assert_eq!(result(call(&server, "t").await), r#"{"told": true}"#);
}

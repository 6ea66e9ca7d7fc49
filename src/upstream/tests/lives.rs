//! How servers start, fail, come back and end.

use crate::upstream::answer::Lost;
use crate::upstream::live::Pace;
use crate::upstream::testing::{lives, pace, permit, program, spec, start, until};
use crate::upstream::tests::{SOON, call, lost, python, result};
use crate::upstream::{NotReady, Place, Program, Spec};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn death_in_the_middle_of_a_call_ends_it_and_the_server_comes_back() {
    let body = r#"
call = read()
if call["params"]["name"] == "die":
    # the grandchild holds our stdout open
    subprocess.Popen(["sleep", "60"])
    os._exit(3)
answer(call, {"pid": os.getpid()})
read()
"#;
    let (server, heard) = start(spec(body), pace());
    let (first, second) = tokio::join!(call(&server, "die"), call(&server, "die"));
    assert_eq!((lost(first), lost(second)), (Lost::Closed, Lost::Closed));
    assert!(result(call(&server, "live").await).contains("pid"));
    assert_eq!(
        heard.get(),
        ["Tools", "Prompts", "Resources"],
        "after a restart all lists may differ"
    );
}

#[tokio::test]
async fn a_server_that_does_not_read_is_ended_and_only_what_was_begun_is_unknown() {
    let (server, _) =
        start(spec("time.sleep(60)"), Pace { stall: Duration::from_millis(300), ..pace() });
    server.ready(SOON).await.expect("ready");
    let big = format!(r#"{{"x":"{}"}}"#, "x".repeat(300_000));
    let (one, two) = (permit(&server, "t", &big).await, permit(&server, "t", "{}").await);
    let never = CancellationToken::new();
    let (one, two) = tokio::join!(server.send(one, None, &never), server.send(two, None, &never));
    assert_eq!(lost(one), Lost::Closed);
    assert!(matches!(lost(two), Lost::NotSent(_)));
}

#[tokio::test]
async fn a_server_that_never_starts_says_why() {
    let place = Place::Program(Program { argv: vec!["/does/not/exist".into()], ..program("") });
    let nothing = Spec { place, ..spec("") };
    let (server, _) = start(nothing, pace());
    let why = server.ready(SOON).await.expect_err("no such program").to_string();
    assert!(why.contains("`/does/not/exist` cannot be started"), "{why}");
    assert!(matches!(lost(call(&server, "t").await), Lost::NotSent(_)));

    let (server, _) = start(spec("# no handshake\nsys.exit('no \\x1b[2J licence')"), pace());
    let why = server.ready(SOON).await.expect_err("it exits").to_string();
    assert!(why.contains("exited with code 1; its last words: no \\u{1b}[2J licence"), "{why}");

    let (server, _) = start(
        spec("# silent\ntime.sleep(60)"),
        Pace { handshake: Duration::from_millis(200), ..pace() },
    );
    assert_eq!(
        server.ready(Duration::from_millis(50)).await.expect_err("slow"),
        NotReady::Starting
    );
    let why = server.ready(SOON).await.expect_err("too slow").to_string();
    assert!(why.contains("did not answer in time"), "{why}");

    let modern =
        "# modern\nsay({'id': read()['id'], 'error': {'code': -32601, 'message': 'gone'}})\nread()";
    let why = python(modern).ready(SOON).await.expect_err("modern");
    assert!(matches!(why, NotReady::Modern(_)), "{why}");
}

#[tokio::test]
async fn a_failing_server_is_tried_with_growing_pauses_and_then_only_when_needed() {
    let dir = tempfile::tempdir().expect("a directory");
    let count = dir.path().join("count");
    let body =
        format!("# counts\nopen({:?}, 'a').write('x')\nsys.exit(1)", count.display().to_string());
    let pace = Pace { unasked: 3, ..pace() };
    let (server, _) = start(spec(&body), pace);
    let tries = || std::fs::read_to_string(&count).map_or(0, |text| text.len());
    until("three tries", || tries() == 3).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(tries(), 3, "nobody needs it");
    assert!(server.ready(Duration::from_secs(2)).await.is_err());
    until("a fourth", || tries() == 4).await;
}

/// A server with a grandchild; neither minds its stdin or SIGTERM.
const STUBBORN: &str = r#"
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["python3", "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"], stdout=subprocess.PIPE)
child.stdout.readline()
answer(read(), {"pids": "%d %d" % (os.getpid(), child.pid)})
time.sleep(60)
"#;

fn pids(said: &str) -> Vec<String> {
    said.split(['"', ' ']).filter(|w| w.parse::<u32>().is_ok()).map(str::to_owned).collect()
}

#[tokio::test]
async fn stop_ends_the_whole_group() {
    let server = python(STUBBORN);
    let pids = pids(&result(call(&server, "t").await));
    assert!(pids.len() == 2 && pids.iter().all(|pid| lives(pid)));
    server.stop().await;
    until("the group is gone", || !pids.iter().any(|pid| lives(pid))).await;
    assert_eq!(server.ready(SOON).await.expect_err("stopped"), NotReady::Stopped);
    assert!(matches!(lost(call(&server, "t").await), Lost::NotSent(_)));
}

#[tokio::test]
async fn dropping_ends_the_whole_group() {
    let server = python(STUBBORN);
    let pids = pids(&result(call(&server, "t").await));
    drop(server);
    until("the group is gone", || !pids.iter().any(|pid| lives(pid))).await;
}

#[test]
fn the_end_of_the_runtime_ends_the_whole_group() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (server, pids) = runtime.block_on(async {
        let server = python(STUBBORN);
        let pids = pids(&result(call(&server, "t").await));
        (server, pids)
    });
    drop(runtime);
    for _ in 0..500 {
        if !pids.iter().any(|pid| lives(pid)) {
            return drop(server);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it lives on");
}

#[tokio::test]
async fn a_server_that_minds_its_stdin_gets_the_time_to_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let mark = dir.path().join("mark");
    let body = format!(
        "sys.stdin.read()\ntime.sleep(0.1)\nopen({:?}, 'w').write('done')",
        mark.display().to_string()
    );
    let server = python(&body);
    server.ready(SOON).await.expect("ready");
    server.stop().await;
    assert_eq!(std::fs::read_to_string(mark).ok().as_deref(), Some("done"));
}

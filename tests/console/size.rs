//! What the queue's page weighs.

use crate::queue::Stage;
use crate::support::{DEADLINE, python, run};
use serde_json::json;

#[test]
fn the_queue_is_below_60_kb_compressed() {
    let stage = Stage::new();
    let mut agent = stage.agent();
    for n in 0..10 {
        agent.start_call(
            "write_note",
            json!({"id": format!("n{n}"), "text": "some text\n".repeat(20)}),
        );
    }
    stage.home.questions(10);
    let login = stage.console.login(&stage.token);
    let page = stage.console.get("/", &login.shows()).is(200).body;
    // Whatever the page names is loaded; nothing else is.
    let mut paths: Vec<String> =
        page.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    assert!(paths.len() >= 4, "{paths:?}");
    let mut total = 0_usize;
    for body in std::iter::once(page)
        .chain(paths.iter().map(|path| stage.console.get(path, &[]).is(200).body))
    {
        let file = stage.home.work().join("part");
        std::fs::write(&file, &body).expect("it can be kept");
        let measure =
            "import gzip,sys; print(len(gzip.compress(open(sys.argv[1],'rb').read(), 6)))";
        let file = file.to_str().expect("a path");
        let out = run(&mut stage.home.program(&python(), &["-c", measure, file]), DEADLINE).ok();
        total += out.stdout.trim().parse::<usize>().expect("a number");
    }
    assert!(total < 60_000, "{total} bytes");
}

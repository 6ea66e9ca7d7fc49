//! Who gets in at all: each proof beside its twin that differs in one thing and is nobody.

use super::support::{Console, Home};

#[test]
fn the_listener_says_that_it_is_there_to_anybody() {
    let home = Home::new();
    let console = Console::start(&home);
    assert_eq!(console.get("/healthz", &[]).is(200).json()["status"], "ok");
}

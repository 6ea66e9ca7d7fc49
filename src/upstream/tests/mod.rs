//! Real children, real pipes.

mod calls;
mod lives;

use crate::upstream::Server;
use crate::upstream::answer::{Answer, Lost, Sent};
use crate::upstream::testing::{pace, permit, spec, start};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub(super) const SOON: Duration = Duration::from_secs(10);

/// Sends one call and waits.
pub(super) async fn call(server: &Server, tool: &str) -> Sent {
    server.send(permit(server, tool, "{}").await, None, &CancellationToken::new()).await
}

pub(super) fn result(sent: Sent) -> String {
    match sent.answer {
        Ok(Answer::Result(result)) => result.get().to_owned(),
        other => panic!("no result: {other:?}"),
    }
}

pub(super) fn lost(sent: Sent) -> Lost {
    match sent.answer {
        Err(lost) => lost,
        other => panic!("not lost: {other:?}"),
    }
}

pub(super) fn python(body: &str) -> Arc<Server> {
    start(spec(body), pace()).0
}

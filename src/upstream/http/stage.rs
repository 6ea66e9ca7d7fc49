//! How far a call has come: whether the connection was given any of it.
//!
//! Two may want to decide that, whoever sends it and whoever takes it back, and exactly one of them does.

use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

const WAITING: u8 = 0;
const GIVEN: u8 = 1;
const WITHDRAWN: u8 = 2;

#[derive(Debug, Default)]
pub(crate) struct Stage(AtomicU8);

impl Stage {
    fn leave(&self, to: u8) -> bool {
        self.0.compare_exchange(WAITING, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Takes the call back. `false` once any of it was given away.
    pub(crate) fn withdraw(&self) -> bool {
        self.leave(WITHDRAWN)
    }

    /// Whether nothing of it was given away. After [`withdraw`](Self::withdraw) nothing will be.
    pub(crate) fn is_untouched(&self) -> bool {
        self.0.load(Ordering::Acquire) != GIVEN
    }
}

/// The body of a call's request: its line, given away once, whole, and not after it was taken back. The request's head
/// may be out before; without a body it asks for nothing.
#[derive(Debug)]
pub(crate) struct Line {
    line: Option<Bytes>,
    stage: Arc<Stage>,
}

impl Line {
    pub(crate) fn new(line: Bytes, stage: Arc<Stage>) -> Self {
        Self { line: Some(line), stage }
    }
}

/// It was taken back.
#[derive(Debug, thiserror::Error)]
#[error("the call was taken back")]
pub(crate) struct TakenBack;

impl Body for Line {
    type Data = Bytes;
    type Error = TakenBack;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TakenBack>>> {
        let Some(line) = self.line.take() else { return Poll::Ready(None) };
        Poll::Ready(Some(if self.stage.leave(GIVEN) {
            Ok(Frame::data(line))
        } else {
            Err(TakenBack)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.line.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.line.as_ref().map_or(0, |line| line.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn give(line: &mut Line) -> Option<bool> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        match Pin::new(line).poll_frame(&mut context) {
            Poll::Ready(frame) => frame.map(|frame| frame.is_ok()),
            Poll::Pending => panic!("it never waits"),
        }
    }

    #[test]
    fn a_line_is_given_away_once_or_taken_back_for_good() {
        let new = || {
            let stage = Arc::new(Stage::default());
            (Line::new(Bytes::from_static(b"{}"), stage.clone()), stage)
        };
        let (mut line, stage) = new();
        assert_eq!(line.size_hint().exact(), Some(2));
        assert!(stage.is_untouched());
        assert_eq!(give(&mut line), Some(true));
        assert!(!stage.is_untouched() && !stage.withdraw(), "too late");
        assert_eq!(give(&mut line), None, "once");

        let (mut line, stage) = new();
        assert!(stage.withdraw());
        assert_eq!(give(&mut line), Some(false));
        assert!(stage.is_untouched());
    }
}

//! Bodies that are watched: a request's must come in time, and an answer's end frees its connection.

use crate::web::listener::limits::BODY_WITHIN;
use crate::web::listener::seats::Seat;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::time::Sleep;

type Error = axum::BoxError;

/// A request's body, with a deadline for the whole of it.
#[derive(Debug)]
pub(in crate::web::listener) struct InTime<B> {
    inner: B,
    seat: Arc<Seat>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<B: HttpBody> InTime<B> {
    pub(in crate::web::listener) fn new(inner: B, seat: Arc<Seat>) -> Self {
        if inner.is_end_stream() {
            seat.asked();
        }
        Self { inner, seat, deadline: None }
    }
}

impl<B> HttpBody for InTime<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = self.get_mut();
        let next = Pin::new(&mut this.inner).poll_frame(cx);
        match next {
            Poll::Ready(frame) => {
                if frame.is_none() || this.inner.is_end_stream() {
                    this.seat.asked();
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let deadline =
                    this.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep(BODY_WITHIN)));
                if deadline.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Some(Err("the body did not come in time".into())));
                }
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// An answer's body; when it is over, nobody waits any more.
#[derive(Debug)]
pub(in crate::web::listener) struct Answer {
    inner: Body,
    seat: Arc<Seat>,
}

impl Answer {
    pub(in crate::web::listener) fn new(inner: Body, seat: Arc<Seat>) -> Self {
        Self { inner, seat }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.seat.answered();
    }
}

//! Takes connections and speaks HTTP/1.1 with each, within bounds: of number, of size, and of time.
//!
//! No connection can delay another but by the work of its requests. When we end, answers on their way get a moment.

use crate::web::listener::body::{Answer, InTime};
use crate::web::listener::limits::{
    HEAD_MAX, HEAD_WITHIN, HEADERS_MAX, LAST_WORDS, SEND_BUFFER, connections,
};
use crate::web::listener::seats::{Seat, Seats};
use crate::web::listener::serving::Serving;
use crate::web::listener::stall::Stall;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

/// How long nothing is taken after the system could give no connection.
const BREATH: Duration = Duration::from_millis(50);

/// Serves these routes until `end` is done.
pub(crate) async fn run(router: Router, listener: TcpListener, end: impl Future<Output = ()>) {
    let (seats, serving, tasks) =
        (Seats::new(connections()), Serving::default(), TaskTracker::new());
    let mut end = pin!(end);
    loop {
        let taken = tokio::select! {
            biased;
            () = &mut end => break,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((stream, _)) => {
                if let Some(seat) = seats.take() {
                    tasks.spawn(converse(router.clone(), stream, seat, serving.clone()));
                }
            }
            // The other side's doing.
            Err(error)
                if [ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset]
                    .contains(&error.kind()) => {}
            Err(error) => {
                tracing::warn!("a connection could not be taken: {error}");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    serving.ending.cancel();
    seats.clear();
    tasks.close();
    // What is left then goes with the runtime.
    let _ = tokio::time::timeout(LAST_WORDS, tasks.wait()).await;
}

/// One connection, to its end.
async fn converse(router: Router, stream: TcpStream, seat: Arc<Seat>, serving: Serving) {
    // Either only makes it slower, or the system keep more.
    let _ = stream.set_nodelay(true);
    let _ = rustix::net::sockopt::set_socket_send_buffer_size(&stream, SEND_BUFFER);
    let (gone, ending) = (seat.gone().clone(), serving.ending.clone());
    let service = TowerToHyperService::new(router);
    let answer = service_fn(move |request| {
        answer(service.clone(), request, Arc::clone(&seat), serving.clone())
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_MAX);
    let mut talk = pin!(http.serve_connection(TokioIo::new(Stall::new(stream)), answer));
    let mut told = false;
    loop {
        tokio::select! {
            biased;
            () = gone.cancelled() => return,
            () = ending.cancelled(), if !told => {
                told = true;
                talk.as_mut().graceful_shutdown();
            }
            // How it ended is the other side's doing; what we were asked was answered or not.
            _ = &mut talk => return,
        }
    }
}

async fn answer(
    service: TowerToHyperService<Router>,
    request: hyper::Request<Incoming>,
    seat: Arc<Seat>,
    serving: Serving,
) -> Result<Response, Infallible> {
    let mut request: Request = request.map(|body| Body::new(InTime::new(body, Arc::clone(&seat))));
    request.extensions_mut().insert(serving);
    let response = service.call(request).await?;
    Ok(response.map(|body| Body::new(Answer::new(body, seat))))
}

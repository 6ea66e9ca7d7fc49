//! The listener of people: every request through guard and proof, every answer with the headers that keep a browser strict.

use crate::http::refused::Refused;
use crate::http::{House, api, console, proof};
use crate::web::guard::{self, Names};
use crate::web::listener::{run, sound};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Bytes of a request's body at most: a module of policy with its diff.
pub(in crate::http) const BODY_MAX: usize = 1024 * 1024;

/// Serves until `end` is done, and a moment longer for answers on their way.
///
/// # Errors
/// Those of the listener.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (names, _held) = Names::hold(listener.local_addr()?);
    let looking = tokio::spawn(console::keep_looking(Arc::clone(&house)));
    run(routes(house, names), listener, end).await;
    looking.abort();
    Ok(())
}

fn routes(house: Arc<House>, names: Names) -> Router {
    Router::new()
        .merge(api::routes())
        .merge(console::routes(&house))
        .method_not_allowed_fallback(not_by_this)
        .layer(from_fn_with_state(Arc::clone(&house), proof::prove))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(BODY_MAX, sound))
        .layer(from_fn_with_state(names, guard::own_pages))
        .layer(from_fn(strict))
        .with_state(house)
}

/// The answer where a path is there and the method is not; `Allow` names those that are.
async fn not_by_this() -> Refused {
    Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this is not done by this method",
    )
    .help("the header `Allow` names those by which something is")
}

/// What a browser is told of every answer.
async fn strict(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::time::{Duration, Instant};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    async fn ask(at: std::net::SocketAddr, request: String) -> String {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_panic_is_one_answer_and_ends_nothing_and_an_answer_on_its_way_is_waited_for() {
        let slow = async || {
            tokio::time::sleep(Duration::from_millis(400)).await;
            "slow"
        };
        let fails = async || -> &'static str { std::panic::resume_unwind(Box::new("planted")) };
        let router = Router::new()
            .route("/fails", get(fails))
            .route("/slow", get(slow))
            .layer(from_fn_with_state(BODY_MAX, sound))
            .layer(from_fn(strict));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(run(router, listener, async move {
            let _ = ended.await;
        }));
        let request =
            |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: {at}\r\n{more}\r\n");
        let answer = ask(at, request("/fails", "Connection: close\r\n")).await;
        assert!(
            answer.starts_with("HTTP/1.1 500 ") && answer.contains("internal_error"),
            "{answer}"
        );
        assert!(answer.contains("x-frame-options: DENY"), "{answer}");
        let slow = tokio::spawn(ask(at, request("/slow", "")));
        let mut idle = TcpStream::connect(at).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        end.send(()).unwrap();
        assert!(slow.await.unwrap().ends_with("slow"), "it was on its way");
        serving.await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert_eq!(idle.read(&mut [0; 8]).await.unwrap_or(0), 0, "who asked nothing goes at once");
    }
}

//! The stream on which a server speaks of its own accord, where it offers one.
//!
//! It also tells early that a session is gone: a server that was started anew refuses the old one as soon as the stream is
//! asked for again, and not only when a call meets it.

use crate::upstream::http::Http;
use crate::upstream::http::send::{Kind, kind};
use crate::upstream::http::words::failure;
use reqwest::Method;
use reqwest::header::ACCEPT;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Between two streams: the first pause and the longest.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);
/// A stream that lasted so long begins with the first pause again.
const STABLE: Duration = Duration::from_secs(10);

impl Http {
    /// Listens until the link ends, or the server does not offer it.
    pub(crate) async fn listen(self: Arc<Self>) {
        let over = self.over.clone();
        over.run_until_cancelled(self.listen_on()).await;
    }

    async fn listen_on(&self) {
        let (mut pause, mut offered) = (PAUSE, false);
        loop {
            let (since, in_session) = (Instant::now(), self.in_session());
            let asked = self.request(Method::GET).header(ACCEPT, "text/event-stream");
            match asked.send().await {
                Err(error) if error.is_connect() && self.is_alone(0) => {
                    return self.gone(failure(&error));
                }
                Err(_) => {}
                Ok(response) => match response.status().as_u16() {
                    200 if kind(&response) == Kind::Events => {
                        offered = true;
                        // However it ends, it is asked for again.
                        let _ = self.events(response, None).await;
                    }
                    401 => return self.gone(self.status(response.status())),
                    404 if in_session && offered => {
                        return self.gone("the server had ended the session".to_owned());
                    }
                    // An old stream of ours, or too many at a time.
                    409 | 429 | 500..=599 if offered => {}
                    _ => return,
                },
            }
            if since.elapsed() >= STABLE {
                pause = PAUSE;
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST);
        }
    }
}

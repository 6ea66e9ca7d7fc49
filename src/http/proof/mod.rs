//! Finds out who sends a request: an API token, a signature, or a login of the console. Every failure is nobody.
//!
//! Nobody is told which part of a proof was wrong, and more than one proof is none: a request that says two things of who
//! sends it would let one check see the one and another check the other. Looking writes nothing but the single use of a
//! nonce, after its signature was right.

mod login;
mod signature;
mod token;
mod wish;

pub(in crate::http) use login::{IDLE, cookie_name, cookie_of};

use crate::http::House;
use crate::http::proof::wish::Wish;
use crate::http::refused::Refused;
use crate::http::who::Who;
use crate::store::StoreError;
use crate::web::refusals::Refusals;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What proving keeps beside the store, in memory.
#[derive(Debug)]
pub struct Proofs {
    refusals: Refusals,
    /// Places for bodies that are held until their signature is checked.
    bodies: Semaphore,
}

impl Default for Proofs {
    fn default() -> Self {
        Self { refusals: Refusals::default(), bodies: Semaphore::new(signature::AT_ONCE) }
    }
}

impl Proofs {
    /// Puts on record what was refused and is not on record yet: when nothing is answered any more.
    pub async fn settle(&self, house: &House) {
        self.refusals.settle(&house.store, &house.tenant).await;
    }
}

/// Why a request is nobody's: for the journal, never for whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nobody {
    Nothing,
    Several,
    Token,
    Login,
    Key,
    Signature,
    Replayed,
    TooMany,
    Entry,
}

impl Nobody {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "no_proof",
            Self::Several => "several_proofs",
            Self::Token => "token_wrong",
            Self::Login => "login_wrong",
            Self::Key => "key_wrong",
            Self::Signature => "signature_wrong",
            Self::Replayed => "nonce_replayed",
            Self::TooMany => "nonces_full",
            Self::Entry => "entry_refused",
        }
    }
}

type Proven = Result<Result<Who, Nobody>, StoreError>;

/// Puts a [`Who`] beside the request where there is proof of one.
pub(in crate::http) async fn prove(
    State(house): State<Arc<House>>,
    mut request: Request,
    next: Next,
) -> Response {
    let wish = Wish::of(&request);
    let nobody = match look(&house, &mut request).await {
        Err(error) => return Refused::from(error).into_response(),
        Ok(Ok(who)) => {
            request.extensions_mut().insert(who);
            None
        }
        Ok(Err(nobody)) => Some(nobody),
    };
    let response = next.run(request).await;
    match nobody {
        Some(nobody) if response.status() == StatusCode::UNAUTHORIZED => {
            let why = if wish.enters() { Nobody::Entry } else { nobody };
            house.proofs.refusals.count(&house.store, &house.tenant, why.as_str());
            wish.instead(response)
        }
        _ => response,
    }
}

async fn look(house: &House, request: &mut Request) -> Proven {
    let headers = request.headers();
    let tokens = headers.get_all(header::AUTHORIZATION).iter().count();
    let cookies = login::cookies(headers, house.at).len();
    match (tokens, cookies, signature::is_shown(headers)) {
        (0, 0, false) => Ok(Err(Nobody::Nothing)),
        (1, 0, false) => token::look(house, headers).await,
        (0, 1, false) => login::look(house, request.method(), request.uri().path(), headers).await,
        (0, 0, true) => signature::look(house, request).await,
        _ => Ok(Err(Nobody::Several)),
    }
}

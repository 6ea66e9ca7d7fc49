//! Signed requests: a program signs each request with a secret of its own, so that nothing worth stealing is in it.
//!
//! `X-Countersign-Signature: sha256=<hex>` is the HMAC-SHA-256, under the SHA-256 of the signing secret, of these lines, joined
//! by a line feed and without one at the end:
//!
//! ```text
//! countersign-v1
//! X-Countersign-Timestamp: seconds since 1970
//! X-Countersign-Nonce: 16 to 64 of A-Z a-z 0-9 _ -, another one for every request
//! X-Countersign-Principal: the name of the user
//! the method
//! the path with its query, as sent
//! the SHA-256 of the body, in lower-case hex
//! ```
//!
//! No part may hold a line feed, so the lines cannot be cut differently. The nonce is used up only after the signature was
//! right: whoever cannot sign can take nobody's nonce, and writes nothing.

use crate::approval::Approver;
use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Tenant};
use crate::domain::time::Millis;
use crate::http::House;
use crate::http::proof::{Nobody, Proven};
use crate::http::server::BODY_MAX;
use crate::http::who::Who;
use crate::store::doors::{NotTaken, Signed};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use std::time::Duration;
use tokio::sync::Semaphore;

const SIGNATURE: &str = "x-countersign-signature";
const TIMESTAMP: &str = "x-countersign-timestamp";
const NONCE: &str = "x-countersign-nonce";
const PRINCIPAL: &str = "x-countersign-principal";

/// Seconds that a timestamp may lie behind us.
const OLDEST: i64 = 300;
/// Seconds that it may lie ahead.
const NEWEST: i64 = 60;
/// How long a body may take to come.
const READ_WITHIN: Duration = Duration::from_secs(10);
/// Bodies that are held for checking at once.
pub(in crate::http::proof) const AT_ONCE: usize = 16;

/// Whether a request says that it is signed.
pub(in crate::http::proof) fn is_shown(headers: &HeaderMap) -> bool {
    [SIGNATURE, TIMESTAMP, NONCE, PRINCIPAL].into_iter().any(|name| headers.contains_key(name))
}

/// Checks the signature, and uses the nonce up. The request keeps its body.
pub(in crate::http::proof) async fn look(house: &House, request: &mut Request) -> Proven {
    let now = house.store.now().await?;
    let claim = Claim::of(request.headers()).filter(|claim| claim.is_of(now));
    let Some(claim) = claim else { return Ok(Err(Nobody::Signature)) };
    // Read for everybody who claims something, so that nobody learns by waiting whose name is known.
    let Some(body) = body(&house.proofs.bodies, request).await else {
        return Ok(Err(Nobody::Signature));
    };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let message = claim.message(request.method().as_str(), path, &body);
    let signer = house.store.signer(&house.tenant, &claim.name).await?;
    let key = signer.as_ref().map_or(Digest::ZERO, |signer| signer.key);
    let right = Digest::hmac(&key, message.as_bytes()).same(&claim.signature);
    let Some(signer) = signer.filter(|_| right) else { return Ok(Err(Nobody::Signature)) };
    let signed = Signed {
        tenant: house.tenant.clone(),
        name: signer.user.name.clone(),
        nonce: claim.nonce,
        // The first moment at which its timestamp is too old.
        until: Millis(claim.seconds.saturating_add(OLDEST + 1).saturating_mul(1000)),
    };
    match house.store.take_nonce(signed).await? {
        Ok(()) => {}
        Err(NotTaken::Replayed) => return Ok(Err(Nobody::Replayed)),
        Err(NotTaken::Full) => return Ok(Err(Nobody::TooMany)),
    }
    *request.body_mut() = Body::from(body);
    let principal = Principal::new(signer.user.role, signer.user.name.clone());
    Ok(Ok(Who::proven(principal, Approver::by_signature(&signer.user, signer.token), None)))
}

/// The whole body, as long as few others are held and it comes in time.
async fn body(places: &Semaphore, request: &mut Request) -> Option<Bytes> {
    let body = std::mem::take(request.body_mut());
    let read = async {
        let _place = places.acquire().await.ok()?;
        axum::body::to_bytes(body, BODY_MAX).await.ok()
    };
    tokio::time::timeout(READ_WITHIN, read).await.ok().flatten()
}

/// What a request says of its signature.
#[derive(Debug)]
struct Claim {
    signature: Digest,
    seconds: i64,
    nonce: String,
    name: String,
}

impl Claim {
    /// Each of the four, once, and of the right form.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let one = |name: &str| {
            let mut all = headers.get_all(name).iter();
            let value = all.next()?.to_str().ok()?;
            all.next().is_none().then_some(value)
        };
        let (seconds, nonce) = (one(TIMESTAMP)?, one(NONCE)?);
        let digits =
            (1..=12).contains(&seconds.len()) && seconds.bytes().all(|b| b.is_ascii_digit());
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-".contains(&b);
        let fits = (16..=64).contains(&nonce.len()) && nonce.bytes().all(plain);
        // One writing for a number: what is signed is the text, and the text must say who it was.
        let seconds =
            seconds.parse().ok().filter(|parsed: &i64| digits && parsed.to_string() == seconds);
        Some(Self {
            signature: Digest::from_hex(one(SIGNATURE)?.strip_prefix("sha256=")?)?,
            seconds: seconds?,
            nonce: fits.then(|| nonce.to_owned())?,
            name: Tenant::new(one(PRINCIPAL)?)?.as_str().to_owned(),
        })
    }

    fn is_of(&self, now: Millis) -> bool {
        let ahead = self.seconds.saturating_sub(now.0.div_euclid(1000));
        (-OLDEST..=NEWEST).contains(&ahead)
    }

    fn message(&self, method: &str, path: &str, body: &[u8]) -> String {
        let (seconds, nonce, name) = (self.seconds, &self.nonce, &self.name);
        let body = Digest::sha256(&[body]);
        format!("countersign-v1\n{seconds}\n{nonce}\n{name}\n{method}\n{path}\n{body}")
    }
}

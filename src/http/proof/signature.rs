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
use axum::body::{Body, Bytes, HttpBody as _};
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
/// How long a body may take to come, once it is read.
const READ_WITHIN: Duration = Duration::from_secs(10);
/// Bodies that are held for checking at once, of those that are large or do not say how large they are.
pub(in crate::http::proof) const AT_ONCE: usize = 16;
/// Bytes of a body up to which it wants no place: whoever claims to sign and sends nothing must keep nobody waiting.
const SMALL: u64 = 64 * 1024;

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
        nonce: claim.nonce.clone(),
        until: claim.until(),
    };
    match house.store.take_nonce(signed).await? {
        Ok(()) => {}
        Err(NotTaken::Late) => return Ok(Err(Nobody::Signature)),
        Err(NotTaken::Replayed) => return Ok(Err(Nobody::Replayed)),
        Err(NotTaken::Full) => return Ok(Err(Nobody::TooMany)),
    }
    *request.body_mut() = Body::from(body);
    let principal = Principal::new(signer.user.role, signer.user.name.clone());
    Ok(Ok(Who::proven(principal, Approver::by_signature(&signer.user, signer.token), None)))
}

/// The whole body, if it comes in time. A large one waits until few others are held, which is no fault of its sender.
async fn body(places: &Semaphore, request: &mut Request) -> Option<Bytes> {
    let body = std::mem::take(request.body_mut());
    let small = body.size_hint().upper().is_some_and(|most| most <= SMALL);
    let _place = if small { None } else { Some(places.acquire().await.ok()?) };
    let read = axum::body::to_bytes(body, BODY_MAX);
    tokio::time::timeout(READ_WITHIN, read).await.ok()?.ok()
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

    /// The first moment at which its timestamp is too old.
    fn until(&self) -> Millis {
        Millis(self.seconds.saturating_add(OLDEST + 1).saturating_mul(1000))
    }

    fn message(&self, method: &str, path: &str, body: &[u8]) -> String {
        let (seconds, nonce, name) = (self.seconds, &self.nonce, &self.name);
        let body = Digest::sha256(&[body]);
        format!("countersign-v1\n{seconds}\n{nonce}\n{name}\n{method}\n{path}\n{body}")
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::digest::Digest;
    use crate::domain::time::Millis;
    use crate::http::proof::signature::{Claim, NONCE, PRINCIPAL, SIGNATURE, TIMESTAMP};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    const PAGE: &str =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/signed_requests.md"));

    fn headers(nonce: &str, seconds: &str, name: &str, signature: &str) -> HeaderMap {
        let signature = format!("sha256={signature}");
        [(SIGNATURE, signature.as_str()), (TIMESTAMP, seconds), (NONCE, nonce), (PRINCIPAL, name)]
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    fn good() -> HeaderMap {
        headers("abcdefghijklmnop", "1767225600", "ci", &"0".repeat(64))
    }

    #[test]
    fn the_vectors_of_the_page_which_openssl_made_are_ours() {
        let (secret, other) = (
            "cssig_000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            format!("cssig_{}", "f".repeat(64)),
        );
        assert!(PAGE.contains(secret));
        let rows: Vec<Vec<&str>> = PAGE
            .lines()
            .filter(|line| line.starts_with("| `17"))
            .map(|line| line.split('|').map(|cell| cell.trim().trim_matches('`')).collect())
            .collect();
        assert_eq!(rows.len(), 3);
        for (at, row) in rows.iter().enumerate() {
            let &[_, seconds, nonce, name, method, path, body, signature, _] = row.as_slice()
            else {
                panic!("{row:?}");
            };
            let nonce = if at == 2 { &"A".repeat(64) } else { nonce };
            let body = if body == "none" { "" } else { body };
            let claim = Claim::of(&headers(nonce, seconds, name, signature)).unwrap();
            let secret = if at == 2 { other.as_str() } else { secret };
            let key = Digest::sha256(&[secret.as_bytes()]);
            let message = claim.message(method, path, body.as_bytes());
            assert_eq!(Digest::hmac(&key, message.as_bytes()).to_string(), signature, "row {at}");
        }
    }

    #[test]
    fn each_header_is_wanted_once_and_well_formed() {
        assert!(Claim::of(&good()).is_some());
        for name in [SIGNATURE, TIMESTAMP, NONCE, PRINCIPAL] {
            let mut less = good();
            less.remove(name);
            assert!(Claim::of(&less).is_none(), "without {name}");
            let mut more = good();
            let value = more[name].clone();
            more.append(name, value);
            assert!(Claim::of(&more).is_none(), "{name} twice");
        }
        let nonces = ["a".repeat(16), "-".repeat(64), "Az09_-Az09_-Az09".to_owned()];
        for nonce in &nonces {
            let fits = headers(nonce, "1767225600", "ci", &"0".repeat(64));
            assert!(Claim::of(&fits).is_some(), "{nonce}");
        }
        for nonce in
            ["a".repeat(15), "a".repeat(65), "a.bcdefghijklmnop".into(), "a bcdefghijklmnop".into()]
        {
            let wrong = headers(&nonce, "1767225600", "ci", &"0".repeat(64));
            assert!(Claim::of(&wrong).is_none(), "{nonce}");
        }
        for seconds in ["+1767225600", "-1", "01767225600", "1767225600.0", "", "9999999999999"] {
            let wrong = headers("abcdefghijklmnop", seconds, "ci", &"0".repeat(64));
            assert!(Claim::of(&wrong).is_none(), "{seconds}");
        }
        for name in ["", "a b", "a/b"] {
            let wrong = headers("abcdefghijklmnop", "1767225600", name, &"0".repeat(64));
            assert!(Claim::of(&wrong).is_none(), "{name}");
        }
        for signature in ["md5=00", "", "sha256=", &"0".repeat(64)] {
            let mut wrong = good();
            wrong.insert(SIGNATURE, HeaderValue::from_str(signature).unwrap());
            assert!(Claim::of(&wrong).is_none(), "{signature}");
        }
    }

    #[test]
    fn a_timestamp_is_taken_from_five_minutes_behind_to_one_ahead() {
        let claim = Claim::of(&good()).unwrap();
        let is_of = |after: i64| claim.is_of(Millis((1_767_225_600 + after) * 1000));
        assert!(is_of(0) && is_of(300) && is_of(-60));
        assert!(!is_of(301) && !is_of(-61));
        // A nonce is forgotten when its timestamp is too old, and not a moment before.
        assert!(claim.is_of(Millis(claim.until().0 - 1)) && !claim.is_of(claim.until()));
    }
}

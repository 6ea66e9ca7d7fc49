//! Which agent sends a request: the user of its token, looked up for every single one, so that a token that was taken
//! away counts for nothing from then on.
//!
//! Admins and operators are turned away: whoever decides does not send (`Duty`), and this listener is for who sends.

use crate::domain::digest::Digest;
use crate::domain::principal::Role;
use crate::mcp::remote::{No, Remote};
use crate::store::{StoreError, User};
use crate::web::refused::Refused;
use crate::web::token_of;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse as _;

/// An agent's user, as his token proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::mcp::remote) struct Who {
    /// The name of the user.
    pub(in crate::mcp::remote) name: String,
    /// The hash of the token. Whatever belongs to him belongs to this token, not to a later one of the same name.
    pub(in crate::mcp::remote) token: Digest,
}

/// Who sends this; else the answer to give.
pub(in crate::mcp::remote) async fn look(remote: &Remote, headers: &HeaderMap) -> Result<Who, No> {
    let shown = match headers.get_all(header::AUTHORIZATION).iter().count() {
        0 => Err("no_proof"),
        1 => token_of(headers).ok_or("token_wrong"),
        _ => Err("several_proofs"),
    };
    let token = match shown {
        Ok(token) => token.hash(),
        Err(why) => return Err(nobody(remote, why)),
    };
    match user(remote, token).await {
        Err(error) => Err(Refused::from(error).into_response().into()),
        Ok(None) => Err(nobody(remote, "token_wrong")),
        Ok(Some(user)) if user.role == Role::Agent => Ok(Who { name: user.name, token }),
        Ok(Some(_)) => {
            let what = "only agents are served here; whoever decides sends nothing";
            Err(Refused::role(what)
                .help("show the API token of a user whose role is `agent`")
                .into_response()
                .into())
        }
    }
}

async fn user(remote: &Remote, token: Digest) -> Result<Option<User>, StoreError> {
    let found = remote.store.user_by_token(token).await?;
    // A user of another world is nobody in this one.
    Ok(found.filter(|user| user.tenant == *remote.base.gate.tenant()))
}

/// One answer, whatever was wrong; the journal counts what it was.
fn nobody(remote: &Remote, why: &'static str) -> No {
    remote.refusals.count(&remote.store, remote.base.gate.tenant(), why);
    let message = "this needs proof of who you are, and what was shown is none";
    let refused = Refused::new(StatusCode::UNAUTHORIZED, "no_proof", message)
        .help("send `Authorization: Bearer TOKEN` with the API token of an agent");
    let wanted = HeaderValue::from_static("Bearer realm=\"countersign\"");
    ([(header::WWW_AUTHENTICATE, wanted)], refused).into_response().into()
}

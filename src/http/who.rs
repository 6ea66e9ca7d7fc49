//! Who sends a request, as far as he proved it. Made by `proof` alone; handlers take it as an argument and ask it.

use crate::approval::Approver;
use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Role};
use crate::http::refused::Refused;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Somebody who showed who he is. Without one there is no answer but to what is open to all.
#[derive(Debug, Clone)]
pub(in crate::http) struct Who {
    principal: Principal,
    approver: Option<Approver>,
    login: Option<Digest>,
}

impl Who {
    /// For `proof` alone: nobody else knows.
    pub(in crate::http) fn proven(
        principal: Principal,
        approver: Option<Approver>,
        login: Option<Digest>,
    ) -> Self {
        Self { principal, approver, login }
    }

    /// Who it is.
    pub(in crate::http) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The login of the console that the request came by, by the SHA-256 of its cookie.
    pub(in crate::http) fn login(&self) -> Option<Digest> {
        self.login
    }

    /// Whether he decides.
    pub(in crate::http) fn is_admin(&self) -> bool {
        self.approver.is_some()
    }

    /// Whom what he sees is limited to: an agent sees its own.
    pub(in crate::http) fn only(&self) -> Option<&Principal> {
        (self.principal.role == Role::Agent).then_some(&self.principal)
    }

    /// The proof that he decides.
    ///
    /// # Errors
    /// When his role does not.
    pub(in crate::http) fn decides(&self) -> Result<&Approver, Refused> {
        self.approver.as_ref().ok_or_else(|| Refused::role("this is for admins: they decide"))
    }

    /// Whether he sees everything of this world: an operator or an admin.
    ///
    /// # Errors
    /// When his role does not.
    pub(in crate::http) fn operates(&self) -> Result<(), Refused> {
        if self.only().is_some() {
            Err(Refused::role("this is for operators and admins"))
        } else {
            Ok(())
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Refused::no_proof)
    }
}

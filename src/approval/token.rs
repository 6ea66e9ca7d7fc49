//! Bearer secrets: shown once, kept as SHA-256, never in journal, log, URL or a tool result.

use crate::domain::digest::Digest;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// What a token is for; its prefix says so, also to secret scanners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Speaks for a user.
    Api,
    /// Redeems one yes.
    Answer,
    /// The cookie of a login to the console: shows pages.
    Login,
    /// What a login wants beside its cookie to act.
    Key,
    /// Stands in a link that logs in once.
    Link,
    /// Signs the requests of a user.
    Signing,
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Api => "csapi_",
            Self::Answer => "csans_",
            Self::Login => "cslog_",
            Self::Key => "cskey_",
            Self::Link => "cslnk_",
            Self::Signing => "cssig_",
        }
    }
}

/// A raw token. `Debug` hides it; only [`Token::reveal`] shows it.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new token of 32 random bytes.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn generate(kind: TokenKind) -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        getrandom::fill(&mut *bytes)?;
        let mut text = Zeroizing::new(String::with_capacity(70));
        text.push_str(kind.prefix());
        for byte in bytes.iter() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Ok(Self(text))
    }

    /// A token that somebody presents. White space around it is dropped; nothing else is judged here.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// Whether it looks like one of this kind: its prefix and 64 digits. It says nothing about whether it counts.
    #[must_use]
    pub fn is(&self, kind: TokenKind) -> bool {
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let digits = self.0.strip_prefix(kind.prefix());
        digits.is_some_and(|digits| digits.len() == 64 && digits.bytes().all(digit))
    }

    /// What is stored and compared.
    #[must_use]
    pub fn hash(&self) -> Digest {
        Digest::sha256(&[self.0.as_bytes()])
    }

    /// The text, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use crate::approval::{Token, TokenKind};

    #[test]
    fn what_is_nearly_a_token_does_not_look_like_one() {
        let digits = "0123456789abcdef".repeat(4);
        let is = |text: &str| Token::presented(text).is(TokenKind::Link);
        assert!(is(&format!("cslnk_{digits}")));
        assert!(Token::generate(TokenKind::Link).unwrap().is(TokenKind::Link));
        for wrong in [
            String::new(),
            "cslnk_".to_owned(),
            digits.clone(),
            format!("csapi_{digits}"),
            format!("cslnk_{}", digits.to_uppercase()),
            format!("cslnk_{digits}0"),
            format!("cslnk_{}g", digits.trim_end_matches('f')),
        ] {
            assert!(!is(&wrong), "{wrong}");
        }
    }
}

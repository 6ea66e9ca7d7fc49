//! Why observations or applied policies could not be used at all. Single bad lines are no errors; they are in the map.

use crate::domain::visible;

/// What stopped the work; says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// A limit was passed.
    #[error(
        "there are more than {most} {what}, which is the limit; give less at once, for instance one namespace or a shorter time"
    )]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        most: usize,
    },
    /// Nothing in an input could be understood.
    #[error("`{input}` does not read as `{format}`: {reason}")]
    Unreadable {
        /// Its name.
        input: String,
        /// The format that was asked for.
        format: &'static str,
        /// What was found first.
        reason: String,
    },
    /// No format was given and none could be told.
    #[error("`{input}` looks like none of hubble, conntrack, ss, docker and json; name its format")]
    UnknownFormat {
        /// Its name.
        input: String,
    },
    /// Two services claim one address.
    #[error(
        "the address `{address}` belongs to both `{first}` and `{second}`; leave it with one of them"
    )]
    AddressTwice {
        /// The address.
        address: std::net::IpAddr,
        /// A service.
        first: String,
        /// Another one.
        second: String,
    },
    /// The default namespace is none.
    #[error(
        "`{0}` is no Kubernetes namespace; it is 1 to 63 of `a-z 0-9 -`, with a letter or digit at both ends"
    )]
    Namespace(String),
    /// The applied policies cannot be believed.
    #[error("cannot use the applied policies: {0}")]
    Applied(String),
    /// A policy that we made cannot be written, or reads back as another one.
    #[error("cannot write the policy `{name}`: {reason}")]
    Write {
        /// The policy.
        name: String,
        /// Why.
        reason: String,
    },
}

impl NetworkError {
    /// A stable code for answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too_large",
            Self::Unreadable { .. } | Self::UnknownFormat { .. } => "unreadable",
            Self::AddressTwice { .. } => "address_twice",
            Self::Namespace(_) => "invalid_namespace",
            Self::Applied(_) => "applied_invalid",
            Self::Write { .. } => "internal",
        }
    }
}

/// Text from an input, cut and made safe for a message.
pub(crate) fn shown(text: &str) -> String {
    visible::shorten(&visible::inline(text), 80)
}

//! Ids: uuid v7, so they sort by birth; shown short to people, any unambiguous beginning or end is taken back.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later than every earlier one of this machine.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The last twelve hex digits: the random part, which tells ids apart at a glance.
            #[must_use]
            pub fn short(&self) -> String {
                self.0.simple().to_string().chars().skip(20).collect()
            }

            /// Reads a whole id.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

id!(
    /// One question to a person.
    ApprovalId
);
id!(
    /// One process of ours that serves one client.
    SessionId
);
id!(
    /// Ties the rows of one story together, from the call to its outcome.
    CorrelationId
);
id!(
    /// One execution of a plan.
    RunId
);
id!(
    /// One agent on the board of agents.
    AgentId
);

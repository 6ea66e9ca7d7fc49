//! What a call is judged by: everything that is known of it, and nothing that has to be looked up.

use crate::config::Environment;
use crate::domain::call::Call;
use crate::domain::json::Node;
use crate::domain::pin::PinState;
use crate::domain::ruling::{Effect, Given};
use std::path::PathBuf;

/// The facts about one call.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The call.
    pub call: &'a Call,
    /// Its arguments as the strict reader read them from the very bytes of the call; `None` when it has none.
    pub arguments: Option<&'a Node<'a>>,
    /// The pinned definition of the tool; `None` when its server lists no such tool.
    pub definition: Option<DefinitionFacts<'a>>,
    /// What kind of world the server writes to.
    pub environment: Environment,
    /// For `resources/read`: the server lists exactly this URI.
    pub listed_resource: bool,
    /// For `resources/read`: the configuration says `resources = "read"` of this server.
    pub resources_read: bool,
    /// What was looked up around the call; of what [`Snapshot::needs`](crate::policy::Snapshot::needs) names.
    pub given: &'a Given,
}

/// What modules want to be looked up: each costs something, so nothing else is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// The time.
    pub clock: bool,
    /// How many calls this principal made lately.
    pub recent_calls: bool,
    /// What budgets have left.
    pub budget: bool,
}

impl Needs {
    /// What either wants.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            clock: self.clock || other.clock,
            recent_calls: self.recent_calls || other.recent_calls,
            budget: self.budget || other.budget,
        }
    }
}

/// What is pinned of a tool.
#[derive(Debug, Clone, Copy)]
pub struct DefinitionFacts<'a> {
    /// The pinned definition: the whole tool object.
    pub tool: &'a Node<'a>,
    /// Where the pin stands.
    pub state: PinState,
    /// The effect that a person pinned; `None` leaves it to the kernel.
    pub effect: Option<Effect>,
}

/// What no call may name.
#[derive(Debug, Clone, Default)]
pub struct Protected {
    /// Our home: database, keys, signed heads.
    pub home: PathBuf,
    /// The configuration file.
    pub config: PathBuf,
    /// Sockets and further files of ours; an entry without a `/` is taken as text, such as the `127.0.0.1:7878` that
    /// we listen on.
    pub extra: Vec<PathBuf>,
    /// The home directory of the user, for `~` and `$HOME`.
    pub user_home: Option<PathBuf>,
}

//! Says what may happen: the same policy and the same call always give the same ruling.
//!
//! A [`Snapshot`] is one policy, compiled and never changed; [`Snapshot::judge`] asks its layers about one call. Deny
//! beats ask beats allow, every reason is kept, and a layer above never loosens the one below:
//!
//! 1. **kernel**: built in, always on. It denies what nothing may allow (our own files, arguments that do not fit
//!    the pinned schema, a short list of ruin), sets a floor of ask (a changed or new definition, an unlisted
//!    resource), and says what the call does and how grave that is: effect, policy action, tier.
//! 2. **rules**: those of the configuration and of the store. An allow reaches tier 2 unless its own `allow_tier` says more.
//! 3. **modules**: Rego, in scope and active. They deny, ask or warn; each failure is what its own `on_error` says, but
//!    what the size of a call brings about is at least an ask.
//! 4. **stance**: what holds when no rule matched.
//!
//! Whatever goes wrong in here is an ask or a deny, never an allow. There is no clock, no disk and no network: the
//! caller brings the facts.

pub mod diff;
pub mod effect;
mod facts;
mod finding;
mod kept;
mod kernel;
mod leans;
pub mod learn;
pub mod lint;
mod rego;
pub mod relief;
pub mod replay;
mod rules;
mod snapshot;
mod stance;
pub mod suite;
pub mod templates;
#[cfg(test)]
mod tests;

pub use crate::policy::facts::{DefinitionFacts, Facts, Needs, Protected};
pub use crate::policy::kept::{KeptPattern, speaks_of};
pub use crate::policy::rego::{Checked, ScopeOf, Shown, flat_input, on_deep_stack};
pub use crate::policy::rules::compile_rule;
pub use crate::policy::snapshot::{BuildError, SWITCHED_OFF, Snapshot};
pub use crate::policy::stance::unspoken;

/// One module on its own: what it may read, examined, tried.
pub mod module {
    pub use crate::policy::rego::{
        FIELDS, Fault, Field, ModuleText, Outcome, TrialReport, TrialRequest, Tried, Unfilled,
        compile_once, examine, name_of, package_of, try_out, unfilled,
    };
}

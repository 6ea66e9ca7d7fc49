//! What the environment says over the configuration. It is read elsewhere, once; here it is only put on top.
//!
//! Whoever starts a process sets its environment, so nobody accepts what it says; a value that is wrong stops the start.

use crate::config::Config;
use std::time::Duration;

/// What holds whatever the configuration says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `AUTH_ENABLED`.
    pub auth_enabled: Option<bool>,
    /// `IR_APPROVAL_TTL_SECONDS`.
    pub yes_life: Option<Duration>,
    /// `POLICY_ENFORCEMENT_ENABLED`.
    pub enforcement: Option<bool>,
}

impl Overrides {
    /// The configuration with the environment's word in it.
    #[must_use]
    pub fn over(&self, mut config: Config) -> Config {
        let Self { auth_enabled, yes_life, enforcement } = *self;
        config.auth_enabled = auth_enabled.unwrap_or(config.auth_enabled);
        config.approvals.yes_life = yes_life.unwrap_or(config.approvals.yes_life);
        config.governance.enforcement = enforcement.unwrap_or(config.governance.enforcement);
        config
    }
}

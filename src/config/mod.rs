//! stub
use std::time::Duration; use std::path::Path; use std::collections::BTreeMap;
#[derive(Debug, Clone, Default)] pub struct Approvals { pub answer_within: Duration, pub yes_life: Duration }
#[derive(Debug, Clone, Default)] pub struct Config { pub auth_enabled: bool, pub approvals: Approvals, pub upstreams: BTreeMap<String, ()> }
#[derive(Debug, thiserror::Error)] #[error("x")] pub struct ConfigError;
pub fn load(_: &Path) -> Result<Config, ConfigError> { Ok(Config::default()) }

//! What policy says of a call, and why.

use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, RunId};
use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What policy says. Ordered: the strictest wins, so merging two is `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Runs, on record.
    Allow,
    /// Waits for a yes.
    Ask,
    /// Never runs.
    Deny,
}

impl Verdict {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Allow, Self::Ask, Self::Deny].into_iter().find(|v| v.as_str() == word)
    }
}

/// Risk, 0 to 3: 0 read; 1 write to a declared development server; 2 any other write; 3 destructive,
/// bulk, payments, code execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Tier(u8);

impl Tier {
    /// A read.
    pub const READ: Self = Self(0);
    /// A write where mistakes are cheap.
    pub const DEV_WRITE: Self = Self(1);
    /// Any other write.
    pub const WRITE: Self = Self(2);
    /// What cannot be undone, or runs anything.
    pub const GRAVE: Self = Self(3);

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Tier {
    type Error = String;
    fn try_from(value: u8) -> Result<Self, String> {
        if value <= 3 { Ok(Self(value)) } else { Err(format!("tier `{value}` is not 0 to 3")) }
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        tier.0
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What a call does to the world, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing; this must be shown, never assumed.
    Read,
    /// Changes something.
    Write,
    /// Tells somebody outside.
    SendsOut,
    /// Takes something away.
    Destructive,
    /// Runs what it is given.
    Executes,
    /// Moves money.
    Pays,
}

impl Effect {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::SendsOut => "sends_out",
            Self::Destructive => "destructive",
            Self::Executes => "executes",
            Self::Pays => "pays",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::SendsOut, Self::Destructive, Self::Executes, Self::Pays]
            .into_iter()
            .find(|e| e.as_str() == word)
    }
}

/// The policy action of a call: the word that rules and policies of the field use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Reads a file.
    FileRead,
    /// Writes a file.
    FileWrite,
    /// Removes a file.
    FileDelete,
    /// Calls a service.
    ExternalApiCall,
    /// Calls a language model.
    LlmCall,
    /// Runs code.
    Exec,
}

impl Action {
    /// Its word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileRead => "file_read",
            Self::FileWrite => "file_write",
            Self::FileDelete => "file_delete",
            Self::ExternalApiCall => "external_api_call",
            Self::LlmCall => "llm_call",
            Self::Exec => "exec",
        }
    }
}

/// Which layer of policy spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Built in, always on.
    Kernel,
    /// The rules of the configuration and of the store.
    Rules,
    /// Rego modules.
    Rego,
    /// A policy server elsewhere.
    Remote,
    /// What holds when nothing matched.
    Stance,
}

impl Layer {
    /// Its word on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Rules => "rules",
            Self::Rego => "rego",
            Self::Remote => "remote",
            Self::Stance => "stance",
        }
    }
}

/// One reason of a ruling. The ruling is derived from its reasons, never told apart from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Who says it.
    pub layer: Layer,
    /// Stable code of the check or name of the rule.
    pub rule: String,
    /// One sentence a person can read.
    pub message: String,
    /// What it asks for; `None` only explains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

impl Reason {
    /// A reason why one step of a plan is as grave as it is: the step, from 0, and its tier stand before the code.
    #[must_use]
    pub fn of_step(step: usize, tier: Tier, code: &str, message: &str) -> Self {
        Self {
            layer: Layer::Kernel,
            rule: format!("step {step} tier {tier}: {code}"),
            message: message.to_owned(),
            verdict: None,
        }
    }

    /// The step, its tier and the code, of a reason that [`Reason::of_step`] made.
    #[must_use]
    pub fn step(&self) -> Option<(usize, Tier, &str)> {
        let (step, rest) = self.rule.strip_prefix("step ")?.split_once(" tier ")?;
        let (tier, code) = rest.split_once(": ")?;
        Some((step.parse().ok()?, Tier::try_from(tier.parse::<u8>().ok()?).ok()?, code))
    }
}

/// The policy that a decision was made under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Counts up with every policy this store has seen.
    pub version: u64,
    /// SHA-256 over everything that judges.
    pub digest: String,
}

/// Verdict and tier of a call with every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// What policy says.
    pub verdict: Verdict,
    /// How grave the call is.
    pub tier: Tier,
    /// What it does.
    pub effect: Effect,
    /// The policy action used.
    pub action: Action,
    /// Every reason, strictest layer first.
    pub reasons: Vec<Reason>,
    /// What a person should know although it changed nothing.
    pub warnings: Vec<String>,
    /// The policy that was asked.
    pub policy: PolicyRef,
    /// What each module that was asked came to; empty without modules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Evaluated>,
    /// What was looked up for the modules: judging the same call again needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Given>,
    /// Of an ask: digest of everything that it leaned on, by which it is seen whether any of that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leans: Option<Digest>,
    /// Microseconds that judging took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_us: Option<u64>,
}

/// What one module came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    /// Its name.
    pub module: String,
    /// Its package, `countersign.cost_control` for instance.
    pub package: String,
    /// What it asks for.
    pub verdict: Verdict,
    /// Why it failed: `undefined`, `type` or `engine`, and its verdict is then its `on_error`; or `limit`, `deadline`,
    /// `panic`, `too_large` or `unreadable`, which a call can bring about, and its verdict is then at least an ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What was looked up around a call because a module wants it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// When it was judged, milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Millis>,
    /// Calls of this principal in the window before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recent_calls: Option<u64>,
    /// That window, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u64>,
    /// What the tightest budget that the call falls under has left, in millionths of a US dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_micros: Option<i64>,
    /// The yes that it runs under, and who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<(ApprovalId, String)>,
    /// The run that it is a step of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<(RunId, u32)>,
}

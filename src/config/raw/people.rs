//! What the file says of people and of what reaches them, word for word.

use crate::config::units::Span;
use serde::Deserialize;
use std::path::PathBuf;

/// `[client.NAME]`: what we know of a client. Without a table the built-in values hold: `claude-code` 110 s, `codex`
/// 270 s, `goose`, `vscode` and `cursor` 240 s, `gemini` 540 s, all others `approvals.hold`. Each ends 10 s or more
/// before the client itself gives up, or puts the call into the background.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// How long its calls are held, 1 s to 24 h. Default: the built-in value.
    #[serde(default)]
    pub hold: Option<Span>,
    /// Up to which tier its own user may answer through it: 0, 1 or 2, never 3. It holds for this name alone, for no other of
    /// its family. Nothing proves that it was a person. Default: off.
    #[serde(default)]
    pub answers_up_to: Option<u8>,
    /// The users of the tokens under which that holds over HTTP, where any client can give itself any name. Not looked at
    /// over stdio. Default: none.
    #[serde(default)]
    pub users: Vec<String>,
}

/// `[[quorum]]`: questions that one person does not decide alone, or not anybody. Of several that fit the one with most
/// people counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// Glob over `server__tool`. Default: every tool, and plans, runs and changes of policy too.
    #[serde(default)]
    pub tool: Option<String>,
    /// From this tier on, 0 to 3. Default 0.
    #[serde(default)]
    pub tier: Option<u8>,
    /// How many different people must say yes, 1 to 64 and no more than `approvers` has. Default: all of `approvers`, else
    /// one.
    #[serde(default)]
    pub required: Option<u32>,
    /// Whose yes counts, by name. Default: that of any admin.
    #[serde(default)]
    pub approvers: Vec<String>,
    /// How long before its deadline a question is urgent: managers are called in, and targets are told. From 1 s on and less
    /// than `approvals.answer_within`. Default: never.
    #[serde(default)]
    pub escalate_before: Option<Span>,
}

/// `[person.NAME]`: who acts for an approver. Neither chain is longer than 8 or comes back to where it began.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// May answer in this person's place at any time, as may his own deputy, and so on. Default: nobody.
    pub deputy: Option<String>,
    /// May answer in this person's place once a question is urgent, as may his own manager later. Default: nobody.
    pub manager: Option<String>,
}

/// `[console]`: the pages and the HTTP API for people.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// The loopback address it listens on; `--listen` wins. Default `"127.0.0.1:7878"`.
    pub listen: Option<String>,
    /// What links in notifications begin with. Default: `http://` and the address.
    pub url: Option<String>,
}

/// `[notify]`: where notifications may go. Targets are added by `countersign notify add`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// Hosts that webhooks may be at beside Discord's own. Default: none.
    pub hosts: Vec<String>,
    /// Whether loopback addresses may be receivers, of webhooks and of mail without TLS: for receivers on this machine
    /// and for tests. Other private addresses are never. Default `false`.
    pub allow_private: bool,
    /// A file of certificates (PEM) that receivers may show beside those that the system trusts. Default: none.
    pub ca_file: Option<PathBuf>,
}

/// `[smtp]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The server. Required.
    pub host: String,
    /// Its port. Default 587; 465 with `tls = "tls"`.
    #[serde(default)]
    pub port: Option<u16>,
    /// `"starttls"`, `"tls"` or `"none"`; the last only to a loopback address and with `notify.allow_private`. Default
    /// `"starttls"`.
    #[serde(default)]
    pub tls: crate::config::SmtpTls,
    /// The user to log in as. Default: no login.
    #[serde(default)]
    pub user: Option<String>,
    /// The file that holds his password, readable by us alone. Default: none.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Whom mail is from: `countersign@example.com`. Required.
    pub from: String,
}

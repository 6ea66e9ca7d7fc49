//! Proof that whoever runs a command is an admin: an API token, or a person who types at a terminal.
//!
//! A [`Seat`] is taken before anything is shown and gives up its [`Approver`] only for the right typed text, so a
//! command cannot decide and forget to ask. Every refusal is a row of the journal. The words of a refusal are read by
//! agents too: they name no command and no way around.

use crate::app::{App, env};
use crate::approval::{Approver, Token};
use crate::cli::ancestry::{self, Ancestry};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::domain::digest::Digest;
use crate::domain::entry::{Draft, EntryType};
use crate::domain::id::ApprovalId;
use crate::domain::principal::{Principal, Role};
use crate::domain::ruling::Tier;
use crate::store::{User, lease};
use anyhow::Result;
use std::io::IsTerminal as _;

/// What only a person or a token can give; said to whoever has neither.
const NO_PROOF: &str = "a person must answer this at a terminal, or with an API token";

/// Who runs the command, as far as a token says so.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    user: Option<User>,
    /// The hash of the token that showed it.
    token: Option<Digest>,
}

/// A command that needs proof.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Demand {
    /// Its name, for the journal.
    pub(crate) command: &'static str,
    /// The question it answers.
    pub(crate) approval: Option<ApprovalId>,
    /// Whether `--yes` was given.
    pub(crate) yes: bool,
}

impl Caller {
    /// Takes the token that the environment presents; its user's tenant is then the tenant of this process.
    ///
    /// # Errors
    /// A token that nobody has, which is also written down.
    pub(crate) async fn of(app: &mut App, command: &'static str) -> Result<Self> {
        let Some(text) = env::token() else { return Ok(Self { user: None, token: None }) };
        let token = Token::presented(&text).hash();
        match app.store.user_by_token(token).await? {
            Some(user) => {
                app.enter(&user.tenant).await?;
                Ok(Self { user: Some(user), token: Some(token) })
            }
            None => {
                let demand = Demand { command, approval: None, yes: false };
                refuse(app, &demand, "token_unknown", None).await;
                Err(Stop::new(
                    Code::Denied,
                    "the API token in `COUNTERSIGN_TOKEN` is not known or was revoked",
                )
                .help("an admin can give out a new one; without a token, unset the variable")
                .into())
            }
        }
    }

    /// May this caller see? Everybody at home, unless the configuration wants a token or a terminal for that too.
    ///
    /// # Errors
    /// When neither is there.
    pub(crate) fn may_read(&self, app: &App) -> Result<()> {
        if !app.config.auth_enabled {
            return Ok(());
        }
        match &self.user {
            Some(user) if user.role == Role::Agent => {
                let what = format!(
                    "the API token of `{}` has the role `agent`, which does not see this",
                    user.name
                );
                Err(Stop::new(Code::Denied, what).into())
            }
            Some(_) => Ok(()),
            None if at_terminal() => Ok(()),
            None => Err(Stop::new(
                Code::Denied,
                "reading needs proof here, since `auth.enabled` is set",
            )
            .help(NO_PROOF)
            .into()),
        }
    }

    /// Who would answer, for people.
    #[must_use]
    pub(crate) fn told(&self) -> String {
        match &self.user {
            Some(user) if user.role == Role::Admin => format!("{} answers", user.name),
            Some(user) => format!("{} looks on", user.name),
            None => format!("{} at this terminal", env::os_user()),
        }
    }

    /// As whom a command acts that needs no proof: the token's user, else an operator of this machine.
    #[must_use]
    pub(crate) fn principal(&self) -> Principal {
        match &self.user {
            Some(user) => Principal::new(user.role, user.name.clone()),
            None => Principal::new(Role::Operator, env::os_user()),
        }
    }
}

/// A caller who may decide once he has typed what is asked of him, or at once with a token and `--yes`.
#[derive(Debug)]
pub(crate) struct Seat {
    approver: Approver,
    types: bool,
}

impl Seat {
    /// Checks everything that can be checked before anything is shown.
    ///
    /// # Errors
    /// [`Stop`] with [`Code::Denied`]; each refusal is written down first.
    pub(crate) async fn take(app: &App, caller: &Caller, demand: Demand) -> Result<Self> {
        if let (Some(user), Some(token)) = (&caller.user, caller.token) {
            let Some(approver) = Approver::by_token(user, token, Tier::GRAVE) else {
                refuse(app, &demand, "role_does_not_decide", Some(caller.principal())).await;
                let what = format!(
                    "the API token of `{}` has the role `{}`, which does not decide",
                    user.name,
                    user.role.as_str()
                );
                return Err(Stop::new(Code::Denied, what).help("an admin decides").into());
            };
            if !demand.yes && !at_terminal() {
                return Err(Stop::new(Code::Denied, "nobody is at a terminal to confirm this")
                    .help("with an API token, `--yes` confirms it")
                    .into());
            }
            return Ok(Self { approver, types: !demand.yes });
        }
        if demand.yes {
            refuse(app, &demand, "no_proof", None).await;
            return Err(Stop::new(Code::Denied, "`--yes` counts only with an API token")
                .help(NO_PROOF)
                .into());
        }
        if !at_terminal() {
            refuse(app, &demand, "no_proof", None).await;
            return Err(Stop::new(Code::Denied, "nothing here proves that a person decides")
                .help(NO_PROOF)
                .into());
        }
        if let Some((code, why)) = above(app) {
            refuse(app, &demand, code, None).await;
            return Err(Stop::new(Code::Denied, why)
                .help("a person must answer this at a terminal of his own, or with an API token")
                .into());
        }
        Ok(Self { approver: Approver::at_terminal(&env::os_user()), types: true })
    }

    /// Who will have decided.
    #[must_use]
    pub(crate) fn principal(&self) -> &Principal {
        self.approver.principal()
    }

    /// Whether an API token says who decides, and not the terminal.
    #[must_use]
    pub(crate) fn has_token(&self) -> bool {
        self.approver.token().is_some()
    }

    /// Whether the answer will be typed, so that what it is about must be shown first.
    #[must_use]
    pub(crate) fn types(&self) -> bool {
        self.types
    }

    /// Asks for the typed answer. Any of `accepted` counts, case and surrounding space apart.
    ///
    /// # Errors
    /// [`Stop`] when something else was typed, or nothing.
    pub(crate) fn confirm(self, question: &str, accepted: &[&str]) -> Result<Approver> {
        if self.types {
            let typed = ask(question)?;
            if !matches(&typed, accepted) {
                return Err(
                    Stop::new(Code::Denied, "that was not typed, so nothing was changed").into()
                );
            }
        }
        Ok(self.approver)
    }

    /// The same for a screen that showed the card, asked in words, and took a key that was pressed after that (`watch`).
    /// `approves` is the tier of what is approved: at tier 3 a key is not enough.
    ///
    /// # Errors
    /// [`Stop`] at tier 3.
    pub(crate) fn pressed(self, approves: Option<Tier>) -> Result<Approver> {
        if self.types && approves.is_some_and(|tier| tier >= Tier::GRAVE) {
            let what = "tier 3 wants the word on the card, so nothing was changed";
            return Err(Stop::new(Code::Denied, what).into());
        }
        Ok(self.approver)
    }

    /// The same for text that was typed already (`watch`).
    ///
    /// # Errors
    /// [`Stop`] when it is something else.
    pub(crate) fn confirmed_by(self, typed: &str, accepted: &[&str]) -> Result<Approver> {
        if self.types && !matches(typed, accepted) {
            return Err(Stop::new(
                Code::Denied,
                "that is not the word on the card, so nothing was changed",
            )
            .into());
        }
        Ok(self.approver)
    }
}

fn matches(typed: &str, accepted: &[&str]) -> bool {
    accepted.iter().any(|word| typed.trim().eq_ignore_ascii_case(word))
}

/// A line typed at the terminal in answer to this question.
///
/// # Errors
/// When the terminal cannot be read or was closed.
pub(crate) fn ask(question: &str) -> Result<String> {
    let stdin = std::io::stdin();
    // What was typed before the question was shown is no answer to it.
    let _ = rustix::termios::tcflush(&stdin, rustix::termios::QueueSelector::IFlush);
    output::prompt(question);
    let mut typed = String::new();
    if stdin.read_line(&mut typed)? == 0 {
        output::note("");
        return Err(
            Stop::new(Code::Denied, "the terminal was closed, so nothing was changed").into()
        );
    }
    Ok(typed.trim().to_owned())
}

/// Whether a person can be shown a question and type the answer: stdin and stderr, since the card goes there.
#[must_use]
pub(crate) fn at_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Why what is typed at this terminal proves nothing: the code for the journal, and a sentence. What cannot be seen
/// counts against it.
fn above(app: &App) -> Option<(&'static str, String)> {
    let holders = match lease::holders(&app.home) {
        Ok(holders) => holders,
        Err(error) => {
            let why = format!("nobody can tell whose terminal this is: {error}");
            return Some(("lease_unreadable", why));
        }
    };
    match ancestry::look(&holders) {
        Ancestry::Agent { .. } => Some((
            "agent_ancestor",
            "this terminal runs below a process that also runs an agent's gateway, so what is typed here proves \
             nothing"
                .to_owned(),
        )),
        Ancestry::Broken { pid } => Some((
            "ancestor_unknown",
            format!(
                "the parent of process {pid}, above this terminal, cannot be seen, so it may run an agent's gateway"
            ),
        )),
        Ancestry::Clear | Ancestry::Unknown => None,
    }
}

/// Writes a refusal down. A journal that cannot be written changes nothing about the refusal.
pub(crate) async fn refuse(app: &App, demand: &Demand, code: &str, by: Option<Principal>) {
    let mut row = Draft::new(EntryType::ApprovalRefused, &app.tenant);
    row.approval = demand.approval;
    row.principal = by;
    row.outcome = Some(code.to_owned());
    let body = serde_json::json!({
        "command": demand.command,
        "os_user": env::os_user(),
        "pid": std::process::id(),
    });
    row.body = body.to_string().into_bytes();
    if let Err(error) = app.store.append(vec![row]).await {
        tracing::error!("a refused `{}` could not be written down: {error}", demand.command);
    }
}

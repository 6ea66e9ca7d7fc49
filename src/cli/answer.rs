//! What all commands that answer questions share: find it, prove who answers, show the card, say how it went.

use crate::app::{App, env};
use crate::approval::Approver;
use crate::card;
use crate::cli::exit::{Code, Stop};
use crate::cli::proof::{self, Caller, Demand, Seat};
use crate::cli::{find, output, policy, remembered, view};
use crate::domain::approval::{Approval, State, Subject, Voice};
use crate::domain::digest::Digest;
use crate::domain::principal::{Principal, Role};
use crate::domain::remembered::Wish;
use crate::domain::ruling::Tier;
use crate::gate::changes::status;
use crate::store::NotDecided;
use anyhow::{Context as _, Result};

/// Which way the answer goes; a no is not harder to give than a yes, so it never wants the word of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Yes.
    Approve,
    /// No.
    Deny,
}

/// A question that somebody may answer now.
#[derive(Debug)]
pub(crate) struct Faced {
    /// The question.
    pub(crate) approval: Approval,
    /// Who answers.
    pub(crate) approver: Approver,
    /// Digest of what was shown; `None` when nothing was.
    pub(crate) shown: Option<Digest>,
}

/// Leads a caller up to the answer: the question is found, shown where an answer is typed, and confirmed. Where the answer
/// is to be kept, what that means is shown before anything is typed.
///
/// # Errors
/// [`Stop`] when there is no such question, it does not wait, the caller may not, or its answer cannot be kept.
pub(crate) async fn face(
    app: &mut App,
    id: &str,
    command: &'static str,
    yes: bool,
    way: Way,
    wish: Option<&Wish>,
) -> Result<Faced> {
    let caller = Caller::of(app, command).await?;
    caller.may_read(app)?;
    let approval = find::approval(app, id).await?;
    let seat =
        Seat::take(app, &caller, Demand { command, approval: Some(approval.id), yes }).await?;
    if approval.state != State::Pending {
        return Err(match approval.subject {
            Subject::Policy(_) => ended(approval.state).into(),
            _ => already(approval.state).into(),
        });
    }
    if command == "approve" {
        may_only_be_approved(&approval)?;
    }
    if seat.types() {
        has_a_voice(app, &approval, &seat, command, way).await?;
    }
    let shown = seat.types().then_some(approval.call_digest);
    if seat.types() {
        output::note(policy::opened(app, &approval, false).await?);
    }
    if let Some(wish) = wish {
        let text = remembered::foretold(app, &approval, wish, way == Way::Approve).await?;
        output::note(text);
    }
    let words = words(app, &approval, way);
    let approver = seat.confirm(
        &question(&approval, way, wish.is_some()),
        &words.iter().map(String::as_str).collect::<Vec<_>>(),
    )?;
    Ok(Faced { approval, approver, shown })
}

/// Whoever is not named, is no user where each must be one, or said yes already, is told so before he types anything.
/// Without anything typed, and in the end, it is the store that says so.
async fn has_a_voice(
    app: &App,
    approval: &Approval,
    seat: &Seat,
    command: &'static str,
    way: Way,
) -> Result<()> {
    let who = seat.principal();
    let of_policy = matches!(approval.subject, Subject::Policy(_));
    // He takes back what he proposed himself.
    if of_policy && way == Way::Deny {
        return Ok(());
    }
    let needs_user = !seat.has_token() && !approval.quorum.is_plain() && !of_policy;
    let no = if needs_user && !is_admin(app, who).await? {
        NotDecided::NoUser
    } else {
        match approval.voice(&who.name, app.store.now().await?) {
            Voice::Free => return Ok(()),
            Voice::Given => NotDecided::Already(State::Pending),
            Voice::None => NotDecided::NotNamed,
        }
    };
    let demand = Demand { command, approval: Some(approval.id), yes: false };
    proof::refuse(app, &demand, &no.code(), Some(who.clone())).await;
    Err(not_decided(&no).into())
}

async fn is_admin(app: &App, who: &Principal) -> Result<bool> {
    let users = app.store.users().await?;
    Ok(users
        .iter()
        .any(|user| user.tenant == app.tenant && user.name == who.name && user.role == Role::Admin))
}

/// A plain yes to a change of policy would lie about until somebody applies it: deciding about it is applying it.
///
/// # Errors
/// [`Stop`] for a change of policy.
pub(crate) fn may_only_be_approved(approval: &Approval) -> Result<()> {
    match approval.subject {
        Subject::Policy(_) => {
            let what = "this is a policy suggestion, which is applied and not only approved";
            let help = format!("`countersign policy apply {}` shows and applies it", approval.id);
            Err(Stop::new(Code::Denied, what).help(help).into())
        }
        Subject::Call | Subject::Plan(_) | Subject::Run(_) | Subject::Step(..) => Ok(()),
    }
}

/// What counts when typed. Tier 3: the word that only the card shows.
#[must_use]
pub(crate) fn words(app: &App, approval: &Approval, way: Way) -> Vec<String> {
    match way {
        Way::Deny => vec!["yes".to_owned(), "deny".to_owned()],
        Way::Approve if approval.ruling.tier >= Tier::GRAVE => {
            vec![card::word(approval, app.store.key()).to_owned()]
        }
        Way::Approve => vec!["yes".to_owned()],
    }
}

fn question(approval: &Approval, way: Way, keeps: bool) -> String {
    match way {
        Way::Deny if keeps => "type `yes` to deny it, now and as told above: ".to_owned(),
        Way::Approve if keeps => "type `yes` to approve it, now and as told above: ".to_owned(),
        Way::Deny => "type `yes` to deny it: ".to_owned(),
        Way::Approve if approval.ruling.tier >= Tier::GRAVE => {
            "this is tier 3: type the word on the card to approve it: ".to_owned()
        }
        Way::Approve => "type `yes` to approve exactly this, once: ".to_owned(),
    }
}

fn already(state: State) -> Stop {
    let code = if state == State::Denied { Code::Denied } else { Code::Failure };
    let what = match state {
        State::Pending => {
            return Stop::new(code, "you said yes already; others must join");
        }
        State::Approved => "somebody said yes already",
        State::Consumed => "somebody said yes already, and it ran",
        State::Denied => "somebody said no already",
        State::Expired => "its time to answer is over",
        State::Cancelled => "it was taken back",
    };
    Stop::new(code, format!("it is not pending any more but `{}`: {what}", state.as_str()))
}

/// The same of a suggestion, in its words.
fn ended(state: State) -> Stop {
    let code = if state == State::Denied { Code::Denied } else { Code::Failure };
    Stop::new(code, format!("the suggestion does not wait any more: it is {}", status(state)))
}

/// The refusal to reject a suggestion, in words.
#[must_use]
pub(crate) fn not_rejected(why: &NotDecided) -> Stop {
    match why {
        NotDecided::Already(state) => ended(*state),
        why => not_decided(why),
    }
}

/// The refusal of an answer, in words.
#[must_use]
pub(crate) fn not_decided(why: &NotDecided) -> Stop {
    match why {
        NotDecided::NotThere => Stop::new(Code::Failure, "there is no such question"),
        NotDecided::Already(state) => already(*state),
        NotDecided::OwnQuestion => {
            Stop::new(Code::Denied, "whoever asks does not answer").help("another admin decides")
        }
        NotDecided::ShownDiffers => Stop::new(
            Code::Denied,
            "the digest in `--shown` is not that of this question, so another one was looked at",
        )
        .help("look at it again with `countersign show ID`"),
        NotDecided::NoDecider => Stop::new(Code::Denied, "the API token does not decide any more")
            .help("another admin decides"),
        NotDecided::NoUser => {
            let name = env::os_user();
            let what = format!(
                "several people answer this, and `{name}`, your name on this machine, is no admin among the users"
            );
            Stop::new(Code::Denied, what)
                .help(format!("an admin adds it: `countersign user add {name} --role admin`"))
        }
        NotDecided::NotNamed => Stop::new(Code::Denied, "others are named to answer this question")
            .help("`countersign show ID` tells who"),
        NotDecided::ClientMayNot | NotDecided::StateUsed => {
            Stop::new(Code::Denied, "a client's own user may not answer this")
        }
        NotDecided::CannotKeep => {
            Stop::new(Code::Denied, "the answer to such a question counts once and is never kept")
                .help("answer it without `--remember`")
        }
        NotDecided::SessionOver => Stop::new(
            Code::Denied,
            "the session that asked has ended, so nothing can be kept for it",
        )
        .help("`--remember forever`, or answer without `--remember`"),
        NotDecided::TierTooHigh => {
            Stop::new(Code::Denied, "its tier is above what may be answered this way")
                .help("answer it at a terminal")
        }
    }
}

/// The card of an answered question as one line for people: what happens now.
pub(crate) async fn outlook(app: &App, approval: &Approval) -> Result<String> {
    let name = view::name(approval);
    let now = app.store.now().await?;
    Ok(match (approval.state, approval.run_by, approval.abandoned_at) {
        (State::Pending, _, _) => {
            format!(
                "noted; {} of {} yeses are there, so `{name}` still waits",
                approval.ayes(),
                approval.quorum.required
            )
        }
        (State::Approved, Some(until), _) if !approval.subject.is_call() => format!(
            "approved the {} of `{}`; the yes counts once, before {}",
            approval.subject.kind(),
            view::asker(approval),
            view::clock(until, now)
        ),
        (State::Approved, Some(until), Some(_)) => format!(
            "approved `{name}`; nobody is waiting: it runs only if the agent resumes before {}",
            view::clock(until, now)
        ),
        (State::Approved, Some(until), None) => {
            format!("approved `{name}`; it runs once, before {}", view::clock(until, now))
        }
        (State::Consumed, _, _) => format!("approved `{name}`; it is running"),
        (state, _, _) => format!("{} `{name}`", state.as_str()),
    })
}

/// Signs where the journal stands and prints it, so that the decider can keep a witness of it.
///
/// # Errors
/// When it cannot be signed; what was decided stays decided, and the error says so.
pub(crate) async fn print_head(app: &App, json: bool) -> Result<()> {
    let text = head(app).await?;
    if json {
        output::note(text);
        Ok(())
    } else {
        output::line(text)
    }
}

/// Signs where the journal stands and says it in a line.
///
/// # Errors
/// When it cannot be signed; what was decided stays decided, and the error says so.
pub(crate) async fn head(app: &App) -> Result<String> {
    let head =
        app.store.head().await.context("it is decided, but the journal's head cannot be read")?;
    app.heads.sign(&head).context("it is decided, but the journal's head cannot be signed")?;
    Ok(format!("journal head {}:{}", head.seq, head.hash))
}

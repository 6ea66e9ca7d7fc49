//! Questions, suggestions and runs by what people type for their ids: the whole, the beginning or the end of it, or the
//! beginning of the twelve digits that lists show.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::domain::approval::Approval;
use crate::domain::id::{ApprovalId, RememberedId, RunId};
use crate::domain::remembered::Remembered;
use crate::domain::run::Run;
use crate::domain::visible;
use crate::store::StoreError;
use crate::store::policies::Suggestion;
use anyhow::Result;
use std::fmt::Display;

/// The fewest hex digits that are looked up: fewer name something by accident.
const SHORTEST: usize = 4;
/// As many hex digits as an id has.
const LONGEST: usize = 32;
/// Characters of what was typed that an error repeats.
const SHOWN: usize = 40;

/// What is looked for, in words.
struct Kind {
    one: &'static str,
    many: &'static str,
    listed: &'static str,
}

const QUESTION: Kind = Kind {
    one: "question",
    many: "questions",
    listed: "`countersign pending --all` lists all of them",
};
const SUGGESTION: Kind = Kind {
    one: "suggestion",
    many: "suggestions",
    listed: "`countersign policy suggestions --all` lists all of them",
};
const RUN: Kind = Kind { one: "run", many: "runs", listed: "`countersign run list` lists them" };

const REMEMBERED: Kind = Kind {
    one: "kept answer",
    many: "kept answers",
    listed: "`countersign remembered list` lists them",
};

/// The question that this text names.
///
/// # Errors
/// [`Stop`] when it names none, or more than one.
pub(crate) async fn approval(app: &App, text: &str) -> Result<Approval> {
    let id = match wanted(text, ApprovalId::parse)? {
        Wanted::Whole(id) => id,
        Wanted::Part(part) => {
            only(app.store.find_approvals(&app.tenant, &part).await, text, &QUESTION)?
        }
    };
    app.store.approval(&app.tenant, id).await?.ok_or_else(|| none(text, &QUESTION))
}

/// The suggestion that this text names.
///
/// # Errors
/// [`Stop`] when it names none, or more than one.
pub(crate) async fn suggestion(app: &App, text: &str) -> Result<Suggestion> {
    wanted(text, ApprovalId::parse)?;
    any_suggestion(app, text).await?.ok_or_else(|| none(text, &SUGGESTION))
}

/// The same; `None` when it names none, and when it is no id.
///
/// # Errors
/// [`Stop`] when it names more than one.
pub(crate) async fn any_suggestion(app: &App, text: &str) -> Result<Option<Suggestion>> {
    let ids = match wanted(text, ApprovalId::parse) {
        Ok(Wanted::Whole(id)) => vec![id],
        Ok(Wanted::Part(part)) => app.store.find_approvals(&app.tenant, &part).await?,
        Err(_) => return Ok(None),
    };
    let mut found = Vec::new();
    for id in ids {
        found.extend(app.store.suggestion(&app.tenant, id).await?);
    }
    if found.len() > 1 {
        let ids = found.iter().map(|one| one.approval.id).collect();
        only::<ApprovalId>(Ok(ids), text, &SUGGESTION)?;
    }
    Ok(found.pop())
}

/// The run that this text names.
///
/// # Errors
/// [`Stop`] when it names none, or more than one.
pub(crate) async fn run(app: &App, text: &str) -> Result<Run> {
    let id = match wanted(text, RunId::parse)? {
        Wanted::Whole(id) => id,
        Wanted::Part(part) => only(app.store.find_runs(&app.tenant, &part).await, text, &RUN)?,
    };
    app.store.run(&app.tenant, id).await?.ok_or_else(|| none(text, &RUN))
}

/// The kept answer that this text names, live or ended.
///
/// # Errors
/// [`Stop`] when it names none, or more than one.
pub(crate) async fn remembered(app: &App, text: &str) -> Result<Remembered> {
    let wanted = wanted(text, RememberedId::parse)?;
    let all = app.store.remembered(&app.tenant, true, usize::MAX >> 1).await?;
    let is = |id: RememberedId| match &wanted {
        Wanted::Whole(whole) => id == *whole,
        Wanted::Part(part) => {
            let digits = id.0.simple().to_string();
            digits.starts_with(part) || digits.ends_with(part) || id.short().starts_with(part)
        }
    };
    let ids = all.iter().map(|one| one.id).filter(|id| is(*id)).collect();
    let id = only(Ok(ids), text, &REMEMBERED)?;
    all.into_iter().find(|one| one.id == id).ok_or_else(|| none(text, &REMEMBERED))
}

enum Wanted<I> {
    Whole(I),
    /// Hex digits in small letters.
    Part(String),
}

fn wanted<I>(text: &str, parse: impl Fn(&str) -> Option<I>) -> Result<Wanted<I>> {
    let trimmed = text.trim();
    if let Some(id) = parse(trimmed) {
        return Ok(Wanted::Whole(id));
    }
    let digits = trimmed.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if hex && (SHORTEST..=LONGEST).contains(&digits.len()) {
        return Ok(Wanted::Part(digits));
    }
    Err(Stop::new(Code::Usage, format!("`{}` is not an id", shown(text)))
        .help(format!(
            "an id is hex digits: the whole, or at least {SHORTEST} from its beginning or end, or of the 12 that lists show"
        ))
        .into())
}

fn only<I: Copy + Display>(
    found: Result<Vec<I>, StoreError>,
    text: &str,
    kind: &Kind,
) -> Result<I> {
    match found?.as_slice() {
        [] => Err(none(text, kind)),
        [one] => Ok(*one),
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            let what = format!("`{}` names {} {}", shown(text), several.len(), kind.many);
            Err(Stop::new(Code::Failure, what)
                .help(format!("give more digits of one of `{}`", ids.join("`, `")))
                .into())
        }
    }
}

fn none(text: &str, kind: &Kind) -> anyhow::Error {
    let what = format!("there is no {} `{}`", kind.one, shown(text));
    Stop::new(Code::Failure, what).help(kind.listed).into()
}

fn shown(text: &str) -> String {
    visible::shorten(&visible::inline(text.trim()), SHOWN)
}

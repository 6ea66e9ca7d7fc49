//! What of an answer is to be kept, as options of `approve` and `deny`, and what is said of it before anything is typed.

use crate::app::App;
use crate::approval::wish::{EndsIn, Names, WishWords};
use crate::card::kept::{became, conditions, meaning, why_once};
use crate::cli::exit::{Code, Stop};
use crate::cli::output;
use crate::cli::proof::Caller;
use crate::cli::{answer, find, view};
use crate::domain::approval::{Approval, State};
use crate::domain::id::ApprovalId;
use crate::domain::remembered::Wish;
use crate::domain::visible;
use crate::gate::remember::{Foreseen, foreseen, is_over};
use crate::store::NotDecided;
use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

/// Characters of a condition that are shown.
const CONDITION_SHOWN: usize = 200;

/// The options.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Remember {
    /// Keeps the answer for later calls like this one: `session`, `forever` (both for the same arguments) or `pattern`
    /// (for what meets every `--where`). `once` keeps nothing.
    #[arg(long, value_name = "HOW")]
    remember: Option<String>,
    /// Whose calls: `agent` (the one that asked) or `server` (any agent on this server).
    #[arg(long, value_name = "WHOSE", requires = "remember")]
    scope: Option<String>,
    /// One argument and its condition, as in a rule: `path=/srv/*`, `n=5`, `x={"regex":"a+"}`. For a yes every argument
    /// must be named.
    #[arg(long = "where", value_name = "ARG=COND", requires = "remember")]
    conditions: Vec<String>,
    /// Ends by itself after this time, such as `7d`; a pattern after a day unless this says otherwise.
    #[arg(long = "for", value_name = "TIME", requires = "remember")]
    life: Option<String>,
    /// Ends after this many uses; a pattern after 100 unless this says otherwise.
    #[arg(long, value_name = "N", requires = "remember")]
    uses: Option<u64>,
    /// Shows what the kept answer would have answered before, and decides nothing.
    #[arg(long, requires = "remember")]
    preview: bool,
}

impl Remember {
    /// Whether nothing is to be decided.
    #[must_use]
    pub(crate) fn previews(&self) -> bool {
        self.preview
    }

    /// The wish; `None` for an answer that counts once.
    ///
    /// # Errors
    /// [`Stop`] for options that say none.
    pub(crate) fn wish(&self, allows: bool) -> Result<Option<Wish>> {
        let mut pattern = Map::new();
        for text in &self.conditions {
            let Some((name, condition)) = text.split_once('=').filter(|(name, _)| !name.is_empty())
            else {
                let what = "`--where` takes an argument and its condition, such as `path=/srv/*`";
                return Err(Stop::new(Code::Usage, what).into());
            };
            if pattern.insert(name.to_owned(), condition_of(condition)).is_some() {
                let what = format!("`--where` names `{name}` twice");
                return Err(Stop::new(Code::Usage, what).into());
            }
        }
        let words = WishWords {
            remember: self.remember.clone(),
            scope: self.scope.clone(),
            pattern: (!pattern.is_empty()).then_some(pattern),
            ends_in: self.life.clone().map(EndsIn::Text),
            uses: self.uses,
        };
        words.read(allows).map_err(|why| Stop::new(Code::Usage, why.said(&Names::OPTIONS)).into())
    }
}

/// A condition as typed: JSON where it is a number, `true`, `false`, a text in quotes or a table, else text.
fn condition_of(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::String(_) | Value::Object(_))) => {
            value
        }
        _ => Value::String(text.to_owned()),
    }
}

/// What keeping the answer would have meant.
///
/// # Errors
/// When the answer to this question cannot be kept, or not for its session, and those of the store.
async fn looked_back(
    app: &App,
    approval: &Approval,
    wish: &Wish,
    allows: bool,
) -> Result<Foreseen> {
    if let Some(why) = why_once(approval) {
        return Err(Stop::new(Code::Denied, why).help("answer it without `--remember`").into());
    }
    if is_over(app.store.as_ref(), approval, wish).await? {
        return Err(answer::not_decided(&NotDecided::SessionOver).into());
    }
    Ok(foreseen(app.store.as_ref(), approval, wish, allows).await?)
}

/// What keeping the answer means and would have meant, for people.
///
/// # Errors
/// When the answer to this question cannot be kept so, and those of the store.
pub(crate) async fn foretold(
    app: &App,
    approval: &Approval,
    wish: &Wish,
    allows: bool,
) -> Result<String> {
    let seen = looked_back(app, approval, wish, allows).await?;
    said(wish, allows, &seen)
}

fn said(wish: &Wish, allows: bool, seen: &Foreseen) -> Result<String> {
    let shown = |text: &str| visible::shorten(&visible::inline(text), CONDITION_SHOWN);
    if let Some(why) = &seen.misfit {
        let what = format!("it cannot be kept so: {}", visible::inline(why).text);
        return Err(Stop::new(Code::CheckFailed, what)
            .help("`--where` conditions are met by the very call that is answered")
            .into());
    }
    let mut text = meaning(wish, allows);
    for (name, condition) in conditions(&wish.pattern) {
        text.push_str(&format!("\n  {} = {}", shown(name), shown(&condition)));
    }
    text.push_str(&format!("\n{}", seen.sentence()));
    let mut list = |what: &str, ids: &[ApprovalId]| {
        if !ids.is_empty() {
            let ids = ids.iter().map(ApprovalId::short).collect::<Vec<_>>().join(", ");
            text.push_str(&format!("\n{what}: {ids}"));
        }
    };
    list("answered otherwise then, by a no", if allows { &seen.denied_examples } else { &[] });
    list("not answered by it", &seen.other_examples);
    Ok(text)
}

#[derive(Serialize)]
struct Previewed<'a> {
    id: ApprovalId,
    meaning: String,
    sentence: String,
    foreseen: &'a Foreseen,
}

/// Shows what a wish would have meant; decides nothing.
///
/// # Errors
/// [`Stop`] when there is no such question, it does not wait, or nothing is wished.
pub(crate) async fn preview(
    app: &mut App,
    id: &str,
    wish: Option<&Wish>,
    allows: bool,
    json: bool,
) -> Result<Code> {
    let caller = Caller::of(app, "preview").await?;
    caller.may_read(app)?;
    let approval = find::approval(app, id).await?;
    let Some(wish) = wish else {
        return Err(Stop::new(Code::Usage, "an answer that counts once has no preview").into());
    };
    if approval.state != State::Pending {
        let what = format!("it is not pending any more but `{}`", approval.state.as_str());
        return Err(Stop::new(Code::Failure, what).into());
    }
    let foreseen = looked_back(app, &approval, wish, allows).await?;
    if json {
        let (meaning, sentence) = (meaning(wish, allows), foreseen.sentence());
        output::json(&Previewed { id: approval.id, meaning, sentence, foreseen: &foreseen })?;
    } else {
        let text = said(wish, allows, &foreseen)?;
        output::line(format!("{}\n{text}", view::name(&approval)))?;
    }
    Ok(if foreseen.fits_itself { Code::Ok } else { Code::CheckFailed })
}

/// Says what became of a wish.
///
/// # Errors
/// Those of the store.
pub(crate) async fn tell_kept(app: &App, decided: &Approval, wish: Option<&Wish>) -> Result<()> {
    if wish.is_none() {
        return Ok(());
    }
    let kept = app.store.remembered_by(&app.tenant, decided.id).await?;
    let mut text = became(decided, kept.is_some()).to_owned();
    if let Some(one) = kept {
        let id = one.id.short();
        text.push_str(&format!(" as {id}; `countersign remembered revoke {id}` takes it back"));
    }
    output::note(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::cli::remembered::wish::condition_of;
    use serde_json::json;

    #[test]
    fn conditions_are_json_where_they_are_and_text_elsewhere() {
        assert_eq!(condition_of("/srv/*"), json!("/srv/*"));
        assert_eq!(condition_of("5"), json!(5));
        assert_eq!(condition_of("\"5\""), json!("5"));
        assert_eq!(condition_of("true"), json!(true));
        assert_eq!(condition_of(r#"{"regex":"a+"}"#), json!({ "regex": "a+" }));
        assert_eq!(condition_of("[1]"), json!("[1]"));
        assert_eq!(condition_of("null"), json!("null"));
    }
}

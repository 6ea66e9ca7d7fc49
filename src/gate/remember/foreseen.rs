//! What a kept answer would have answered among earlier questions: shown before it is given.
//!
//! It looks back and promises nothing: the next question may be one that nobody ever saw. Questions whose arguments were
//! erased are counted and never said to match.

use crate::domain::approval::{Approval, State};
use crate::domain::call::arguments_digest;
use crate::domain::id::ApprovalId;
use crate::domain::remembered::{Keep, Pattern, Scope, Wish};
use crate::domain::time::{DAY, Millis};
use crate::policy::KeptPattern;
use crate::store::memories::{PastFilter, PastQuestion};
use crate::store::{Store, StoreError};
use serde::Serialize;

/// How far it looks back, in milliseconds.
pub const BACK: i64 = 30 * DAY;
/// The most questions that are looked at, newest first.
const MOST: usize = 1_000;
/// No further question once the arguments of those read have this many bytes.
const BYTES: usize = 8 * 1024 * 1024;
/// Examples of each kind.
const EXAMPLES: usize = 5;

/// What a wish would have answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Foreseen {
    /// Whether its pattern fits the very question that is answered; else the answer is not kept.
    pub fits_itself: bool,
    /// Why it does not, in words.
    pub misfit: Option<String>,
    /// Earlier questions of this tool that were looked at.
    pub asked: usize,
    /// Whether there were more than were looked at.
    pub more: bool,
    /// Those that it would have answered.
    pub matched: usize,
    /// Of them: a person said yes.
    pub approved: usize,
    /// Of them: a person said no.
    pub denied: usize,
    /// Of them: nobody answered, or they were taken back.
    pub unanswered: usize,
    /// Of them that a person said no to, the newest.
    pub denied_examples: Vec<ApprovalId>,
    /// Of those that it would not have answered, the newest.
    pub other_examples: Vec<ApprovalId>,
}

impl Foreseen {
    /// It in one sentence, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        if let Some(why) = &self.misfit {
            return format!("It cannot be kept so: {why}.");
        }
        if self.asked == 0 {
            return "This tool was not asked about before in the last 30 days, so nothing is known of \
                    what else it would answer."
                .to_owned();
        }
        let of = if self.more { "the newest" } else { "the" };
        let mut text = format!(
            "Of {of} {} earlier question{} of this tool in the last 30 days it would have answered {}",
            self.asked,
            if self.asked == 1 { "" } else { "s" },
            self.matched,
        );
        if self.matched > 0 {
            text.push_str(&format!(
                ": {} approved, {} denied, {} not answered",
                self.approved, self.denied, self.unanswered
            ));
        }
        text.push('.');
        text
    }
}

/// Which earlier questions a wish speaks of.
struct Fit {
    scope: Scope,
    keep: Keep,
    how: How,
}

/// What their arguments must be.
enum How {
    Same(crate::domain::digest::Digest),
    When(Box<KeptPattern>),
    /// A pattern that is none.
    Never,
}

/// What the wish would have matched among earlier questions of that tool, of the last 30 days and the newest 1,000, had
/// it been given with a yes (`allows`) or a no to this question.
///
/// # Errors
/// Those of the store.
pub async fn foreseen(
    store: &dyn Store,
    approval: &Approval,
    wish: &Wish,
    allows: bool,
) -> Result<Foreseen, StoreError> {
    let filter = PastFilter {
        tenant: approval.tenant.clone(),
        upstream: approval.upstream.clone(),
        tool: approval.tool.clone(),
        since: Millis(store.now().await?.0.saturating_sub(BACK)),
        but: approval.id,
        limit: MOST,
        bytes: BYTES,
    };
    let page = store.past_questions(filter).await?;
    let (asked, wish, key) = (approval.clone(), wish.clone(), store.key().clone());
    let count = move || {
        let fit = Fit {
            scope: wish.scope,
            keep: wish.keep,
            how: match &wish.pattern {
                Pattern::Same => How::Same(arguments_digest(asked.arguments.as_ref(), &key)),
                Pattern::When(when) => KeptPattern::compile(when, allows)
                    .map_or(How::Never, |pattern| How::When(Box::new(pattern))),
            },
        };
        let misfit = match &wish.pattern {
            Pattern::Same => None,
            Pattern::When(when) => KeptPattern::misfit(when, allows, asked.arguments.as_ref()),
        };
        let mut seen = Foreseen {
            fits_itself: misfit.is_none(),
            more: page.more,
            misfit,
            ..Foreseen::default()
        };
        for earlier in &page.rows {
            seen.take(earlier, fits(&fit, &asked, earlier, &key));
        }
        seen
    };
    // A thousand questions against a pattern take longer than the one thread that serves can wait.
    tokio::task::spawn_blocking(count)
        .await
        .map_err(|_| StoreError::Unusable("looking back at earlier questions failed".to_owned()))
}

/// Whether it is wished for the session that asked, and that has ended.
///
/// # Errors
/// Those of the store.
pub async fn is_over(
    store: &dyn Store,
    approval: &Approval,
    wish: &Wish,
) -> Result<bool, StoreError> {
    Ok(wish.keep == Keep::Session
        && !store.open_sessions().await?.iter().any(|open| open.id == approval.session))
}

fn fits(
    fit: &Fit,
    asked: &Approval,
    earlier: &PastQuestion,
    key: &crate::domain::digest::StoreKey,
) -> bool {
    let of = match (fit.scope, fit.keep) {
        (Scope::Server, _) => true,
        (Scope::Agent, Keep::Forever) => earlier.principal == asked.principal,
        (Scope::Agent, Keep::Session) => {
            earlier.principal == asked.principal && earlier.session == asked.session
        }
    };
    let known = earlier.arguments.is_some();
    of && match &fit.how {
        How::Same(wanted) => {
            // It tells without the arguments, of the same agent and definition.
            earlier.match_key.same(&asked.match_key)
                || known && arguments_digest(earlier.arguments.as_ref(), key).same(wanted)
        }
        How::When(pattern) => known && pattern.fits(earlier.arguments.as_ref()),
        How::Never => false,
    }
}

impl Foreseen {
    fn take(&mut self, earlier: &PastQuestion, fits: bool) {
        self.asked += 1;
        if !fits {
            if self.other_examples.len() < EXAMPLES {
                self.other_examples.push(earlier.id);
            }
            return;
        }
        self.matched += 1;
        match (earlier.state, earlier.decided) {
            (State::Denied, _) => {
                self.denied += 1;
                if self.denied_examples.len() < EXAMPLES {
                    self.denied_examples.push(earlier.id);
                }
            }
            // A yes that was not used, or taken back, was a yes.
            (State::Approved | State::Consumed, _) | (_, true) => self.approved += 1,
            (State::Pending | State::Expired | State::Cancelled, false) => self.unanswered += 1,
        }
    }
}

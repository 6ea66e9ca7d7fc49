//! Questions by what people type for their ids: the whole, or the beginning or the end of it.

use crate::app::App;
use crate::cli::exit::{Code, Stop};
use crate::domain::approval::Approval;
use crate::domain::id::ApprovalId;
use anyhow::Result;

/// The fewest hex digits that are looked up: fewer name a question by accident.
const SHORTEST: usize = 4;

/// The question that this text names.
///
/// # Errors
/// [`Stop`] when it names none, or more than one.
pub(crate) async fn approval(app: &App, text: &str) -> Result<Approval> {
    let id = id(app, text).await?;
    app.store.approval(&app.tenant, id).await?.ok_or_else(|| none(text))
}

async fn id(app: &App, text: &str) -> Result<ApprovalId> {
    let text = text.trim();
    if let Some(id) = ApprovalId::parse(text) {
        return Ok(id);
    }
    let digits: String =
        text.chars().filter(|c| *c != '-').collect::<String>().to_ascii_lowercase();
    if !(SHORTEST..=32).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        let what = format!("`{}` is not an id", crate::domain::visible::inline(text).text);
        return Err(Stop::new(Code::Usage, what)
            .help(format!(
                "an id is hex digits: the whole, or at least {SHORTEST} from its beginning or end"
            ))
            .into());
    }
    let found = app.store.find_approvals(&app.tenant, &digits).await?;
    match found.as_slice() {
        [] => Err(none(text)),
        [one] => Ok(*one),
        several => {
            let ids: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(Stop::new(Code::Failure, format!("`{text}` names {} questions", several.len()))
                .help(format!("give more digits of one of `{}`", ids.join("`, `")))
                .into())
        }
    }
}

fn none(text: &str) -> anyhow::Error {
    Stop::new(
        Code::Failure,
        format!("there is no question `{}`", crate::domain::visible::inline(text.trim()).text),
    )
    .help("`countersign pending --all` lists all of them")
    .into()
}

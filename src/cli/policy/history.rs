//! `policy history`: every version of the policy, who made it and why.

use crate::app::App;
use crate::card::suggestion::what;
use crate::cli::policy::seen;
use crate::cli::proof::Caller;
use crate::cli::{output, view};
use crate::gate::changes::version_view;
use anyhow::Result;
use serde_json::json;

/// Options of `policy history`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign policy history
  countersign policy history --json | jq '.versions[] | select(.kind != \"loaded\")'")]
pub(crate) struct Args {
    /// At most this many, newest first.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// One JSON object: {"versions": [...]}.
    #[arg(long)]
    json: bool,
}

/// Lists.
///
/// # Errors
/// Those of the store, and of the output.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<()> {
    Caller::of(app, "policy history").await?.may_read(app)?;
    let versions = app.store.policy_versions(&app.tenant, args.limit).await?;
    if args.json {
        let versions: Vec<_> = versions.iter().map(version_view).collect();
        return output::json(&json!({ "versions": versions }));
    }
    if versions.is_empty() {
        output::note("there is no version yet");
        return Ok(());
    }
    let now = app.store.now().await?;
    let rows = versions
        .iter()
        .map(|version| {
            let by = match &version.by {
                Some(by) if version.self_confirmed => format!("{by}, self-confirmed"),
                Some(by) => by.to_string(),
                None => String::new(),
            };
            vec![
                version.version.to_string(),
                view::clock(version.at, now),
                version.kind.as_str().to_owned(),
                seen(&by, 60),
                what(version),
                seen(version.comment.as_deref().unwrap_or_default(), 80),
            ]
        })
        .collect();
    output::line(output::table(&["version", "at", "kind", "by", "what", "comment"], rows))
}

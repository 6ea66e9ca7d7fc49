//! `network list`: policies that were recommended, by run and by service.

use crate::app::App;
use crate::cli::exit::Code;
use crate::cli::proof::Caller;
use crate::cli::{find, output, when};
use crate::domain::visible;
use crate::store::networks::NetworkFilter;
use anyhow::Result;
use jiff::tz::TimeZone;
use serde_json::json;

/// Options of `network list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign network list --service shop/api
  countersign network list --run 4f1c9a --json")]
pub(crate) struct Args {
    /// Only of this run: its id, or the beginning or end of it.
    #[arg(long, value_name = "ID")]
    run: Option<String>,
    /// Only with this service at either end: `namespace/name`, a name or an address.
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// At most this many, the newest.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// One JSON object: {"policies": [...]}, with their YAML.
    #[arg(long)]
    json: bool,
}

/// Lists.
pub(crate) async fn run(app: &mut App, args: &Args) -> Result<Code> {
    Caller::of(app, "network list").await?.may_read(app)?;
    let run = match &args.run {
        None => None,
        Some(text) => Some(find::run(app, text).await?.id),
    };
    let filter = NetworkFilter {
        tenant: app.tenant.clone(),
        principal: None,
        run,
        service: args.service.clone(),
        limit: args.limit as usize,
    };
    let found = app.store.network_policies(filter).await?;
    if args.json {
        let policies: Vec<_> = found.iter().map(|one| one.view()).collect();
        output::json(&json!({ "policies": policies }))?;
        return Ok(Code::Ok);
    }
    if found.is_empty() {
        output::note("nothing was recommended");
        return Ok(Code::Ok);
    }
    let zone = TimeZone::system();
    let rows = found.iter().map(|one| {
        let said = &one.recommendation;
        let end = |text: &Option<String>| visible::inline(text.as_deref().unwrap_or("")).text;
        let port = said.port.map(|port| port.to_string()).unwrap_or_default();
        let protocol = said.protocol.map_or("", |protocol| protocol.as_str());
        vec![
            when::stamp(one.at, &zone),
            one.run.map(|run| run.short()).unwrap_or_default(),
            said.kind.as_str().replace('_', " "),
            end(&said.source_service),
            end(&said.target_service),
            format!("{protocol} {port}").trim().to_owned(),
            format!("{}/{}", said.namespace, said.policy_name),
        ]
    });
    let header = ["kept", "run", "about", "from", "to", "port", "policy"];
    output::line(output::table(&header, rows.collect()))?;
    Ok(Code::Ok)
}

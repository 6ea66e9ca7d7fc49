//! Which rows of the journal somebody wants, and the page of them: bounded in rows read and in places looked at.
//!
//! What an index carries is asked of the store. Server, principal and outcome stand in the record of each row alone, so rows are
//! read and held against them; a page that stops there says how far it looked and where to go on.

use crate::card::row::Shown;
use crate::card::when::parse;
use crate::domain::entry::{Entry, EntryType};
use crate::domain::id::{CorrelationId, SessionId};
use crate::domain::principal::Tenant;
use crate::domain::time::Millis;
use crate::domain::visible;
use crate::http::console::said::Said;
use crate::http::refused::Refused;
use crate::store::{EntryFilter, Store, StoreError};
use jiff::tz::TimeZone;

/// The names of the query.
pub(in crate::http::console::journal) const NAMES: &[&str] = &[
    "since",
    "before",
    "type",
    "server",
    "tool",
    "principal",
    "verdict",
    "outcome",
    "correlation",
    "session",
    "older",
    "newer",
];
/// Those that say where in the journal a page stands.
pub(in crate::http::console::journal) const PLACE: &[&str] = &["older", "newer"];
/// Rows of a page.
const PAGE: usize = 50;
/// Rows read at once where rows are held against what no index carries, and in all for one page.
const CHUNK: usize = 500;
const READ: usize = 4_000;
/// Places looked at for one page where no index leads to the rows.
const PLACES: u64 = 100_000;

/// What is wanted.
#[derive(Debug, Clone)]
pub(in crate::http::console::journal) struct Wanted {
    filter: EntryFilter,
    server: Option<String>,
    principal: Option<String>,
    outcome: Option<String>,
    /// Only rows before this place.
    older: Option<u64>,
    /// Only rows after this place, the oldest of them.
    newer: Option<u64>,
}

/// A page of rows, newest first, without their bodies.
#[derive(Debug)]
pub(in crate::http::console::journal) struct Page {
    /// The rows.
    pub(in crate::http::console::journal) rows: Vec<Entry>,
    /// Where older rows go on.
    pub(in crate::http::console::journal) older: Option<u64>,
    /// Where newer rows go on.
    pub(in crate::http::console::journal) newer: Option<u64>,
    /// The place at which looking stopped before the page was full.
    pub(in crate::http::console::journal) stopped: Option<u64>,
}

impl Wanted {
    /// Reads what a query says.
    ///
    /// # Errors
    /// What is wrong with it, for the person who wrote it.
    pub(in crate::http::console::journal) fn read(
        said: &Said,
        tenant: &Tenant,
        now: Millis,
        zone: &TimeZone,
    ) -> Result<Self, Refused> {
        let time = |name| {
            said.get(name).map(|text| parse(text, now, zone).map_err(Refused::wrong)).transpose()
        };
        let text = |name| said.get(name).map(str::to_owned);
        let verdict = text("verdict");
        if verdict.as_ref().is_some_and(|word| !["allow", "ask", "deny"].contains(&word.as_str())) {
            return Err(Refused::wrong("a verdict is `allow`, `ask` or `deny`"));
        }
        let session = said.get("session").map(|text| {
            SessionId::parse(text)
                .ok_or_else(|| Refused::wrong("a session is named by its whole id"))
        });
        Ok(Self {
            filter: EntryFilter {
                since: time("since")?,
                before: time("before")?,
                tenant: Some(tenant.clone()),
                types: types(said.get("type").unwrap_or_default())?,
                correlation: said
                    .get("correlation")
                    .map(|name| CorrelationId::of_request(tenant, name)),
                session: session.transpose()?,
                tool: text("tool"),
                verdict,
                bare: true,
                ..EntryFilter::default()
            },
            server: text("server"),
            principal: text("principal"),
            outcome: text("outcome"),
            older: said.number("older")?,
            newer: said.number("newer")?,
        })
    }

    /// Whether an index leads to the rows.
    fn is_narrow(&self) -> bool {
        let filter = &self.filter;
        let rare = |kind: &String| kind != "call.permitted" && kind != "call.outcome";
        filter.tool.is_some()
            || filter.correlation.is_some()
            || filter.session.is_some()
            || filter.verdict.as_deref().is_some_and(|verdict| verdict != "allow")
            || (!filter.types.is_empty() && filter.types.iter().all(rare))
    }

    /// Whether every row has to be held against something.
    fn holds_against(&self) -> bool {
        self.server.is_some() || self.principal.is_some() || self.outcome.is_some()
    }

    fn fits(&self, row: &Entry) -> bool {
        if !self.holds_against() {
            return true;
        }
        let shown = Shown::of(row);
        let same =
            |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        let who = shown.who();
        // A principal may be named with its role or without.
        let name = who.as_deref().and_then(|who| who.split_once(':')).map(|(_, name)| name);
        let by = same(&self.principal, who.as_deref()) || same(&self.principal, name);
        by && same(&self.server, shown.upstream.as_deref())
            && same(&self.outcome, shown.outcome.as_deref())
    }

    /// Finds the page.
    ///
    /// # Errors
    /// Those of the store.
    pub(in crate::http::console::journal) async fn page(
        &self,
        store: &dyn Store,
    ) -> Result<Page, StoreError> {
        match self.newer {
            Some(after) => self.ahead(store, after).await,
            None => self.back(store).await,
        }
    }

    fn chunk(&self) -> usize {
        if self.holds_against() { CHUNK } else { PAGE + 1 }
    }

    /// The newest rows before a place.
    async fn back(&self, store: &dyn Store) -> Result<Page, StoreError> {
        let from = match self.older {
            Some(older) => older.saturating_sub(1),
            None => store.head().await?.seq,
        };
        let floor = if self.is_narrow() { 0 } else { from.saturating_sub(PLACES) };
        let (mut rows, mut to, mut read) = (Vec::new(), from, 0);
        while to > floor && rows.len() <= PAGE && read < READ {
            let filter = EntryFilter {
                after: floor,
                up_to: Some(to),
                newest: true,
                limit: self.chunk(),
                ..self.filter.clone()
            };
            let found = store.entries(filter).await?;
            read += found.len();
            to = match found.first() {
                Some(first) if found.len() == self.chunk() => first.seq.saturating_sub(1),
                _ => floor,
            };
            rows.extend(found.into_iter().rev().filter(|row| self.fits(row)));
        }
        let is_full = rows.len() > PAGE;
        rows.truncate(PAGE);
        let last = rows.last().map(|row| row.seq).filter(|_| is_full);
        let older = last.or((to > 0).then_some(to + 1));
        let newer =
            self.older.map(|older| rows.first().map_or(older.saturating_sub(1), |row| row.seq));
        Ok(Page { stopped: older.filter(|_| !is_full), rows, older, newer })
    }

    /// The oldest rows after a place.
    async fn ahead(&self, store: &dyn Store, after: u64) -> Result<Page, StoreError> {
        let head = store.head().await?.seq;
        let end = if self.is_narrow() { head } else { after.saturating_add(PLACES).min(head) };
        let (mut rows, mut at, mut read) = (Vec::new(), after, 0);
        while at < end && rows.len() <= PAGE && read < READ {
            let filter = EntryFilter {
                after: at,
                up_to: Some(end),
                limit: self.chunk(),
                ..self.filter.clone()
            };
            let found = store.entries(filter).await?;
            read += found.len();
            at = match found.last() {
                Some(last) if found.len() == self.chunk() => last.seq,
                _ => end,
            };
            rows.extend(found.into_iter().filter(|row| self.fits(row)));
        }
        let is_full = rows.len() > PAGE;
        rows.truncate(PAGE);
        let last = rows.last().map(|row| row.seq).filter(|_| is_full);
        let newer = last.or((at < head).then_some(at));
        let older = rows.first().map_or(after.saturating_add(1), |row| row.seq);
        rows.reverse();
        let stopped = newer.filter(|_| !is_full);
        Ok(Page { rows, older: (older > 1).then_some(older), newer, stopped })
    }
}

/// The types that a field names: words or beginnings such as `approval.*`, with spaces or commas between.
fn types(text: &str) -> Result<Vec<String>, Refused> {
    let mut all = Vec::new();
    for name in text.split([' ', ',']).filter(|name| !name.is_empty()) {
        let found = EntryType::named(name);
        if found.is_empty() {
            let name = visible::shorten(&visible::inline(name), 40);
            return Err(Refused::wrong(format!(
                "no type of row is called or begins like `{name}`"
            ))
            .help("there are, for instance, `call.refused`, `approval.*`, `ir.*`"));
        }
        all.extend(found.into_iter().map(|kind| kind.as_str().to_owned()));
    }
    Ok(all)
}

//! Listings: our own tools first, then what the servers offer, their objects byte for byte.

use crate::domain::call::Method;
use crate::gate::{Member, Naming};
use crate::mcp::answer::{Era, result_line};
use crate::mcp::caller::Caller;
use crate::mcp::front::Front;
use crate::mcp::tools;
use crate::upstream::renamed;
use std::sync::Arc;
use std::time::Duration;

/// How long a listing waits for servers that were never heard before.
const FIRST_WORD: Duration = Duration::from_secs(25);

impl Front {
    /// Answers a listing.
    pub(in crate::mcp) async fn list(self: &Arc<Self>, method: Method, caller: &Caller) -> Vec<u8> {
        let mut items = Vec::new();
        if method == Method::ToolsList {
            items.extend(tools::listed(self));
            if self.forwards() {
                self.offers_known(caller).await;
                items.extend(self.offered_tools());
            }
        } else {
            for member in self.gate.fleet().members() {
                match self.listed_by(member, method, caller).await {
                    Ok(more) => items.extend(more),
                    Err(refusal) => {
                        tracing::warn!("{}: {}", member.server.id().name, refusal.text);
                    }
                }
            }
        }
        let key = match method {
            Method::PromptsList => "prompts",
            Method::ResourcesList => "resources",
            Method::ResourceTemplatesList => "resourceTemplates",
            _ => "tools",
        };
        // A list that depends on who asks must never be served to another from a shared cache.
        let fields = match caller.era {
            Era::Legacy => "",
            Era::Modern => r#""ttlMs":0,"cacheScope":"private","#,
        };
        let result = format!("{{{fields}\"{key}\":[{}]}}", items.join(","));
        result_line(&caller.id, caller.era, &result)
    }

    async fn listed_by(
        &self,
        member: &Member,
        method: Method,
        caller: &Caller,
    ) -> Result<Vec<String>, crate::gate::Refusal> {
        let fleet = self.gate.fleet();
        if method == Method::ResourcesList {
            return self.gate.refresh_uris(member, &caller.principal).await;
        }
        let items = self.gate.list(member, method, &caller.principal).await?;
        if method != Method::PromptsList || fleet.naming() == Naming::Own {
            return Ok(items);
        }
        let name = &member.server.id().name;
        let shown = |item: String| {
            crate::upstream::member_text(&item, "name")
                .map_or_else(|| item.clone(), |own| renamed(&item, &fleet.shown_prompt(name, &own)))
        };
        Ok(items.into_iter().map(shown).collect())
    }

    /// The servers' tools as the client sees them, in the pinned text. No two have one name: within a server
    /// `upstream::names` sees to it, and names of servers are such that `server__tool` can be cut in one way only.
    fn offered_tools(&self) -> Vec<String> {
        let fleet = self.gate.fleet();
        let mut items = Vec::new();
        for member in fleet.members() {
            for listed in &member.offer.load().tools {
                items.push(match fleet.naming() {
                    Naming::Own => listed.text.clone(),
                    Naming::Prefixed => renamed(&listed.text, &fleet.shown_tool(listed)),
                });
            }
        }
        items
    }

    /// Waits until every server's tools are known, from its own mouth or from what was pinned before.
    pub(in crate::mcp) async fn offers_known(&self, caller: &Caller) {
        let all = self.gate.fleet().members().map(|member| async move {
            let offer = member.offer.load();
            if offer.told_by != 0 || !offer.tools.is_empty() {
                return;
            }
            drop(offer);
            let refresh = self.gate.refresh(member, &caller.principal);
            match tokio::time::timeout(FIRST_WORD, refresh).await {
                Ok(Ok(())) => {}
                Ok(Err(refusal)) => tracing::warn!("{}", refusal.text),
                Err(_) => {
                    tracing::warn!("`{}` did not list its tools in time", member.server.id().name)
                }
            }
        });
        futures_util::future::join_all(all).await;
    }
}

//! Asks servers what they offer: reads like any other, permitted and on record.

use crate::domain::call::{CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::id::CorrelationId;
use crate::domain::json::Canonical;
use crate::domain::principal::Principal;
use crate::gate::fleet::Offer;
use crate::gate::judge::cursor_arguments;
use crate::gate::{Gate, Member, Refusal, Reply};
use crate::journal::Passed;
use crate::upstream::{Page, page, reconcile};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// No server needs more pages than this for an honest list.
const PAGES_MAX: usize = 100;

impl Gate {
    /// What was pinned of a server before, to answer at once until the server itself has spoken.
    pub async fn recall(&self, member: &Member) {
        if member.offer.load().fresh {
            return;
        }
        match self.desk.store().pins(&self.tenant, member.server.id().digest).await {
            Ok(pins) => {
                let tools = crate::upstream::recalled(member.server.id(), &pins);
                member.offer.store(Arc::new(Offer { tools, uris: BTreeSet::new(), fresh: false }));
            }
            Err(error) => tracing::error!("pinned definitions cannot be read: {error}"),
        }
    }

    /// Asks a server for its tools and holds them against what is pinned.
    ///
    /// # Errors
    /// Why the server's word could not be had; what was known before stays.
    pub async fn refresh(&self, member: &Member, principal: &Principal) -> Result<(), Refusal> {
        let _one_at_a_time = member.refreshing.lock().await;
        let items = self.list(member, Method::ToolsList, principal).await?;
        let mut listed = Vec::with_capacity(items.len());
        for text in items {
            if let Some(name) = crate::upstream::tool_name(&text) {
                listed.push((name, text));
            }
        }
        let store = self.desk.store();
        let id = member.server.id();
        let failed = |error: &crate::store::StoreError| Refusal::store(error);
        let pins = store.pins(&self.tenant, id.digest).await.map_err(|e| failed(&e))?;
        let now = store.now().await.map_err(|e| failed(&e))?;
        let (tools, updates) =
            reconcile(id, &pins, &listed, now, &self.tenant, self.session);
        if !updates.is_empty() {
            store.save_pins(&self.tenant, updates).await.map_err(|e| failed(&e))?;
        }
        let uris = member.offer.load().uris.clone();
        member.offer.store(Arc::new(Offer { tools, uris, fresh: true }));
        Ok(())
    }

    /// The URIs a server lists, asked anew; needed before an unlisted one is called unlisted.
    ///
    /// # Errors
    /// Why the server's word could not be had.
    pub async fn refresh_uris(
        &self,
        member: &Member,
        principal: &Principal,
    ) -> Result<Vec<String>, Refusal> {
        let items = self.list(member, Method::ResourcesList, principal).await?;
        let uris = items.iter().filter_map(|text| crate::upstream::member_text(text, "uri")).collect();
        let old = member.offer.load_full();
        member.offer.store(Arc::new(Offer { tools: old.tools.clone(), uris, fresh: old.fresh }));
        Ok(items)
    }

    /// Every item of a listing over all its pages, byte for byte. A server without that capability lists
    /// nothing.
    ///
    /// # Errors
    /// Why the server's word could not be had.
    pub async fn list(
        &self,
        member: &Member,
        method: Method,
        principal: &Principal,
    ) -> Result<Vec<String>, Refusal> {
        let name = &member.server.id().name;
        let handshake = member
            .server
            .ready(self.fleet.patience())
            .await
            .map_err(|why| Refusal::upstream_down(name, &why.to_string()))?;
        if !handshake.offers(method) {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let arguments = match &cursor {
                None => None,
                Some(cursor) => Some(
                    Canonical::of(&cursor_arguments(cursor))
                        .map_err(|e| Refusal::upstream_down(name, &e.to_string()))?,
                ),
            };
            let parts = CallParts {
                tenant: self.tenant.clone(),
                principal: principal.clone(),
                session: self.session,
                upstream: member.server.id().clone(),
                method,
                tool: String::new(),
                definition: Digest::ZERO,
                arguments,
            };
            let (call, ruling) = self.judge(parts).await?;
            let permit = self
                .journal
                .permit_allowed(call, &ruling, CorrelationId::new(), Passed::default())
                .await
                .map_err(|why| Refusal::no_permit(&why))?;
            let never = CancellationToken::new();
            let text = match self.forward(permit, member, None, &never).await {
                Reply::Result(text) => text,
                Reply::Error(_) => {
                    return Err(Refusal::upstream_down(name, "it refused to list what it offers"));
                }
                Reply::Refused(refusal) => return Err(*refusal),
            };
            let Page { items: more, next } = page(&text, method)
                .map_err(|why| Refusal::upstream_down(name, &why))?;
            items.extend(more);
            match next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => return Ok(items),
            }
        }
        Ok(items)
    }
}

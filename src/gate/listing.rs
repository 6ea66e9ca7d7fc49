//! Asks servers what they offer: reads like any other, permitted and on record.

use crate::domain::call::{CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::id::CorrelationId;
use crate::domain::json::Canonical;
use crate::domain::pin::Pin;
use crate::domain::principal::Principal;
use crate::domain::time::Millis;
use crate::gate::fleet::Offer;
use crate::gate::given::Known;
use crate::gate::judge::Judged;
use crate::gate::judge::cursor_arguments;
use crate::gate::{Gate, Member, Refusal, Reply};
use crate::journal::Passed;
use crate::store::StoreError;
use crate::upstream::{LeftOut, MAX_PAGES, Page, Tools, items, member_text, reconcile};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

impl Gate {
    /// What was pinned of a server before, to answer at once until the server itself has spoken.
    pub async fn recall(&self, member: &Member) {
        if member.offer.load().told_by != 0 {
            return;
        }
        match self.pins(member).await {
            Ok((version, pins)) => {
                let told = |pin: &Pin| {
                    (pin.tool.clone(), pin.offered.clone().unwrap_or_else(|| pin.text.clone()))
                };
                let listed: Vec<_> = pins.iter().map(told).collect();
                let at = Millis::default();
                let id = member.server.id();
                let (tools, _) = reconcile(id, &pins, &listed, at, &self.tenant, self.session);
                member.offer.store(Arc::new(Offer {
                    tools,
                    uris: BTreeSet::new(),
                    told_by: 0,
                    pins: version,
                }));
            }
            Err(error) => tracing::error!("pinned definitions cannot be read: {error}"),
        }
    }

    /// The pins of a server and their version, which is never newer than they are.
    async fn pins(&self, member: &Member) -> Result<(u64, Vec<Pin>), StoreError> {
        let store = self.desk.store();
        let version = store.pins_version().await?;
        Ok((version, store.pins(&self.tenant, member.server.id().digest).await?))
    }

    /// Takes over what was pinned since, here or elsewhere: what a person accepted counts from the next call on, and
    /// so does what he made stricter. `version` is the one that the pins have now.
    pub(in crate::gate) async fn repin(
        &self,
        member: &Member,
        version: u64,
    ) -> Result<(), StoreError> {
        if version == member.offer.load().pins {
            return Ok(());
        }
        let (version, pins) = self.pins(member).await?;
        let (id, at) = (member.server.id(), Millis::default());
        member.offer.rcu(|offer| {
            let told: Vec<_> =
                offer.tools.iter().map(|l| (l.own.clone(), l.told().to_owned())).collect();
            let (tools, _) = reconcile(id, &pins, &told, at, &self.tenant, self.session);
            Offer { tools, pins: version, ..Offer::clone(offer) }
        });
        Ok(())
    }

    /// Asks a server for its tools and holds them against what is pinned.
    ///
    /// # Errors
    /// Why the server's word could not be had; what was known before stays.
    pub async fn refresh(&self, member: &Member, principal: &Principal) -> Result<(), Refusal> {
        let _one_at_a_time = member.refreshing.lock().await;
        self.listen(member, principal).await
    }

    /// Waits for the word of the server that runs now, if it has not spoken: a call must not be judged by what
    /// a server told before it was started again, in this process or an earlier one.
    ///
    /// # Errors
    /// Those of [`Self::refresh`].
    pub(in crate::gate) async fn hear(
        &self,
        member: &Member,
        principal: &Principal,
    ) -> Result<(), Refusal> {
        if member.has_spoken() {
            return Ok(());
        }
        let _one_at_a_time = member.refreshing.lock().await;
        if member.has_spoken() {
            return Ok(());
        }
        self.listen(member, principal).await
    }

    async fn listen(&self, member: &Member, principal: &Principal) -> Result<(), Refusal> {
        let ready = member.server.ready(self.fleet.patience()).await;
        ready.map_err(|why| Refusal::upstream_down(member.server.name(), &why.to_string()))?;
        // Taken before it speaks: if it is started again meanwhile, its word counts as that of the one before.
        let told_by = member.server.starts();
        let (listed, left_out) = self.tools_of(member, principal).await?;
        for tool in left_out {
            tracing::warn!("{}: `{}` is left out: {}", member.server.name(), tool.name, tool.why);
        }
        let store = self.desk.store();
        let id = member.server.id();
        let failed = |error: &StoreError| Refusal::store(error);
        for _ in 0..2 {
            let (version, pins) = self.pins(member).await.map_err(|e| failed(&e))?;
            let now = store.now().await.map_err(|e| failed(&e))?;
            let (tools, updates) = reconcile(id, &pins, &listed, now, &self.tenant, self.session);
            let stands = updates.is_empty()
                || store.save_pins(&self.tenant, updates).await.map_err(|e| failed(&e))?;
            if stands {
                let uris = member.offer.load().uris.clone();
                member.offer.store(Arc::new(Offer { tools, uris, told_by, pins: version }));
                return Ok(());
            }
            // A person accepted something, or another session heard it first: that counts, so look once more.
        }
        let why = "the pinned definitions changed twice while they were compared".to_owned();
        Err(failed(&StoreError::Unusable(why)))
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
        let uris = items.iter().filter_map(|text| member_text(text, "uri")).collect();
        let old = member.offer.load_full();
        member.offer.store(Arc::new(Offer { uris, ..Offer::clone(&old) }));
        Ok(items)
    }

    /// A server's tools over all pages: own names and texts, and what cannot be shown.
    async fn tools_of(
        &self,
        member: &Member,
        principal: &Principal,
    ) -> Result<(Vec<(String, String)>, Vec<LeftOut>), Refusal> {
        let mut tools = Tools::default();
        let mut cursor = None;
        while let Some(page) = self.page(member, Method::ToolsList, principal, &cursor).await? {
            let next = tools
                .add(&page)
                .map_err(|why| Refusal::upstream_down(member.server.name(), &why.to_string()))?;
            if next.is_none() {
                break;
            }
            cursor = next;
        }
        Ok(tools.finish())
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
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let Some(page) = self.page(member, method, principal, &cursor).await? else { break };
            let Page { items, next } = items(&page, list_key(method))
                .map_err(|why| Refusal::upstream_down(member.server.name(), &why.to_string()))?;
            all.extend(items);
            match next {
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => break,
            }
        }
        Ok(all)
    }

    /// One page of a listing; `None` when the server has no such listing.
    async fn page(
        &self,
        member: &Member,
        method: Method,
        principal: &Principal,
        cursor: &Option<String>,
    ) -> Result<Option<Box<RawValue>>, Refusal> {
        let name = member.server.name();
        let down = |why: &str| Refusal::upstream_down(name, why);
        let ready = member.server.ready(self.fleet.patience()).await;
        let handshake = ready.map_err(|why| down(&why.to_string()))?;
        if !handshake.offers(capability(method)) {
            return Ok(None);
        }
        let arguments = cursor
            .as_deref()
            .map(|cursor| Canonical::of(&cursor_arguments(cursor)))
            .transpose()
            .map_err(|e| down(&e.to_string()))?;
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
        // A list costs nothing.
        let Judged { call, ruling, .. } = self.judge(parts, Known::default()).await?;
        let permit = self
            .journal
            .permit_allowed(call, &ruling, CorrelationId::new(), Passed::default(), Vec::new())
            .await
            .map_err(|why| Refusal::no_permit(&why))?;
        match self.forward(permit, member, None, &CancellationToken::new()).await {
            Reply::Result(told) => RawValue::from_string(told.text.into())
                .map(Some)
                .map_err(|_| down("its list is malformed")),
            Reply::Error(_) => Err(down("it refused to list what it offers")),
            Reply::Refused(refusal) => Err(*refusal),
        }
    }
}

fn list_key(method: Method) -> &'static str {
    match method {
        Method::PromptsList | Method::PromptsGet => "prompts",
        Method::ResourcesList | Method::ResourcesRead => "resources",
        Method::ResourceTemplatesList => "resourceTemplates",
        Method::ToolsList | Method::ToolsCall | Method::Complete => "tools",
    }
}

fn capability(method: Method) -> &'static str {
    match method {
        Method::ResourceTemplatesList => "resources",
        other => list_key(other),
    }
}

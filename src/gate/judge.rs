//! Puts together what policy must know of a call, and asks it.

use crate::domain::call::{Call, CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::json::{Limits, Node, parse};
use crate::domain::money::Reservation;
use crate::domain::principal::Principal;
use crate::domain::ruling::{Ruling, Verdict};
use crate::gate::given::Known;
use crate::gate::spending::{Unpriced, spends};
use crate::gate::{Gate, Refusal, remote};
use crate::policy::{DefinitionFacts, Facts};
use crate::store::StoreError;
use crate::upstream::definition_digest;
use std::time::Instant;

/// A call, and what was made of it.
pub(in crate::gate) struct Judged {
    /// The call, sealed.
    pub(in crate::gate) call: Call,
    /// What policy says of it.
    pub(in crate::gate) ruling: Ruling,
    /// What it takes out of which budgets; an error where nobody can say.
    pub(in crate::gate) spends: Result<Vec<Reservation>, Unpriced>,
}

impl Gate {
    /// A tool is judged by what its server tells, so that must have been told.
    pub(in crate::gate) async fn heard(
        &self,
        upstream: &str,
        method: Method,
        principal: &Principal,
    ) -> Result<(), Refusal> {
        match self.fleet.get(upstream) {
            Some(member) if method == Method::ToolsCall => self.hear(&member, principal).await,
            _ => Ok(()),
        }
    }

    /// Seals the call and judges it under the policy, the pins and the definition of now. The definition that `parts`
    /// name is filled in here: it must be the one that is judged, and lists may change while we wait for anything.
    pub(in crate::gate) async fn judge(
        &self,
        mut parts: CallParts,
        known: Known,
    ) -> Result<Judged, Refusal> {
        let failed = |error: StoreError| Refusal::store(&error);
        let (in_force, pins) = self.policy.get().await.map_err(failed)?;
        // What is masked from now on must be in no row of this call.
        self.journal.mask(&in_force.config.governance.mask);
        let member =
            self.fleet.get(&parts.upstream.name).ok_or_else(|| Refusal::unknown(&parts.tool))?;
        if parts.method == Method::ToolsCall {
            self.repin(&member, pins).await.map_err(failed)?;
        }
        let given = self.given(&in_force, &parts, known).await.map_err(failed)?;
        let offer = member.offer.load_full();
        let listed = (parts.method == Method::ToolsCall)
            .then(|| offer.tools.iter().find(|l| l.own == parts.tool))
            .flatten();
        // What a server tells now is judged, not what it told when it was pinned; the state says they differ.
        parts.definition = listed.map_or(Digest::ZERO, |l| definition_digest(l.told()));
        let call = Call::seal(parts, self.desk.store().key());
        let parts = call.parts();
        let definition = listed.and_then(|l| parse(l.told(), &Limits::LINE).ok());
        let definition = listed.zip(definition.as_ref()).map(|(l, tool)| DefinitionFacts {
            tool,
            state: l.state,
            effect: l.effect,
        });
        let arguments = match parts.arguments.as_ref().map(|a| a.node()).transpose() {
            Ok(arguments) => arguments,
            Err(_) => return Err(Refusal::unknown(&parts.tool)),
        };
        let spends = spends(&in_force.config, parts, arguments.as_ref());
        let began = Instant::now();
        let facts = Facts {
            call: &call,
            arguments: arguments.as_ref(),
            definition,
            environment: member.environment,
            listed_resource: offer.uris.contains(&parts.tool),
            resources_read: member.resources_read,
            given: &given,
        };
        let mut ruling = in_force.snapshot.judge(&facts);
        let governance = &in_force.config.governance;
        // What is denied already can become no stricter, so nothing of it need leave this machine.
        let asks = governance.enforcement && ruling.verdict != Verdict::Deny;
        let remote = governance.remote.as_ref().filter(|_| asks);
        let shown = remote.map(|_| in_force.snapshot.inputs(&facts, &ruling));
        drop(arguments);
        if let (Some(remote), Some(shown)) = (remote, shown) {
            remote::tighten(remote, &shown, &mut ruling).await;
        }
        ruling.took_us = u64::try_from(began.elapsed().as_micros()).ok();
        Ok(Judged { call, ruling, spends })
    }
}

/// The arguments of a listing: none, or the cursor of the next page.
pub(in crate::gate) fn cursor_arguments(cursor: &str) -> Node<'_> {
    Node::Object(vec![("cursor".into(), Node::String(cursor.into()))])
}

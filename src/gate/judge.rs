//! Puts together what policy must know of a call, and asks it.

use crate::domain::call::{Call, CallParts, Method};
use crate::domain::digest::Digest;
use crate::domain::json::{Limits, Node, parse};
use crate::domain::principal::Principal;
use crate::domain::ruling::{Given, Ruling};
use crate::gate::{Gate, Refusal};
use crate::policy::{DefinitionFacts, Facts};
use crate::upstream::definition_digest;

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
    ) -> Result<(Call, Ruling), Refusal> {
        let (snapshot, pins) = self.policy.get().await.map_err(|error| Refusal::store(&error))?;
        let member =
            self.fleet.get(&parts.upstream.name).ok_or_else(|| Refusal::unknown(&parts.tool))?;
        if parts.method == Method::ToolsCall {
            self.repin(&member, pins).await.map_err(|error| Refusal::store(&error))?;
        }
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
        let ruling = snapshot.judge(&Facts {
            call: &call,
            arguments: arguments.as_ref(),
            definition,
            environment: member.environment,
            listed_resource: offer.uris.contains(&parts.tool),
            resources_read: member.resources_read,
            given: &Given::default(),
        });
        drop(arguments);
        Ok((call, ruling))
    }
}

/// The arguments of a listing: none, or the cursor of the next page.
pub(in crate::gate) fn cursor_arguments(cursor: &str) -> Node<'_> {
    Node::Object(vec![("cursor".into(), Node::String(cursor.into()))])
}

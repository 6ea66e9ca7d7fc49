//! Everything that a card tells, read from the store at one moment.

use crate::card::{Card, word};
use crate::domain::approval::{Approval, Earlier};
use crate::domain::pin::Pin;
use crate::domain::time::Millis;
use crate::store::{Store, StoreError};
use jiff::tz::TimeZone;

/// A question with what stands around it.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The question.
    pub(crate) approval: Approval,
    /// Earlier questions for an equal call, newest first.
    pub(crate) earlier: Vec<Earlier>,
    /// The pin of its tool, where there is one.
    pub(crate) pin: Option<Pin>,
    /// What a grave yes is typed with.
    pub(crate) word: &'static str,
    /// When this was read, as the store reckons it.
    pub(crate) now: Millis,
}

impl Facts {
    /// Reads what stands around a question.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn gather(store: &dyn Store, approval: &Approval) -> Result<Self, StoreError> {
        let earlier = store.earlier(approval).await?;
        let pin = store.pin(&approval.tenant, approval.identity, &approval.tool).await?;
        Ok(Self {
            earlier,
            pin,
            word: word(approval, store.key()),
            now: store.now().await?,
            approval: approval.clone(),
        })
    }

    /// The card of it, `width` columns wide. `full` leaves nothing out, however long.
    #[must_use]
    pub(crate) fn card<'a>(
        &'a self,
        zone: &'a TimeZone,
        width: usize,
        colour: bool,
        full: bool,
    ) -> Card<'a> {
        Card {
            approval: &self.approval,
            earlier: &self.earlier,
            pin: self.pin.as_ref(),
            word: self.word,
            now: self.now,
            zone,
            width,
            colour,
            full,
        }
    }
}

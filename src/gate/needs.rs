//! Who must say yes to a call by the configuration in force, and whether a kept yes was given by enough of them.

use crate::domain::call::Call;
use crate::domain::quorum::{Needs, Quorum};
use crate::domain::remembered::Remembered;
use crate::domain::ruling::Ruling;
use crate::gate::{Gate, Refusal};

impl Gate {
    /// Who must say yes to this call.
    pub(in crate::gate) fn needs(&self, call: &Call, ruling: &Ruling) -> Needs {
        let parts = call.parts();
        let quorums = &self.policy.as_it_is().config.quorums;
        quorums.of_call(&parts.upstream.name, &parts.tool, ruling.tier)
    }

    /// The kept answer, unless it is a yes that fewer people gave, or others, than must now: the question is put then.
    pub(in crate::gate) async fn if_enough(
        &self,
        kept: Option<Remembered>,
        call: &Call,
        ruling: &Ruling,
    ) -> Result<Option<Remembered>, Refusal> {
        let Some(kept) = kept else { return Ok(None) };
        let needs = self.needs(call, ruling);
        if !kept.allows || needs.required == 1 && needs.chairs.is_empty() {
            return Ok(Some(kept));
        }
        let given = self.desk.store().approval(&self.tenant, kept.approval).await;
        let given = given.map_err(|error| Refusal::store(&error))?;
        Ok(given.is_some_and(|given| is_as_strict(&given.quorum, &needs)).then_some(kept))
    }
}

/// Whether whoever agreed under `given` would be enough for `needs`.
fn is_as_strict(given: &Quorum, needs: &Needs) -> bool {
    let known = |name: &str| needs.chairs.iter().any(|chair| chair.name == name);
    let named = !given.seats.is_empty() && given.seats.iter().all(|seat| known(&seat.name));
    given.required >= needs.required && (needs.chairs.is_empty() || named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::quorum::{Chair, Seat};

    #[test]
    fn a_yes_of_fewer_or_others_is_not_enough() {
        let needs = |required, names: &[&str]| {
            let chair = |name: &&str| Chair {
                name: (*name).to_owned(),
                deputies: Vec::new(),
                managers: Vec::new(),
            };
            Needs { required, chairs: names.iter().map(chair).collect(), escalate_before: None }
        };
        let given = |required, names: &[&str]| {
            let seat = |name: &&str| Seat { name: (*name).to_owned(), others: Vec::new() };
            Quorum { required, seats: names.iter().map(seat).collect(), escalate_at: None }
        };
        let two = needs(2, &["a", "b", "c"]);
        assert!(is_as_strict(&given(2, &["a", "b"]), &two));
        assert!(is_as_strict(&given(2, &[]), &needs(2, &[])));
        for less in [given(1, &["a"]), given(2, &[]), given(1, &[]), given(2, &["a", "z"])] {
            assert!(!is_as_strict(&less, &two), "{less:?}");
        }
        assert!(!is_as_strict(&given(1, &[]), &needs(2, &[])));
    }
}

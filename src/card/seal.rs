//! The digest of what a card tells: whoever answers from a page sends it back, and an answer to an older page is none.
//! Who wants his answer kept sends back the digest of the card and of just that wish, as its preview told it.
//!
//! It covers what the decision leans on and nothing that only passes with time: the call, how grave it is and why, where
//! the question and the tool's definition stand, how many must agree, how equal questions ended. Whether somebody waits is
//! left out: whoever asks could leave and come back for ever, and no answer would fit. Every part and every list is
//! prefixed with its length, so no two cards share a text.

use crate::card::Facts;
use crate::domain::digest::Digest;
use crate::domain::remembered::Wish;
use crate::domain::ruling::Verdict;

impl Facts {
    /// The digest of what is told, and of what is to be kept of the answer to it; without a wish, of the card alone.
    #[must_use]
    pub(crate) fn seal_of(&self, wish: Option<&Wish>, allows: bool) -> Digest {
        let card = self.seal();
        let Some(wish) = wish else { return card };
        // What cannot be written fits no card.
        let Ok(wish) = serde_json::to_vec(wish) else { return Digest::ZERO };
        Digest::sha256(&[b"countersign kept answer 1", &card.0, &[u8::from(allows)], &wish])
    }

    /// The digest of what is told.
    #[must_use]
    pub(crate) fn seal(&self) -> Digest {
        let a = &self.approval;
        let mut text = Vec::new();
        let mut put = |part: &[u8]| {
            text.extend_from_slice(&count(part.len()));
            text.extend_from_slice(part);
        };
        put(b"countersign card 1");
        put(a.id.0.as_bytes());
        put(&a.call_digest.0);
        put(a.state.as_str().as_bytes());
        put(&[a.ruling.tier.get()]);
        put(a.ruling.effect.as_str().as_bytes());
        put(a.ruling.action.as_str().as_bytes());
        put(&a.quorum.required.to_be_bytes());
        put(&a.ruling.policy.version.to_be_bytes());
        put(&count(a.ruling.reasons.len()));
        for reason in &a.ruling.reasons {
            put(reason.layer.as_str().as_bytes());
            put(reason.verdict.map_or("", Verdict::as_str).as_bytes());
            put(reason.rule.as_bytes());
            put(reason.message.as_bytes());
        }
        put(&count(a.ruling.warnings.len()));
        a.ruling.warnings.iter().for_each(|warning| put(warning.as_bytes()));
        put(&[u8::from(self.pin.is_some())]);
        if let Some(pin) = &self.pin {
            put(pin.state.as_str().as_bytes());
            put(pin.text.as_bytes());
            put(pin.offered.as_deref().unwrap_or_default().as_bytes());
        }
        put(&count(self.earlier.len()));
        for earlier in &self.earlier {
            put(earlier.id.0.as_bytes());
            put(earlier.state.as_str().as_bytes());
        }
        Digest::sha256(&[&text])
    }
}

fn count(many: usize) -> [u8; 8] {
    u64::try_from(many).unwrap_or(u64::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use crate::card::Facts;
    use crate::card::tests::{approval, pin};
    use crate::domain::ruling::Reason;
    use crate::domain::time::Millis;

    fn facts() -> Facts {
        Facts {
            approval: approval(r#"{"path":"a"}"#),
            earlier: Vec::new(),
            pin: Some(pin()),
            word: "acorn",
            now: Millis(1),
        }
    }

    #[test]
    fn what_a_decision_leans_on_is_in_it_and_what_comes_and_goes_is_not() {
        let plain = facts();
        let same = |change: &dyn Fn(&mut Facts)| {
            let mut other = facts();
            // Ids are made anew each time.
            other.approval = plain.approval.clone();
            change(&mut other);
            other.seal().same(&plain.seal())
        };
        assert!(same(&|_| ()));
        assert!(same(&|facts| facts.now = Millis(2)));
        assert!(same(&|facts| facts.approval.abandoned_at = Some(Millis(5))));
        assert!(!same(&|facts| facts.approval.quorum.required = 2));
        assert!(!same(&|facts| facts.pin = None));
        assert!(!same(&|facts| facts.pin.as_mut().unwrap().offered = Some("{}".to_owned())));
        assert!(!same(&|facts| facts.approval.ruling.warnings.push("x".to_owned())));
        assert!(!same(&|facts| facts.approval.call_digest.0[0] ^= 1));
    }

    #[test]
    fn what_is_kept_is_in_it_to_the_last_use() {
        use crate::domain::remembered::{Keep, Pattern, Scope, Wish};
        let facts = facts();
        let wish = Wish {
            keep: Keep::Forever,
            scope: Scope::Agent,
            pattern: Pattern::When([("path".to_owned(), "/a/**".into())].into_iter().collect()),
            life: Some(1),
            uses: Some(1),
        };
        let of = |wish: &Wish, allows| facts.seal_of(Some(wish), allows);
        let seal = of(&wish, true);
        assert!(
            seal.same(&of(&wish.clone(), true)) && facts.seal_of(None, true).same(&facts.seal())
        );
        assert!(!seal.same(&facts.seal()) && !seal.same(&of(&wish, false)));
        for other in [
            Wish { keep: Keep::Session, ..wish.clone() },
            Wish { scope: Scope::Server, ..wish.clone() },
            Wish { pattern: Pattern::Same, ..wish.clone() },
            Wish { life: Some(2), ..wish.clone() },
            Wish { uses: None, ..wish.clone() },
        ] {
            assert!(!seal.same(&of(&other, true)), "{other:?}");
        }
        let mut facts = facts;
        facts.approval.ruling.warnings.push("x".to_owned());
        assert!(!seal.same(&facts.seal_of(Some(&wish), true)));
    }

    #[test]
    fn a_text_does_not_pass_from_one_list_into_the_next() {
        let mut one = facts();
        let mut other = facts();
        other.approval = one.approval.clone();
        let reason: Reason = one.approval.ruling.reasons[0].clone();
        one.approval.ruling.reasons.push(Reason { message: "x".to_owned(), ..reason.clone() });
        other.approval.ruling.warnings.extend([reason.rule, "x".to_owned()]);
        assert!(!one.seal().same(&other.seal()));
    }
}

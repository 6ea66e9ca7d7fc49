//! What the tests of kept answers begin with.

use super::*;
use crate::domain::remembered::{Ended, Keep, Pattern, Remembered, Wish};
use crate::domain::ruling::{Layer, Reason};
use crate::store::SessionInfo;
use crate::store::memories::{MemoryUse, NotUsed};

pub(super) const LEANS: Digest = Digest([9; 32]);

/// A call in a session that is open.
pub(super) async fn open_call(store: &dyn Store, arguments: &str) -> Call {
    let of = SessionId::new();
    open_session(store, of, &agent()).await;
    in_session(store, of, &agent(), arguments)
}

pub(super) async fn open_session(store: &dyn Store, id: SessionId, principal: &Principal) {
    let session = SessionInfo {
        id,
        tenant: tenant(),
        principal: principal.clone(),
        kind: "serve".to_owned(),
        pid: 1,
        parent_pid: 1,
        opened_at: Default::default(),
    };
    store.open_session(session).await.unwrap();
}

pub(super) fn in_session(
    store: &dyn Store,
    session: SessionId,
    principal: &Principal,
    arguments: &str,
) -> Call {
    let parts = call_of(store, &tenant(), principal, arguments).parts().clone();
    Call::seal(CallParts { session, ..parts }, store.key())
}

/// A question whose ruling leans on something, the rule `careful` among it.
pub(super) fn leaning(call: &Call) -> Question {
    let careful = Reason {
        layer: Layer::Rules,
        rule: "careful".to_owned(),
        message: "asks".to_owned(),
        verdict: Some(Verdict::Ask),
    };
    let ruling = Ruling { leans: Some(LEANS), reasons: vec![careful], ..ruling(2) };
    Question { ruling, ..question(call) }
}

pub(super) fn when(pattern: &str) -> Wish {
    Wish {
        pattern: Pattern::When(serde_json::from_str(pattern).unwrap()),
        ..Wish::same(Keep::Forever)
    }
}

pub(super) async fn answered(
    store: &dyn Store,
    call: &Call,
    answer: Answer,
    wish: Wish,
) -> Result<Approval, NotDecided> {
    let id = store.ask(leaning(call)).await.unwrap().approval.id;
    store.decide(Decision { wish: Some(wish), ..decision(id, answer) }).await.unwrap()
}

/// What is kept of a yes, or a no.
pub(super) async fn given(
    store: &dyn Store,
    call: &Call,
    answer: Answer,
    wish: Wish,
) -> Remembered {
    let approval = answered(store, call, answer, wish).await.unwrap();
    if approval.state == State::Approved {
        // The answer itself counts once, as ever.
        let seq = store.consume(request(call, approval.id)).await.unwrap().unwrap();
        store.settle(ran(seq, Some(approval.id))).await.unwrap();
        store.delivered(&tenant(), approval.id).await.unwrap();
    }
    let kept = live(store).await.into_iter().find(|kept| kept.approval == approval.id);
    kept.expect("it is kept")
}

pub(super) async fn live(store: &dyn Store) -> Vec<Remembered> {
    store.remembered(&tenant(), false, 100).await.unwrap()
}

pub(super) fn using(call: &Call, kept: &Remembered) -> MemoryUse {
    let row = request(call, kept.approval).row;
    let kind = if kept.allows { EntryType::CallPermitted } else { EntryType::CallRefused };
    let outcome = (!kept.allows).then(|| "remembered_no".to_owned());
    let row = Draft { kind, outcome, ..row };
    MemoryUse { id: kept.id, call: call.clone(), tier: Tier::WRITE, leans: LEANS, row }
}

pub(super) async fn used(store: &dyn Store, call: &Call, kept: &Remembered) -> bool {
    match store.use_remembered(using(call, kept)).await.unwrap() {
        Ok(_) => true,
        Err(NotUsed::Over) => false,
        Err(no) => panic!("{no:?}"),
    }
}

/// How it ended, if it did.
pub(super) async fn end_of(store: &dyn Store, kept: &Remembered) -> Option<Ended> {
    let all = store.remembered(&tenant(), true, 100).await.unwrap();
    all.iter().find(|k| k.id == kept.id).unwrap().ended.map(|(why, _)| why)
}

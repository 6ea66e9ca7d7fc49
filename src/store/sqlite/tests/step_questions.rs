//! Questions about steps of runs: each is about one step, whatever else the same call is asked for.

use super::*;
use crate::domain::approval::Subject;
use crate::domain::id::RunId;
use crate::domain::run::RunState;
use crate::store::Question;
use crate::store::runs::Runs as _;
use crate::store::sqlite::tests::runs::*;

#[tokio::test]
async fn a_question_attaches_only_to_one_about_the_same_step() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (run, other) = (RunId::new(), RunId::new());
        let call = Plan::new(&["k"]).step(store, SessionId::new(), 0);
        let asked = async |subject| {
            let question = Question { subject, ..question(&call) };
            store.ask(question).await.unwrap()
        };
        let subjects = [
            Subject::Call,
            Subject::Step(run, 0),
            Subject::Step(run, 0x0102_0304),
            Subject::Step(other, 0),
        ];
        let mut ids = Vec::new();
        for subject in subjects {
            let first = asked(subject).await;
            assert!(!first.attached, "{subject:?}");
            assert_eq!(first.approval.subject, subject, "read back as it was put");
            ids.push(first.approval.id);
        }
        for (subject, id) in subjects.into_iter().zip(ids) {
            let again = asked(subject).await;
            assert!(again.attached && again.approval.id == id, "{subject:?}");
        }
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_step_that_is_asked_about_and_its_outcome_are_each_on_record_once() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let plan = Plan::new(&["k"]);
        let run = plan.approved(store).await;
        let session = plan.begun(store, &run).await;
        store.permit_step(plan.letting_go(store, run.id, session, 0)).await.unwrap().unwrap();
        store.end_run(ending(&run, session, RunState::Interrupted)).await.unwrap().unwrap();
        let call = plan.step(store, session, 0);
        let subject = Subject::Step(run.id, 0);
        let id = store.ask(Question { subject, ..question(&call) }).await.unwrap().approval.id;
        let before = rows_of(store, "journal").await;
        for _ in 0..2 {
            store.asked_again(&tenant(), run.id, 0, id).await.unwrap();
            // Never sent, so nobody is asked.
            store.asked_again(&tenant(), run.id, 1, id).await.unwrap();
        }
        assert_eq!(rows_of(store, "journal").await, before + 1);
        for _ in 0..2 {
            store.resolve_step(&tenant(), run.id, 0, OutcomeKind::Ran).await.unwrap();
        }
        assert_eq!(newest_outcome(store).await, "run.step_resolved ran");
        assert_eq!(rows_of(store, "journal").await, before + 2);
        assert_chain(store).await;
    }
}

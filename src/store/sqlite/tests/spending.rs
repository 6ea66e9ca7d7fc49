//! Budgets: never more than the limit, whoever asks and however many at once; and what is looked up around a call.

use super::*;
use crate::domain::money::{OverBudget, Purse, Reservation, Usd};
use crate::domain::outcome::NOT_SENT;
use crate::domain::time::{MINUTE, Millis};
use crate::store::budgets::{Around, Budgets as _};
use crate::store::runs::Runs as _;
use crate::store::sqlite::tests::runs::{Plan, rows_of};
use crate::store::{NotConsumed, NotPermitted, Retention};

const CENT: i64 = 10_000;

fn purse(budget: &str, key: &str, cents: i64) -> Purse {
    let (budget, key) = (budget.to_owned(), key.to_owned());
    Purse { budget, key, limit: Usd(cents * CENT), window_ms: HOUR }
}

fn takes(purse: &Purse, cents: i64) -> Reservation {
    Reservation { purse: purse.clone(), cost: Usd(cents * CENT) }
}

fn spending(spends: Vec<Reservation>) -> Draft {
    Draft { spends, ..permitted(SessionId::new()) }
}

async fn pay(store: &SqliteStore, purse: &Purse, cents: i64) -> Result<u64, Box<OverBudget>> {
    match store.permit(spending(vec![takes(purse, cents)])).await.unwrap() {
        Ok(seq) => Ok(seq),
        Err(NotPermitted::OverBudget(over)) => Err(over),
        Err(NotPermitted::Paused) => panic!("paused"),
    }
}

async fn left(store: &SqliteStore, purse: &Purse) -> i64 {
    let around = Around {
        tenant: tenant(),
        principal: agent(),
        recent_ms: None,
        purses: vec![purse.clone()],
    };
    store.look_around(around).await.unwrap().left[0].0 / CENT
}

fn ended(seq: u64, kind: OutcomeKind, cause: Option<&str>) -> Settlement {
    let mut settlement = ran(seq, None);
    settlement.outcome.kind = kind;
    settlement.outcome.cause = cause.map(str::to_owned);
    settlement
}

#[tokio::test]
async fn exactly_the_limit_fits_and_not_a_cent_more() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let day = purse("day", "", 100);
        pay(store, &day, 60).await.unwrap();
        bench.wall.pass(MINUTE);
        pay(store, &day, 40).await.unwrap();
        let over = pay(store, &day, 1).await.unwrap_err();
        assert_eq!((over.budget.as_str(), over.left, over.cost), ("day", Usd(0), Usd(CENT)));
        assert_eq!(over.fits_at, Some(Millis(START + HOUR)));
        assert_eq!(newest_outcome(store).await, "call.refused budget_exceeded");
        // What costs more than falls out first waits for more to fall out; what costs more than all of it never fits.
        let over = pay(store, &day, 61).await.unwrap_err();
        assert_eq!(over.fits_at, Some(Millis(START + MINUTE + HOUR)));
        assert_eq!(pay(store, &day, 101).await.unwrap_err().fits_at, None);
        assert_eq!(rows_of(store, "intents").await, 2, "a refused call is not in the air");
        assert_eq!(rows_of(store, "spending").await, 2);
        // The last moment of the window, and the first after it.
        bench.wall.pass(HOUR - MINUTE - 1);
        pay(store, &day, 60).await.unwrap_err();
        bench.wall.pass(1);
        pay(store, &day, 60).await.unwrap();
        pay(store, &day, 0).await.unwrap();
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn every_budget_must_have_enough_and_none_is_touched_for_another() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let (all, mine, yours) =
            (purse("all", "", 100), purse("each", "ann", 30), purse("each", "bob", 30));
        let both = |purse: &Purse, cents| spending(vec![takes(&all, cents), takes(purse, cents)]);
        store.permit(both(&mine, 30)).await.unwrap().unwrap();
        let Err(NotPermitted::OverBudget(over)) = store.permit(both(&mine, 1)).await.unwrap()
        else {
            panic!("permitted");
        };
        assert_eq!(over.budget, "each");
        assert_eq!(left(store, &all).await, 70, "the first was not touched for the second");
        store.permit(both(&yours, 30)).await.unwrap().unwrap();
        assert_eq!((left(store, &all).await, left(store, &yours).await), (40, 0));
        // Another world has its own.
        let other = Draft { tenant: Tenant::new("other").unwrap(), ..both(&mine, 30) };
        store.permit(other).await.unwrap().unwrap();
        assert_eq!((left(store, &all).await, left(store, &mine).await), (40, 0));
        // The same by the rows: a sum that is kept is of one window.
        let wide = |purse: &Purse| Purse { window_ms: 2 * HOUR, ..purse.clone() };
        assert_eq!((left(store, &wide(&all)).await, left(store, &wide(&mine)).await), (40, 0));
        // A lowered limit is overdrawn, and nothing passes but what costs nothing.
        let lowered = purse("all", "", 10);
        assert_eq!(left(store, &lowered).await, -50);
        pay(store, &lowered, 1).await.unwrap_err();
        pay(store, &lowered, 0).await.unwrap();
    }
}

#[tokio::test]
async fn what_never_left_costs_nothing_and_everything_else_stays_spent() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let day = purse("day", "", 100);
        let mut spent = 0;
        for (kind, cause, back) in [
            (OutcomeKind::Failed, Some(NOT_SENT), true),
            (OutcomeKind::Ran, None, false),
            (OutcomeKind::Failed, Some("tool_error"), false),
            (OutcomeKind::Unknown, Some("upstream_closed"), false),
            (OutcomeKind::Unknown, Some(NOT_SENT), false),
            (OutcomeKind::Ran, Some(NOT_SENT), false),
        ] {
            let seq = pay(store, &day, 10).await.unwrap();
            let settlement = Settlement { now: true, ..ended(seq, kind, cause) };
            store.settle(settlement.clone()).await.unwrap();
            // Told twice it is not given back twice.
            store.settle(settlement).await.unwrap();
            spent += if back { 0 } else { 10 };
            assert_eq!(left(store, &day).await, 100 - spent, "{kind:?} {cause:?}");
        }
        // A process that is gone leaves what it reserved.
        let session = SessionId::new();
        let row = Draft { spends: vec![takes(&day, 50)], ..permitted(session) };
        store.permit(row).await.unwrap().unwrap();
        assert_eq!(store.close_session(session, "found_dead").await.unwrap().len(), 1);
        assert_eq!(left(store, &day).await, 0);
        pay(store, &day, 1).await.unwrap_err();
    }
}

#[tokio::test]
async fn of_fifty_at_once_in_several_processes_so_many_pass_as_fit() {
    let bench = Bench::file();
    let stores: Vec<_> = (0..5).map(|_| bench.again()).collect();
    let day = purse("day", "", 100);
    let mut tasks = Vec::new();
    for at in 0..50 {
        let (store, day) = (Arc::clone(&stores[at % 5]), day.clone());
        tasks.push(tokio::spawn(async move { pay(&store, &day, 9).await.is_ok() }));
    }
    let mut passed = 0;
    for task in tasks {
        passed += usize::from(task.await.unwrap());
    }
    assert_eq!((passed, left(&bench.store, &day).await), (11, 1));
    let refused = kinds(&*bench.store).await.into_iter().filter(|kind| kind == "call.refused");
    assert_eq!(refused.count(), 39);
    assert_chain(&*bench.store).await;
}

#[tokio::test]
async fn a_yes_that_does_not_fit_stays_unused() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let day = purse("day", "", 100);
        pay(store, &day, 60).await.unwrap();
        let (call, id) = brought_to(&bench, State::Approved, "{}").await;
        let paid = |cents| {
            let mut request = request(&call, id);
            request.row.spends = vec![takes(&day, cents)];
            request
        };
        let before = row(store, id).await;
        let no = store.consume(paid(41)).await.unwrap().unwrap_err();
        assert!(
            matches!(&no, NotConsumed::OverBudget(over) if over.left == Usd(40 * CENT)),
            "{no:?}"
        );
        assert_eq!(newest_outcome(store).await, "call.refused budget_exceeded");
        let after = row(store, id).await;
        assert_eq!((after.state, after.run_by), (State::Approved, before.run_by));
        assert!(!kinds(store).await.contains(&"approval.consumed".to_owned()));
        assert_chain(store).await;
        store.consume(paid(40)).await.unwrap().unwrap();
        assert_eq!(left(store, &day).await, 0);
        // That it was used is the truth, and not that it does not fit.
        let again = store.consume(paid(40)).await.unwrap().unwrap_err();
        assert_eq!(again, NotConsumed::State(State::Consumed));
        assert_chain(store).await;
    }
}

#[tokio::test]
async fn a_step_that_does_not_fit_keeps_its_grant() {
    for bench in Bench::both() {
        let store = &*bench.store;
        let day = purse("day", "", 100);
        pay(store, &day, 100).await.unwrap();
        let plan = Plan::new(&["k"]);
        let run = plan.approved(store).await;
        let session = plan.begun(store, &run).await;
        let step = || {
            let mut step = plan.letting_go(store, run.id, session, 0);
            step.row.spends = vec![takes(&day, 30)];
            step
        };
        let no = store.permit_step(step()).await.unwrap().unwrap_err();
        assert!(matches!(no, NotConsumed::OverBudget(_)), "{no:?}");
        assert_eq!(newest_outcome(store).await, "call.refused budget_exceeded");
        // The yes to the run lives an hour, and so does the window: the money comes back first.
        let richer = Purse { limit: Usd(130 * CENT), ..day.clone() };
        let mut step = step();
        step.row.spends = vec![takes(&richer, 30)];
        store.permit_step(step).await.unwrap().unwrap();
        assert_eq!(left(store, &richer).await, 0);
        assert_chain(store).await;
    }
}

/// The sums that are kept agree with what the rows add up to, whatever happened in between.
#[tokio::test]
async fn sums_agree_with_a_plain_count() {
    let bench = Bench::memory();
    let store = &*bench.store;
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut model: Vec<(u64, i64, i64)> = Vec::new();
    let (mut now, mut window) = (START, HOUR);
    for round in 0..600 {
        let day = Purse { window_ms: window, ..purse("day", "", 100) };
        let spent = |model: &[(u64, i64, i64)], window: i64| -> i64 {
            model.iter().filter(|(_, at, _)| *at > now - window).map(|(_, _, cents)| cents).sum()
        };
        match random(10) {
            0..5 => {
                let cents = i64::try_from(random(40)).unwrap();
                let fits = cents == 0 || spent(&model, window) + cents <= 100;
                match pay(store, &day, cents).await {
                    Ok(seq) if fits => model.push((seq, now, cents)),
                    Err(_) if !fits => {}
                    other => panic!("round {round}: {other:?} for {cents}"),
                }
            }
            5 if !model.is_empty() => {
                let at = usize::try_from(random(model.len() as u64)).unwrap();
                let (seq, ..) = model.swap_remove(at);
                let back = ended(seq, OutcomeKind::Failed, Some(NOT_SENT));
                store.settle(Settlement { now: true, ..back }).await.unwrap();
            }
            6 => window = [MINUTE, HOUR, 2 * HOUR][usize::try_from(random(3)).unwrap()],
            _ => {
                let passed = i64::try_from(random(20)).unwrap() * MINUTE;
                bench.wall.pass(passed);
                now += passed;
            }
        }
        let day = Purse { window_ms: window, ..day };
        let spent: i64 =
            model.iter().filter(|(_, at, _)| *at > now - window).map(|(_, _, cents)| cents).sum();
        assert_eq!(left(store, &day).await, 100 - spent, "round {round}");
    }
}

#[tokio::test]
async fn spending_before_every_window_is_forgotten() {
    let bench = Bench::file();
    let store = &*bench.store;
    let year = Purse { window_ms: 365 * DAY, ..purse("year", "", 100) };
    pay(store, &year, 60).await.unwrap();
    bench.wall.pass(200 * DAY);
    pay(store, &year, 40).await.unwrap();
    let retention = Retention { bodies: 30 * DAY, reads: 90 * DAY, size: u64::MAX };
    store.prune(retention).await.unwrap();
    assert_eq!(rows_of(store, "spending").await, 2, "both still count");
    bench.wall.pass(165 * DAY);
    store.prune(retention).await.unwrap();
    assert_eq!(rows_of(store, "spending").await, 1);
    assert_eq!(left(store, &year).await, 60, "what is forgotten is spent no more");
    pay(store, &year, 60).await.unwrap();
    let told = store.spending(&tenant(), "year", year.window_ms, 9).await.unwrap();
    assert_eq!((told.len(), told[0].spent), (1, year.limit));
}

#[tokio::test]
async fn calls_of_the_principal_are_counted_across_processes_within_the_window() {
    let bench = Bench::file();
    let second = bench.again();
    let count = async |who: &Principal, back: i64| {
        let around = Around {
            tenant: tenant(),
            principal: who.clone(),
            recent_ms: Some(back),
            purses: Vec::new(),
        };
        second.look_around(around).await.unwrap().recent_calls.unwrap()
    };
    let eve = Principal::new(Role::Agent, "eve/claude");
    let of =
        |who: &Principal| Draft { principal: Some(who.clone()), ..permitted(SessionId::new()) };
    bench.store.permit(of(&agent())).await.unwrap().unwrap();
    bench.wall.pass(MINUTE);
    for store in [&bench.store, &second] {
        let seq = store.permit(of(&agent())).await.unwrap().unwrap();
        store.settle(Settlement { now: true, ..ran(seq, None) }).await.unwrap();
    }
    store_others(&bench.store, &of(&agent()), &eve).await;
    assert_eq!(count(&agent(), MINUTE).await, 2, "what is as old as the window is not in it");
    assert_eq!(count(&agent(), MINUTE + 1).await, 3);
    assert_eq!(count(&eve, HOUR).await, 1);
    assert_eq!(count(&Principal::new(Role::Agent, "nobody/x"), HOUR).await, 0);
    // The index is what makes it cheap.
    let plan = bench
        .store
        .read(|conn| {
            let sql = "EXPLAIN QUERY PLAN SELECT 1 FROM journal WHERE type = 'call.permitted' AND tool <> ''
                       AND tenant = 'a' AND principal = 'b' AND ts > 3";
            Ok(conn.query_row(sql, [], |row| row.get::<_, String>("detail"))?)
        })
        .await
        .unwrap();
    assert!(plan.contains("journal_recent (tenant=? AND principal=? AND ts>?)"), "{plan}");
}

/// Rows that are no calls of the agent's: another's, another world's, a refusal, a list.
async fn store_others(store: &SqliteStore, row: &Draft, other: &Principal) {
    let refused = Draft { kind: EntryType::CallRefused, ..row.clone() };
    store.append(vec![refused]).await.unwrap();
    for row in [
        Draft { principal: Some(other.clone()), ..row.clone() },
        Draft { tenant: Tenant::new("other").unwrap(), ..row.clone() },
        Draft { tool: Some(String::new()), ..row.clone() },
    ] {
        store.permit(row).await.unwrap().unwrap();
    }
}

//! Each suggestion beside a twin history that differs in one thing and gives none.

use crate::domain::approval::{Approval, Decider, State, Subject, TokenState};
use crate::domain::call::Method;
use crate::domain::digest::Digest;
use crate::domain::id::{ApprovalId, CorrelationId, SessionId};
use crate::domain::json::{Canonical, Limits};
use crate::domain::pin::{Pin, PinState};
use crate::domain::principal::{Principal, Proof, Role, Tenant};
use crate::domain::quorum::Quorum;
use crate::domain::ruling::{Action, Effect, Layer, PolicyRef, Reason, Ruling, Tier, Verdict};
use crate::domain::time::{DAY, HOUR, Millis, SECOND};
use crate::policy::relief::{Backtest, Suggestion, What, count, suggestions};

const NOW: Millis = Millis(20_000 * DAY);

fn reason(layer: Layer, rule: &str, verdict: Option<Verdict>) -> Reason {
    Reason { layer, rule: rule.to_owned(), message: String::new(), verdict }
}

/// The `n`th question: asked `n` hours after [`NOW`], answered with yes 5 seconds later.
fn asked(n: i64, agent: &str, arguments: &str) -> Approval {
    let at = NOW.plus(n * HOUR);
    Approval {
        subject: Subject::Call,
        id: ApprovalId::new(),
        correlation: CorrelationId::new(),
        tenant: Tenant::default(),
        principal: Principal::new(Role::Agent, agent),
        session: SessionId::new(),
        upstream: "files".to_owned(),
        identity: Digest::ZERO,
        method: Method::ToolsCall,
        tool: "write_memo".to_owned(),
        definition: Digest::ZERO,
        arguments: Some(Canonical::read(arguments.as_bytes(), &Limits::ARGUMENTS).unwrap()),
        call_digest: Digest::ZERO,
        match_key: Digest::sha256(&[arguments.as_bytes()]),
        ruling: Ruling {
            verdict: Verdict::Ask,
            tier: Tier::WRITE,
            effect: Effect::Write,
            action: Action::FileWrite,
            reasons: vec![
                reason(Layer::Kernel, "words.verb", None),
                reason(Layer::Stance, "stance.ask", Some(Verdict::Ask)),
            ],
            warnings: Vec::new(),
            policy: PolicyRef { version: 1, digest: String::new() },
            modules: Vec::new(),
            given: None,
            leans: Some(Digest::ZERO),
            took_us: None,
        },
        state: State::Consumed,
        quorum: Quorum::default(),
        votes: Vec::new(),
        escalated: false,
        asked_at: at,
        answer_by: at.plus(DAY),
        yes_life: HOUR,
        decided_at: Some(at.plus(5 * SECOND)),
        decided_by: Some(Decider {
            principal: Principal::new(Role::Admin, "alice"),
            proof: Proof::Terminal,
        }),
        reason: None,
        run_by: None,
        token: TokenState::None,
        abandoned_at: None,
        consumed_at: None,
        consumed_by: None,
        outcome: None,
        delivered: false,
    }
}

fn denied(one: Approval) -> Approval {
    Approval { state: State::Denied, ..one }
}

/// Six drafts written by an agent, newest first as the store gives them.
fn drafts(agent: &str) -> Vec<Approval> {
    let written = |n: i64| {
        let arguments = format!(r#"{{"path":"/srv/data/drafts/{n}.md","content":"text {n}"}}"#);
        asked(n, agent, &arguments)
    };
    (0..6).rev().map(written).collect()
}

fn pin(state: PinState) -> Pin {
    Pin {
        upstream: "files".to_owned(),
        identity: Digest::ZERO,
        tool: "write_memo".to_owned(),
        digest: Digest::ZERO,
        text: "{}".to_owned(),
        offered: None,
        state,
        effect: None,
        at: NOW,
    }
}

fn told(asked: &[Approval]) -> Vec<Suggestion> {
    suggestions(asked, &[pin(PinState::Unreviewed)])
}

/// The one suggestion of a history.
#[track_caller]
fn one(asked: &[Approval]) -> Suggestion {
    let mut told = told(asked);
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

#[test]
fn what_was_always_approved_is_suggested_to_be_kept() {
    let suggested = one(&drafts("dana"));
    let What::KeepAnswer { agent, pattern, waits } = &suggested.what else {
        panic!("{suggested:?}")
    };
    assert_eq!((agent.as_str(), *waits), ("dana", None));
    let wanted = serde_json::json!({ "path": "/srv/data/drafts/**", "content": "*" });
    assert_eq!(pattern.as_ref(), wanted.as_object());
    let backtest = Backtest { answered: 6, approved: 6, days: 1, ..Backtest::default() };
    assert_eq!(suggested.backtest, backtest);
    // A question that waits is where the answer can be kept, and counts as answered by nobody.
    let mut waiting = drafts("dana");
    waiting[0] = Approval { state: State::Pending, decided_at: None, ..waiting[0].clone() };
    assert!(told(&waiting[..5]).is_empty(), "four yeses are too few");
    let suggested = one(&waiting);
    assert!(
        matches!(suggested.what, What::KeepAnswer { waits: Some(id), .. } if id == waiting[0].id)
    );
    assert_eq!((suggested.backtest.approved, suggested.backtest.open), (5, 1));
}

#[test]
fn a_single_no_is_enough_to_suggest_nothing() {
    let mut all = drafts("dana");
    all[3] = denied(all[3].clone());
    assert!(told(&all).is_empty());
    // Another agent's no where the pattern fits speaks against it, too; elsewhere it does not.
    for (path, count) in [("/srv/data/drafts/x.md", 0), ("/etc/x.md", 1)] {
        let mut all = drafts("dana");
        let arguments = format!(r#"{{"path":"{path}","content":"x"}}"#);
        all.insert(0, denied(asked(9, "eve", &arguments)));
        let told = told(&all);
        assert_eq!(told.len(), count, "{path}: {told:?}");
        assert!(told.iter().all(|one| one.backtest.left_denied == 1 && one.backtest.denied == 0));
    }
}

#[test]
fn nothing_grave_and_nothing_of_another_definition_is_generalised() {
    let with = |change: &dyn Fn(&mut Approval)| {
        let mut all = drafts("dana");
        all.iter_mut().for_each(change);
        told(&all).len()
    };
    assert_eq!(with(&|_| ()), 1);
    assert_eq!(with(&|one| one.ruling.tier = Tier::GRAVE), 0);
    assert_eq!(with(&|one| one.ruling.effect = Effect::Executes), 0);
    assert_eq!(with(&|one| one.ruling.effect = Effect::SendsOut), 0);
    assert_eq!(with(&|one| one.ruling.effect = Effect::Pays), 0);
    assert_eq!(with(&|one| one.ruling.action = Action::Exec), 0);
    assert_eq!(with(&|one| one.subject = Subject::Plan(Digest::ZERO)), 0);
    // The newest call is of another definition: what was said of the older one is no ground.
    let mut all = drafts("dana");
    all[0].definition = Digest::sha256(&[b"other"]);
    assert!(told(&all).is_empty());
    let mut all = drafts("dana");
    all[0].ruling.leans = Some(Digest::sha256(&[b"other"]));
    assert!(told(&all).is_empty());
}

#[test]
fn the_same_call_again_and_again_is_kept_as_it_is() {
    let same = |n| asked(n, "dana", r#"{"ids":[1,2],"path":"/srv/a"}"#);
    let all: Vec<Approval> = (0..5).rev().map(same).collect();
    let suggested = one(&all);
    assert!(matches!(suggested.what, What::KeepAnswer { pattern: None, .. }), "{suggested:?}");
    assert_eq!(suggested.backtest.answered, 5);
    assert!(told(&all[..4]).is_empty());
}

#[test]
fn what_several_agents_ask_becomes_a_rule() {
    let mut all = drafts("dana");
    all.extend(drafts("eve"));
    all.sort_by_key(|one| std::cmp::Reverse(one.asked_at));
    let told = told(&all);
    let What::AllowRule { rule, agents } = &told[0].what else { panic!("{told:?}") };
    assert_eq!(
        (rule.tool.as_deref(), rule.effect, *agents),
        (Some("files__write_memo"), Verdict::Allow, 2)
    );
    assert_eq!((told[0].backtest.answered, told.len()), (12, 3));
    assert!(told[1..].iter().all(|one| one.backtest.answered == 6));
}

#[test]
fn a_tool_that_only_its_definition_asks_for_is_reviewed() {
    let new = |n: i64| {
        let mut one = asked(n, "dana", &format!(r#"{{"n":{n}}}"#));
        one.ruling.reasons = vec![reason(Layer::Kernel, "pin.new", Some(Verdict::Ask))];
        one
    };
    let all: Vec<Approval> = (0..2).rev().map(new).collect();
    let told = suggestions(&all, &[pin(PinState::New)]);
    assert_eq!(told.len(), 1);
    let What::ReviewTool { only_reads: false, accepted: false } = told[0].what else {
        panic!("{told:?}")
    };
    assert_eq!(told[0].backtest.answered, 2);
    assert!(suggestions(&all, &[pin(PinState::Accepted)]).is_empty(), "it was reviewed since");
    assert!(suggestions(&all, &[]).is_empty());
    let mut other = all.clone();
    other[0] = denied(other[0].clone());
    assert!(suggestions(&other, &[pin(PinState::New)]).is_empty());
    // Where something else asks, too, a review spares nothing.
    for one in &mut other {
        one.state = State::Consumed;
        one.ruling.reasons.push(reason(Layer::Rules, "mine", Some(Verdict::Ask)));
    }
    assert!(suggestions(&other, &[pin(PinState::New)]).is_empty());
}

#[test]
fn a_tool_that_no_word_shows_to_read_is_reviewed() {
    let unknown = |n: i64| {
        let mut one = asked(n, "dana", &format!(r#"{{"n":{n}}}"#));
        one.ruling.reasons[0].rule = "words.unknown_verb".to_owned();
        one
    };
    let all: Vec<Approval> = (0..5).rev().map(unknown).collect();
    for (state, is_accepted) in [(PinState::Unreviewed, false), (PinState::Accepted, true)] {
        let told = suggestions(&all, &[pin(state)]);
        assert_eq!(told.len(), 1, "{told:?}");
        let What::ReviewTool { only_reads: true, accepted } = told[0].what else {
            panic!("{told:?}")
        };
        assert_eq!((accepted, told[0].backtest.answered), (is_accepted, 5));
    }
    // A person said already what it does; or its name says that it writes; or somebody said no.
    let said = Pin { effect: Some(Effect::Write), ..pin(PinState::Accepted) };
    assert!(suggestions(&all, &[said]).is_empty());
    let mut other = all.clone();
    other[0].ruling.reasons[0].rule = "words.verb".to_owned();
    assert!(suggestions(&other, &[pin(PinState::Accepted)]).is_empty());
    let mut other = all.clone();
    other.push(denied(unknown(9)));
    assert!(suggestions(&other, &[pin(PinState::Accepted)]).is_empty());
}

#[test]
fn suggestions_are_bounded_and_the_greatest_come_first() {
    let mut all = Vec::new();
    for tool in 0..12_i64 {
        for n in 0..5 + tool {
            let mut one = asked(n, "dana", r#"{"a":1}"#);
            one.tool = format!("t{tool}");
            all.push(one);
        }
    }
    let counts: Vec<usize> = told(&all).iter().map(|one| one.backtest.answered).collect();
    assert_eq!(counts, (7..17).rev().collect::<Vec<usize>>());
}

#[test]
fn answers_are_counted_by_who_gave_them_and_how_fast() {
    let mut all: Vec<Approval> = (0..8).map(|n| asked(n / 2, "dana", "{}")).collect();
    let quick = |one: &mut Approval| one.decided_at = Some(one.asked_at.plus(1_999));
    quick(&mut all[0]);
    all[1].decided_at = Some(all[1].asked_at.plus(2_000));
    all[2].decided_by.as_mut().unwrap().proof = Proof::Client;
    quick(&mut all[2]);
    all[3].subject = Subject::Policy(Digest::ZERO);
    all[3].principal = Principal::new(Role::Admin, "alice");
    quick(&mut all[3]);
    all[4].state = State::Denied;
    all[5] = Approval {
        state: State::Expired,
        decided_at: None,
        abandoned_at: Some(NOW),
        ..all[5].clone()
    };
    all[6] = Approval { state: State::Pending, decided_at: None, ..all[6].clone() };
    all[7].state = State::Expired;
    all.push(asked(3, "dana", "{}"));
    let told = count(&all, (NOW, NOW.plus(4 * HOUR)));
    assert_eq!(
        (told.asked, told.denied, told.expired, told.pending, told.abandoned),
        (9, 1, 1, 1, 1)
    );
    let yes = &told.yes;
    assert_eq!((yes.people, yes.quick, yes.quick_percent), (4, 1, Some(25)));
    assert_eq!((yes.client, yes.client_quick, yes.self_confirmed), (1, 1, 1));
    let busiest = told.busiest.unwrap();
    assert_eq!((busiest.hour, busiest.asked), (NOW.plus(3 * HOUR), 3));
    assert!((told.per_hour - 2.25).abs() < 0.001, "{}", told.per_hour);
    assert_eq!((told.tools[0].asked, told.tools[0].approved, told.tools[0].denied), (9, 6, 1));
    let none = count(&[], (NOW, NOW.plus(HOUR)));
    assert_eq!((none.yes.quick_percent, none.busiest), (None, None));
    assert!(none.per_hour.abs() < 0.001);
}

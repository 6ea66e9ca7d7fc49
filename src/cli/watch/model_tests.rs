//! Keys against the clock: what may ask, when, and about what; and what a frame is made of.

use crate::card::Facts;
use crate::card::keys::DEAD;
use crate::card::tests::approval;
use crate::cli::watch::keyboard::Press;
use crate::cli::watch::model::{Deed, Model};
use crate::cli::watch::paint::paint;
use crate::cli::watch::prompt::Ask;
use crate::cli::watch::queue::{show, tidy};
use crate::cli::watch::row::Row;
use crate::domain::approval::{Approval, State, Subject};
use crate::domain::digest::Digest;
use crate::domain::ruling::Tier;
use crate::domain::time::Millis;
use ratatui::layout::Rect;
use std::time::{Duration, Instant};

const A: Press = Press::Char('a');

fn facts(approval: &Approval) -> Facts {
    let approval = approval.clone();
    Facts { now: approval.asked_at, earlier: Vec::new(), pin: None, word: "acorn", approval }
}

/// A screen with these questions, the first of which is looked at.
fn model(of: &[Approval]) -> Model {
    let rows: Vec<Row> = (1..).zip(of).map(|(number, a)| Row::of(number, a)).collect();
    let mut model = Model {
        place: "default".to_owned(),
        who: "ann".to_owned(),
        is_paused: false,
        trouble: None,
        selected: rows.first().map(|row| row.id),
        rows,
        has_more: false,
        marked: Vec::new(),
        sheet: None,
        alone: false,
        help: false,
        prompt: None,
        said: None,
        page: 20,
        clock: (of.first().map_or(Millis(0), |a| a.asked_at), Instant::now()),
        colour: true,
    };
    if let Some(first) = of.first() {
        show(&mut model, facts(first), 80);
    }
    model
}

fn drawn(model: &mut Model) -> Instant {
    let at = Instant::now();
    model.sheet.as_mut().unwrap().drawn = Some(at);
    at
}

fn asks(model: &Model) -> bool {
    model.prompt.is_some()
}

#[test]
fn a_card_that_has_only_just_come_is_not_approved() {
    let question = approval(r#"{"path":"a"}"#);
    let mut model = model(std::slice::from_ref(&question));
    model.press(&A, Instant::now());
    assert!(!asks(&model), "no card was drawn");
    let at = drawn(&mut model);
    for early in [Duration::ZERO, DEAD / 2, DEAD - Duration::from_millis(1)] {
        model.press(&A, at + early);
        assert!(!asks(&model), "{early:?}");
    }
    model.press(&A, at + DEAD);
    let prompt = model.prompt.as_ref().unwrap();
    assert!(matches!(prompt.ask, Ask::Yes));
    assert_eq!(prompt.about, Some((question.id, facts(&question).seal())));
}

#[test]
fn another_card_begins_anew_and_takes_the_question_with_it() {
    let mut question = approval(r#"{"path":"a"}"#);
    let mut model = model(std::slice::from_ref(&question));
    let at = drawn(&mut model) + DEAD;
    model.press(&A, at);
    assert!(asks(&model));
    question.ruling.warnings.push("something else".to_owned());
    show(&mut model, facts(&question), 80);
    assert!(!asks(&model) && model.sheet.as_ref().unwrap().drawn.is_none());
    model.press(&A, at + DEAD);
    assert!(!asks(&model), "the new card was not drawn yet");
}

#[test]
fn what_waits_no_more_is_not_asked_about() {
    let mut question = approval(r#"{"path":"a"}"#);
    let mut model = model(std::slice::from_ref(&question));
    let at = drawn(&mut model) + DEAD;
    model.press(&A, at);
    question.state = State::Denied;
    model.rows[0].again(&question);
    tidy(&mut model);
    assert!(!asks(&model));
    model.press(&A, at + DEAD);
    assert!(!asks(&model));
}

#[test]
fn tier_3_asks_for_the_word_and_a_change_of_policy_for_nothing() {
    let mut question = approval(r#"{"path":"a"}"#);
    question.ruling.tier = Tier::GRAVE;
    let mut grave = model(std::slice::from_ref(&question));
    let at = drawn(&mut grave) + DEAD;
    grave.press(&A, at);
    assert!(matches!(grave.prompt.as_ref().unwrap().ask, Ask::Word));
    question.subject = Subject::Policy(Digest::ZERO);
    let mut policy = model(&[question]);
    let at = drawn(&mut policy) + DEAD;
    policy.press(&A, at);
    assert!(!asks(&policy));
    assert!(policy.said.unwrap().0.contains("countersign policy apply"));
}

#[test]
fn only_like_calls_are_marked_together() {
    let mut of: Vec<Approval> = (0..30).map(|n| approval(&format!("{{\"n\":{n}}}"))).collect();
    of[1].tool = "other".to_owned();
    of[2].ruling.tier = Tier::GRAVE;
    of[3].identity = Digest::ZERO;
    of[4].subject = Subject::Plan(Digest::ZERO);
    let mut model = model(&of);
    let at = Instant::now();
    assert_eq!(model.press(&Press::Char('A'), at), Deed::None);
    for _ in 0..30 {
        model.press(&Press::Char('x'), at);
        model.press(&Press::Char('j'), at);
    }
    // The last one was marked and, at the end of the list, not walked past.
    let marked: Vec<_> = model.marked.clone();
    assert_eq!(marked.len(), 25);
    assert!(of[1..5].iter().all(|a| !marked.contains(&a.id)));
    assert_eq!(model.press(&Press::Char('A'), at), Deed::Gather);
    assert_eq!(model.press(&Press::Named("Escape"), at), Deed::None);
    assert!(model.marked.is_empty());
}

/// Every size is drawn, and no cell ever holds a control character.
#[test]
fn every_size_is_drawn_and_no_cell_holds_a_control_character() {
    let evil = r#"{"a":"\u001b[2J\u009b31m\u202e\u0007漢字\u200b","b":"x\ny"}"#;
    let mut question = approval(evil);
    question.principal.name = "ev\u{1b}]0;il\u{7}".to_owned();
    question.tool = "t\u{9b}2J\u{202e}".to_owned();
    let mut model = model(&[question.clone(), approval("{}")]);
    let sizes = [(0, 0), (1, 1), (1, 9), (9, 1), (20, 2), (40, 10), (99, 23), (100, 24), (250, 70)];
    for round in 0..4 {
        match round {
            1 => model.help = true,
            2 => {
                model.help = false;
                let at = drawn(&mut model) + DEAD;
                model.press(&Press::Char('d'), at);
                assert!(asks(&model));
            }
            3 => model.alone = true,
            _ => {}
        }
        for (width, height) in sizes {
            let (cells, cursor) = paint(&model, Rect::new(0, 0, width, height));
            for cell in cells.content() {
                assert!(!cell.symbol().contains(char::is_control), "{:?}", cell.symbol());
            }
            if let Some(at) = cursor {
                assert!(at.x < width.max(1) && at.y < height.max(1), "{at:?} in {width}x{height}");
            }
        }
    }
}

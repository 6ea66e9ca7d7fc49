//! Which step runs when: as written, but for those that wait for a later one.

use crate::domain::json::Node;
use crate::ir::check::faults::{At, Faults};
use crate::ir::check::fields::kind_of;
use crate::ir::codes;
use crate::ir::names::{Names, full};
use crate::ir::tier::signals::shown;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// So many steps of a circle are named.
const CIRCLE_SHOWN: usize = 8;

/// The places that a step waits for, in order, each once.
pub(crate) fn waits_for(
    items: &[Node<'_>],
    index: usize,
    names: &Names<'_>,
    faults: &mut Faults,
) -> Vec<usize> {
    let at = At::StepField(index, "depends_on");
    let mut places = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let below = format!("/{place}");
        match item.as_str().map(|id| (id, names.find(id))) {
            Some((_, Some(found))) => places.push(found),
            Some((id, None)) => {
                let message = format!("no step is called `{}`", shown(id));
                faults.error_at(at, &below, codes::UNKNOWN_DEPENDENCY, message);
            }
            None => {
                let message = format!("write the id of a step instead of {}", kind_of(item));
                faults.error_at(at, &below, codes::INVALID_FIELD, message);
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// The order in which the steps run. Of those that wait for nothing more, the one written first is next.
pub(crate) fn of(waits: &[Vec<usize>], ids: &[Option<&str>], faults: &mut Faults) -> Vec<usize> {
    if waits.iter().all(Vec::is_empty) {
        return (0..waits.len()).collect();
    }
    let mut open: Vec<usize> = waits.iter().map(Vec::len).collect();
    let mut waited_for: Vec<Vec<usize>> = vec![Vec::new(); waits.len()];
    for (index, places) in waits.iter().enumerate() {
        for place in places {
            if let Some(waiting) = waited_for.get_mut(*place) {
                waiting.push(index);
            }
        }
    }
    let free = open.iter().enumerate().filter(|(_, open)| **open == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = free.map(|(index, _)| Reverse(index)).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(Reverse(next)) = ready.pop() {
        order.push(next);
        for waiting in waited_for.get(next).into_iter().flatten() {
            if let Some(open) = open.get_mut(*waiting) {
                *open -= 1;
                if *open == 0 {
                    ready.push(Reverse(*waiting));
                }
            }
        }
    }
    if order.len() < waits.len() {
        let circle = circle(waits, &open);
        let first = circle.first().copied().unwrap_or_default();
        let name = |index: &usize| {
            format!("`{}`", shown(&full(ids.get(*index).copied().flatten(), *index)))
        };
        let mut told: Vec<String> = circle.iter().take(CIRCLE_SHOWN).map(name).collect();
        if circle.len() > CIRCLE_SHOWN {
            told.push(format!("{} more", circle.len() - CIRCLE_SHOWN));
        }
        let message = format!("these steps wait for each other: {}", told.join(", "));
        faults.error(At::StepField(first, "depends_on"), codes::DEPENDENCY_CYCLE, message);
    }
    order
}

/// One circle among the steps that never became free: whoever is stuck waits for somebody who is.
fn circle(waits: &[Vec<usize>], open: &[usize]) -> Vec<usize> {
    let stuck = |index: &usize| open.get(*index).is_some_and(|open| *open > 0);
    let mut seen = vec![false; waits.len()];
    let mut walk = Vec::new();
    let mut next = (0..waits.len()).find(stuck);
    while let Some(index) = next {
        match seen.get_mut(index) {
            Some(seen) if !*seen => *seen = true,
            _ => {
                let start = walk.iter().position(|known| *known == index).unwrap_or_default();
                return walk.split_off(start);
            }
        }
        walk.push(index);
        next = waits.get(index).and_then(|places| places.iter().copied().find(stuck));
    }
    walk
}

//! `[[quorum]]` and `[person.NAME]`: who must say yes, and who may in another's place.
//!
//! An edit opens nothing when each quorum that was there still stands in its place, as strict or stricter, and none that
//! is new puts other people where some were named. Patterns are not compared: one that is not the same may open.

use crate::config::loosening::Found;
use crate::config::{Quorum, Quorums};
use crate::domain::quorum::{Chair, Needs};

pub(in crate::config::loosening) fn compare(old: &Quorums, new: &Quorums, found: &mut Found) {
    let mut rest = new.iter();
    // What is new, before which of the old it stands, and in whose place.
    let mut fresh: Vec<(&Quorum, usize, Option<usize>)> = Vec::new();
    for (place, was) in old.iter().enumerate() {
        loop {
            match rest.next() {
                Some(next) if covers(next, was) => {
                    if !reaches_alike(next, was) {
                        fresh.push((next, place, Some(place)));
                    }
                    break;
                }
                Some(next) => fresh.push((next, place, None)),
                None => {
                    let told = "may be decided by fewer, or by others";
                    found.add("quorum", format!("{} {told}", tool(was)));
                    return;
                }
            }
        }
    }
    fresh.extend(rest.map(|next| (next, usize::MAX, None)));
    for (next, place, own) in fresh {
        let rank = next.needs.rank();
        let mut others = old.iter().enumerate().filter(|(at, _)| own != Some(*at));
        let replaces = others.any(|(at, was)| {
            let first = rank > was.needs.rank() || rank == was.needs.rank() && place <= at;
            !was.needs.chairs.is_empty() && first
        });
        if replaces {
            let told = "may be decided by others than were named";
            found.add("quorum", format!("{} {told}", tool(next)));
        }
    }
}

fn tool(quorum: &Quorum) -> String {
    format!("`{}`", quorum.tool.as_deref().unwrap_or("*"))
}

/// Whether it fits the same questions and weighs as much.
fn reaches_alike(new: &Quorum, old: &Quorum) -> bool {
    (&new.tool, new.tier, new.needs.rank()) == (&old.tool, old.tier, old.needs.rank())
}

/// Whether whatever is decided under `new` could have been under `old`.
fn covers(new: &Quorum, old: &Quorum) -> bool {
    let wide = new.tool.is_none() || new.tool == old.tool;
    wide && new.tier <= old.tier && stricter(&new.needs, &old.needs)
}

fn stricter(new: &Needs, old: &Needs) -> bool {
    if new.required < old.required {
        return false;
    }
    if old.chairs.is_empty() {
        return true;
    }
    let known = |chair: &Chair| {
        let mut all = old.chairs.iter();
        all.any(|was| was.name == chair.name && no_more(chair, was))
    };
    let later = match (new.escalate_before, old.escalate_before) {
        (None, _) => true,
        (Some(new), Some(old)) => new <= old,
        (Some(_), None) => new.chairs.iter().all(|chair| chair.managers.is_empty()),
    };
    !new.chairs.is_empty() && new.chairs.iter().all(known) && later
}

/// Whether nobody may act for him who could not before, or sooner.
fn no_more(new: &Chair, old: &Chair) -> bool {
    let always = |name: &String| old.deputies.contains(name) || old.name == *name;
    let as_late = |(level, name): (usize, &String)| {
        always(name) || old.managers.iter().take(level + 1).any(|was| was == name)
    };
    new.deputies.iter().all(always) && new.managers.iter().enumerate().all(as_late)
}

//! How many, and who, must say yes to a question; kept with the question as it was when it was put.
//!
//! Nothing here looks anything up: who may take whose seat, and from when on, is written down once, so what the
//! configuration says later changes no question that is asked already. Who said yes is matched to seats anew each time:
//! one voice a person, one person a seat.

use crate::domain::time::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A place among those that must say yes, and who may take it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The person it belongs to.
    pub name: String,
    /// Others who may take it: deputies at once, managers from a time on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Stand>,
}

impl Seat {
    /// Whether this person may take it now.
    #[must_use]
    pub fn is_for(&self, name: &str, now: Millis) -> bool {
        let stands =
            |other: &Stand| other.name == name && other.from.is_none_or(|from| from <= now);
        self.name == name || self.others.iter().any(stands)
    }
}

/// Somebody who may take a seat that is another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stand {
    /// Who.
    pub name: String,
    /// From when on; `None` for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Millis>,
}

/// Somebody who said yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who.
    pub name: String,
    /// When.
    pub at: Millis,
}

/// Who must say yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// How many different people.
    pub required: u32,
    /// Whose seats; empty where any admin counts. Where there are fewer than people, all are to be taken, and any admins join.
    pub seats: Vec<Seat>,
    /// When managers are called in, and people are told that it is urgent.
    pub escalate_at: Option<Millis>,
}

impl Default for Quorum {
    /// Any one admin.
    fn default() -> Self {
        Self { required: 1, seats: Vec::new(), escalate_at: None }
    }
}

impl Quorum {
    /// Whether one answer of any admin is all that it takes.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.required == 1 && self.seats.is_empty()
    }

    /// How many must join those in the seats.
    #[must_use]
    pub fn joining(&self) -> u32 {
        self.required.saturating_sub(u32::try_from(self.seats.len()).unwrap_or(u32::MAX))
    }

    /// Whether whoever agrees under this will be enough under `other`, as far as the names of the seats tell.
    #[must_use]
    pub fn is_as_strict(&self, other: &Self) -> bool {
        let known = |name: &str| other.seats.iter().any(|seat| seat.name == name);
        // Whoever joined may be anybody.
        let named = self.joining() == 0 && self.seats.iter().all(|seat| known(&seat.name));
        let names = |of: &Self| of.seats.iter().map(|seat| seat.name.clone()).collect::<Vec<_>>();
        let same = names(self) == names(other);
        self.required >= other.required && (other.seats.is_empty() || named || same)
    }

    /// Whether this person may answer now: some seat is his, or he stands for it by now, or anybody may join.
    #[must_use]
    pub fn admits(&self, name: &str, now: Millis) -> bool {
        self.joining() > 0
            || self.seats.is_empty()
            || self.seats.iter().any(|seat| seat.is_for(name, now))
    }

    /// How many of these people count: a name once, and each seat for one of them.
    #[must_use]
    pub fn filled(&self, voters: &[&str], now: Millis) -> u32 {
        let voters: Vec<&str> =
            voters.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        if self.seats.is_empty() {
            return u32::try_from(voters.len()).unwrap_or(u32::MAX);
        }
        let mut taken = vec![None; self.seats.len()];
        let mut filled = 0;
        for voter in 0..voters.len() {
            let mut tried = vec![false; self.seats.len()];
            filled += u32::from(self.sit(&voters, voter, now, &mut taken, &mut tried));
        }
        let others = u32::try_from(voters.len()).unwrap_or(u32::MAX).saturating_sub(filled);
        filled.saturating_add(others.min(self.joining()))
    }

    /// Whether these people are enough.
    #[must_use]
    pub fn is_reached(&self, voters: &[&str], now: Millis) -> bool {
        self.filled(voters, now) >= self.required.max(1)
    }

    /// Finds a seat for a voter, moving others to further seats of theirs where that makes room.
    fn sit(
        &self,
        voters: &[&str],
        voter: usize,
        now: Millis,
        taken: &mut [Option<usize>],
        tried: &mut [bool],
    ) -> bool {
        let Some(name) = voters.get(voter) else { return false };
        for (at, seat) in self.seats.iter().enumerate() {
            if !seat.is_for(name, now) {
                continue;
            }
            if tried.get_mut(at).is_none_or(|tried| std::mem::replace(tried, true)) {
                continue;
            }
            let sits = taken.get(at).copied().flatten();
            if sits.is_none_or(|other| self.sit(voters, other, now, taken, tried)) {
                if let Some(place) = taken.get_mut(at) {
                    *place = Some(voter);
                }
                return true;
            }
        }
        false
    }
}

/// Who must say yes to questions of a kind, whenever such a question is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// How many different people.
    pub required: u32,
    /// Whose yes counts; empty where that of any admin does.
    pub chairs: Vec<Chair>,
    /// How many milliseconds before its deadline a question is urgent.
    pub escalate_before: Option<i64>,
}

/// An approver with those who act for him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chair {
    /// His name.
    pub name: String,
    /// His deputy, that one's deputy, and so on: at any time.
    pub deputies: Vec<String>,
    /// His manager, that one's manager, and so on: one after the other once it is urgent.
    pub managers: Vec<String>,
}

impl Default for Needs {
    /// Any one admin, and nothing is ever urgent.
    fn default() -> Self {
        Self { required: 1, chairs: Vec::new(), escalate_before: None }
    }
}

impl Needs {
    /// Whether it is what holds where nobody says anything.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// What counts among several: the most people, then names.
    #[must_use]
    pub fn rank(&self) -> (u32, bool) {
        (self.required, !self.chairs.is_empty())
    }

    /// The one that counts of both; this one where they weigh the same.
    #[must_use]
    pub fn or_stricter(self, other: Option<Self>) -> Self {
        other.filter(|other| other.rank() > self.rank()).unwrap_or(self)
    }

    /// At least so many.
    #[must_use]
    pub fn at_least(self, required: u32) -> Self {
        Self { required: self.required.max(required), ..self }
    }

    /// Everybody of both: whoever is named by either must say yes. What is urgent at another time is so at the later one, or
    /// never.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for chair in &other.chairs {
            if !self.chairs.iter().any(|known| known.name == chair.name) {
                self.chairs.push(chair.clone());
            }
        }
        let named = u32::try_from(self.chairs.len()).unwrap_or(u32::MAX);
        self.required = named.max(self.required).max(other.required);
        self.escalate_before =
            self.escalate_before.zip(other.escalate_before).map(|(one, two)| one.min(two));
        self
    }

    /// The same for a question that is put now and can be answered until then.
    #[must_use]
    pub fn at(&self, now: Millis, answer_by: Millis) -> Quorum {
        let urgent = |before: i64| now.max(answer_by.plus(-before));
        let seat = |chair: &Chair| {
            let mut others: Vec<Stand> = Vec::new();
            let mut add = |name: &str, from| {
                if name != chair.name && !others.iter().any(|other: &Stand| other.name == name) {
                    others.push(Stand { name: name.to_owned(), from });
                }
            };
            chair.deputies.iter().for_each(|name| add(name, None));
            if let Some(before) = self.escalate_before {
                for (level, name) in chair.managers.iter().enumerate() {
                    add(name, Some(urgent(before >> level.min(62))));
                }
            }
            Seat { name: chair.name.clone(), others }
        };
        Quorum {
            required: self.required.max(1),
            seats: self.chairs.iter().map(seat).collect(),
            escalate_at: self.escalate_before.map(urgent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Millis = Millis(1_000);

    fn stand(name: &str, from: Option<i64>) -> Stand {
        Stand { name: name.to_owned(), from: from.map(Millis) }
    }

    fn seat(name: &str, others: &[Stand]) -> Seat {
        Seat { name: name.to_owned(), others: others.to_vec() }
    }

    fn of(required: u32, seats: Vec<Seat>) -> Quorum {
        Quorum { required, seats, escalate_at: None }
    }

    /// The most seats that can be filled, by trying everything.
    fn brute(seats: &[Seat], voters: &[&str], used: &mut Vec<bool>, now: Millis) -> u32 {
        let Some((seat, rest)) = seats.split_first() else { return 0 };
        let mut best = brute(rest, voters, used, now);
        for at in 0..voters.len() {
            if !used[at] && seat.is_for(voters[at], now) {
                used[at] = true;
                best = best.max(1 + brute(rest, voters, used, now));
                used[at] = false;
            }
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn as_many_count_as_can_be_seated(
            seats in proptest::collection::vec(
                ("[a-f]", proptest::collection::vec(("[a-f]", proptest::option::of(0_i64..2_000)), 0..3)),
                1..5,
            ),
            voters in proptest::collection::vec("[a-g]", 0..7),
        ) {
            let seats: Vec<Seat> = seats.iter().map(|(name, others)| {
                let others: Vec<Stand> = others.iter().map(|(n, from)| stand(n, *from)).collect();
                seat(name, &others)
            }).collect();
            let names: Vec<&str> = voters.iter().map(String::as_str).collect();
            let different: BTreeSet<&str> = names.iter().copied().collect();
            let different: Vec<&str> = different.into_iter().collect();
            let expected = brute(&seats, &different, &mut vec![false; different.len()], NOW);
            let quorum = of(1, seats);
            prop_assert_eq!(quorum.filled(&names, NOW), expected);
            prop_assert_eq!(quorum.is_reached(&names, NOW), expected >= 1);
            // Whoever is not admitted adds nothing, and one who is admitted counts alone.
            for name in &different {
                let alone = quorum.filled(&[name], NOW);
                prop_assert_eq!(alone == 1, quorum.admits(name, NOW));
            }
        }
    }

    #[test]
    fn a_name_and_a_seat_count_once() {
        let two = of(2, Vec::new());
        assert!(!two.is_reached(&["anna", "anna"], NOW) && two.is_reached(&["anna", "ben"], NOW));
        let named = of(2, vec![seat("anna", &[stand("dora", None)]), seat("ben", &[])]);
        assert!(!named.is_reached(&["anna", "dora"], NOW), "one seat");
        assert!(named.is_reached(&["ben", "dora"], NOW));
        assert!(!named.is_reached(&["ben", "carla"], NOW) && !named.admits("carla", NOW));
    }

    #[test]
    fn where_more_are_needed_than_are_named_others_join_and_replace_nobody() {
        let three = of(3, vec![seat("max", &[])]);
        assert!(three.admits("zoe", NOW));
        assert!(!three.is_reached(&["max"], NOW) && !three.is_reached(&["max", "zoe"], NOW));
        assert!(!three.is_reached(&["ann", "ben", "zoe", "eva"], NOW), "max is named");
        assert!(three.is_reached(&["ann", "max", "zoe"], NOW));
    }

    #[test]
    fn a_yes_of_fewer_or_others_is_not_enough() {
        let of =
            |required, names: &[&str]| of(required, names.iter().map(|n| seat(n, &[])).collect());
        let two = of(2, &["a", "b", "c"]);
        assert!(of(2, &["a", "b"]).is_as_strict(&two) && two.is_as_strict(&two));
        assert!(of(2, &[]).is_as_strict(&of(2, &[])));
        for less in [
            of(1, &["a"]),
            of(2, &[]),
            of(1, &[]),
            of(2, &["a", "z"]),
            of(3, &["a"]),
            of(2, &["a"]),
        ] {
            assert!(!less.is_as_strict(&two), "{less:?}");
        }
        assert!(!of(1, &[]).is_as_strict(&of(2, &[])));
        assert!(of(1, &["a"]).is_as_strict(&Quorum::default()));
    }

    #[test]
    fn whoever_could_sit_twice_makes_room() {
        let quorum = of(2, vec![seat("anna", &[stand("ben", None)]), seat("ben", &[])]);
        assert!(
            quorum.is_reached(&["ben", "anna"], NOW) && quorum.is_reached(&["anna", "ben"], NOW)
        );
        assert!(!quorum.is_reached(&["ben"], NOW), "he is one person");
    }

    #[test]
    fn managers_come_one_after_the_other_as_the_time_halves() {
        let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        let chair = Chair {
            name: "anna".to_owned(),
            deputies: names(&["dora"]),
            managers: names(&["max", "dora", "sue"]),
        };
        let needs = Needs { required: 1, chairs: vec![chair], escalate_before: Some(400) };
        let quorum = needs.at(Millis(0), Millis(1_000));
        assert_eq!(quorum.escalate_at, Some(Millis(600)));
        assert_eq!(
            quorum.seats[0].others,
            [stand("dora", None), stand("max", Some(600)), stand("sue", Some(900))]
        );
        let at = |name: &str, at: i64| quorum.admits(name, Millis(at));
        assert!(at("dora", 0) && !at("max", 599) && at("max", 600) && !at("sue", 899));
        // A question that lives no longer than that is urgent from the beginning, and never before it.
        assert_eq!(needs.at(Millis(700), Millis(1_000)).escalate_at, Some(Millis(700)));
        let never = Needs { escalate_before: None, ..needs };
        assert_eq!(never.at(Millis(0), Millis(1_000)).seats[0].others, [stand("dora", None)]);
    }

    #[test]
    fn of_two_that_both_hold_everybody_must_say_yes() {
        let chair = |name: &str| Chair {
            name: name.to_owned(),
            deputies: Vec::new(),
            managers: Vec::new(),
        };
        let one =
            Needs { required: 1, chairs: vec![chair("a"), chair("b")], escalate_before: None };
        let two =
            Needs { required: 2, chairs: vec![chair("b"), chair("c")], escalate_before: Some(5) };
        let both = one.and(&two).at(Millis(0), Millis(9));
        assert_eq!((both.required, both.escalate_at), (3, None));
        assert!(both.is_reached(&["a", "b", "c"], NOW) && !both.is_reached(&["b", "c"], NOW));
    }
}

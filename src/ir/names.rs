//! What steps are called. A step with a `step_id` is `id:` and that, any other is `idx:` and its place, so that no id can
//! be taken for a place. Bare `abc` and `0` are understood where they can only mean one step, and a plan in which they
//! could mean two is refused.

use std::collections::HashMap;

/// The names of the steps of one plan.
#[derive(Debug)]
pub(crate) struct Names<'n> {
    by_id: HashMap<&'n str, usize>,
    has_id: Vec<bool>,
}

/// A `step_id` that another step has already, or that could be taken for another step's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clash {
    /// The step that has it.
    Same(usize),
    /// It reads like a place or like a name with its kind.
    Ambiguous,
}

impl<'n> Names<'n> {
    /// Names the steps; `clash` hears of those that must not be called so.
    pub(crate) fn of(ids: &[Option<&'n str>], mut clash: impl FnMut(usize, Clash)) -> Self {
        let mut names = Self {
            by_id: HashMap::with_capacity(ids.iter().flatten().count()),
            has_id: ids.iter().map(Option::is_some).collect(),
        };
        for (index, id) in ids.iter().enumerate() {
            let Some(id) = id else { continue };
            let place = decimal(id);
            if id.starts_with("id:")
                || id.starts_with("idx:")
                || place.is_some_and(|at| at != index && names.has_id.get(at) == Some(&false))
            {
                clash(index, Clash::Ambiguous);
            }
            if let Some(first) = names.by_id.get(id) {
                clash(index, Clash::Same(*first));
            } else {
                names.by_id.insert(id, index);
            }
        }
        names
    }

    /// The place of the step that a text names.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let unnamed = |text: &str| decimal(text).filter(|at| self.has_id.get(*at) == Some(&false));
        if let Some(id) = text.strip_prefix("id:") {
            return self.by_id.get(id).copied();
        }
        if let Some(place) = text.strip_prefix("idx:") {
            return unnamed(place);
        }
        self.by_id.get(text).copied().or_else(|| unnamed(text))
    }
}

/// The full name of a step.
pub(crate) fn full(id: Option<&str>, index: usize) -> String {
    match id {
        Some(id) => format!("id:{id}"),
        None => format!("idx:{index}"),
    }
}

/// A number as places are written: digits without a zero before them.
fn decimal(text: &str) -> Option<usize> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_never_taken_for_a_place() {
        let mut clashes = Vec::new();
        let ids = [Some("1"), None, Some("2"), Some("a"), Some("a"), Some("idx:1"), Some("9")];
        let names = Names::of(&ids, |at, clash| clashes.push((at, clash)));
        let ambiguous = Clash::Ambiguous;
        assert_eq!(clashes, [(0, ambiguous), (4, Clash::Same(3)), (5, ambiguous)]);
        assert_eq!(names.find("id:1"), Some(0));
        assert_eq!(names.find("idx:1"), Some(1));
        assert_eq!(names.find("idx:0"), None);
        for nothing in
            ["idx:01", "01", "+1", "", "idx:", "id:", "b", "7", "idx:99999999999999999999"]
        {
            assert_eq!(names.find(nothing), None, "{nothing}");
        }
        let bare = Names::of(&[None, Some("x")], |_, _| unreachable!());
        assert_eq!((bare.find("0"), bare.find("1"), bare.find("x")), (Some(0), None, Some(1)));
    }
}

//! How many of something, in words. Never `1 lines`.

use crate::domain::visible;
use std::borrow::Borrow;

/// `1 line`, `2,000 lines`. Templates give references.
#[must_use]
pub(crate) fn count(n: impl Borrow<usize>, one: &str, many: &str) -> String {
    let n = *n.borrow();
    format!("{} {}", visible::grouped(n), if n == 1 { one } else { many })
}

/// The same of what a store counted.
#[must_use]
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    count(usize::try_from(n).unwrap_or(usize::MAX), one, many)
}

#[cfg(test)]
mod tests {
    use crate::card::count::{count, counted};

    #[test]
    fn one_is_one() {
        let lines = |n: usize| count(n, "line", "lines");
        assert_eq!([0, 1, 2, 1_200].map(lines), ["0 lines", "1 line", "2 lines", "1,200 lines"]);
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }
}

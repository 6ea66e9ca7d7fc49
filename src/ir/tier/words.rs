//! Words, told apart by structure: `product-page`, `delivery` and `olive` hold no `prod` and no `live`.

use crate::policy::effect::words;

/// What takes something away, said of anything.
const DESTROYS: &[&str] = &[
    "decommission",
    "delete",
    "deprovision",
    "destroy",
    "drop",
    "erase",
    "purge",
    "remove",
    "terminate",
    "truncate",
    "uninstall",
    "unlink",
    "wipe",
];

/// What the world is called in which mistakes cost.
const PRODUCTION: &[&str] = &["prd", "prod", "production", "live"];

/// Models of the books, of payments and of what leads to them; a `.` at the end begins a family.
const MONEY: &[&str] = &[
    "account.",
    "payment.",
    "hr.payslip",
    "hr.payroll",
    "sale.order",
    "purchase.order",
    "pos.payment",
];

/// Calls with every word of a text: what stands between punctuation, and its parts if it has camel humps.
pub(crate) fn each(text: &str, mut then: impl FnMut(&str)) {
    let separates = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.bytes().position(|byte| separates(&byte)).unwrap_or(rest.len());
        // A cut is beside an ASCII byte or at an end, so it is never inside a character.
        let (run, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = tail.get(1..).unwrap_or_default();
        if run.is_empty() {
            continue;
        }
        then(run);
        if run.bytes().skip(1).any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            words::tokens(run).iter().for_each(|word| then(word));
        }
    }
}

/// The first letter of a word, small.
fn initial(word: &str) -> u8 {
    word.bytes().next().unwrap_or_default().to_ascii_lowercase()
}

/// True for a word that takes something away: `drop`, `deletes`.
pub(crate) fn destroys(word: &str) -> bool {
    // Most words are told apart by their first letter.
    if !matches!(initial(word), b'd' | b'e' | b'p' | b'r' | b't' | b'u' | b'w') {
        return false;
    }
    let known = |word: &str| DESTROYS.iter().any(|known| word.eq_ignore_ascii_case(known));
    known(word) || word.strip_suffix(['s', 'S']).is_some_and(known)
}

/// True for a word that names production: `prd`, `prod2`, `LIVE`.
pub(crate) fn names_production(word: &str) -> bool {
    if !matches!(initial(word), b'p' | b'l') {
        return false;
    }
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    PRODUCTION.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The model in a text that belongs to the books or to payments, such as `account.move.line`.
pub(crate) fn money(text: &str) -> Option<&str> {
    if !text.contains('.') {
        return None;
    }
    let begins = |model: &str, known: &str| {
        model.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
    };
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_')
        .find(|model| MONEY.iter().any(|known| begins(model, known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(text: &str, test: fn(&str) -> bool) -> bool {
        let mut found = false;
        each(text, |word| found |= test(word));
        found
    }

    #[test]
    fn words_are_words_and_not_parts_of_them() {
        for text in ["product-page", "delivery", "olive", "reproduction", "alive", "liver"] {
            assert!(!any(text, names_production), "{text}");
        }
        for text in ["prd", "web-PROD-1", "prod01", "live", "shopLive", "eu.production"] {
            assert!(any(text, names_production), "{text}");
        }
        for text in ["dropbox", "deleted_at", "removal", "undelete", "raindrops"] {
            assert!(!any(text, destroys), "{text}");
        }
        for text in ["drop", "force-DELETE", "deleteAll", "dElEtE", "unlink", "purges"] {
            assert!(any(text, destroys), "{text}");
        }
    }

    #[test]
    fn no_known_word_is_lost_by_its_first_letter() {
        assert!(DESTROYS.iter().all(|word| destroys(word) && destroys(&word.to_uppercase())));
        assert!(PRODUCTION.iter().all(|word| names_production(word)));
        let mut seen = Vec::new();
        each("-ab--c_d/éf.gH-", |word| seen.push(word.to_owned()));
        assert_eq!(seen, ["ab", "c", "d", "éf", "éf", "gH", "g", "h"]);
    }

    #[test]
    fn models_are_told_by_their_families() {
        for text in ["account.move", "account.move.line", "ODOO/Account.Payment/7", "sale.order"] {
            assert!(money(text).is_some(), "{text}");
        }
        for text in ["res.partner", "my_account.x", "discount.rule", "account", "sale.report"] {
            assert!(money(text).is_none(), "{text}");
        }
    }
}

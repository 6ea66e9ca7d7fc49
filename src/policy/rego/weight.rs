//! How large a value is, for paying: bytes of texts and one for every value. What is shared is counted every time it is
//! reached, as a reader would meet it, so a small thing that unfolds without end is seen for what it is.

use regorus::Value;

/// The weight, looked at up to about `most` and no further.
pub(crate) fn weight(value: &Value, most: u64) -> u64 {
    let mut left = most;
    let _ = take(value, &mut left);
    most - left + u64::from(left == 0)
}

fn take(value: &Value, left: &mut u64) -> Option<()> {
    *left = left.saturating_sub(match value {
        Value::String(text) => 1 + text.len() as u64,
        Value::Number(_) => 1 + digits(value) / 64,
        _ => 1,
    });
    if *left == 0 {
        return None;
    }
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| take(item, left)),
        Value::Set(items) => items.iter().try_for_each(|item| take(item, left)),
        Value::Object(members) => {
            members.iter().try_for_each(|(key, value)| take(key, left).and(take(value, left)))
        }
        _ => Some(()),
    }
}

/// The bits of a number.
pub(crate) fn digits(value: &Value) -> u64 {
    let Value::Number(number) = value else { return 0 };
    if number.as_i64().is_some() || number.as_u64().is_some() || !number.is_integer() {
        return 64;
    }
    number.as_big().map_or(64, |big| big.bits())
}

/// Whether a number with an exponent of more than three digits stands in a text: written out it would fill the memory.
pub(crate) fn exponent_in(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| {
        matches!(byte, b'e' | b'E')
            && at
                .checked_sub(1)
                .and_then(|i| bytes.get(i))
                .is_some_and(|b| b.is_ascii_digit() || *b == b'.')
            && {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                let signed = rest.first().is_some_and(|b| matches!(b, b'+' | b'-'));
                let digits = rest.get(usize::from(signed)..).unwrap_or_default();
                digits.iter().skip_while(|b| **b == b'0').take_while(|b| b.is_ascii_digit()).count()
                    > 3
            }
    })
}

/// What is wrong with a format: only `%s %d %v %f %x %q %t`, a width or a precision of at most two digits, and `%%`.
pub(crate) fn format_fault(format: &str) -> Option<String> {
    let mut rest = format;
    while let Some((_, tail)) = rest.split_once('%') {
        let verb = tail.trim_start_matches(|c: char| c.is_numeric() || c == '.');
        let width = &tail[..tail.len() - verb.len()];
        if width.chars().filter(|c| c.is_numeric()).count() > 2 || !width.is_ascii() {
            return Some(format!(
                "the width in `%{}` has more than two digits",
                width.chars().take(8).collect::<String>()
            ));
        }
        match verb.chars().next() {
            Some(letter @ ('s' | 'd' | 'v' | 'f' | 'x' | 'q' | 't' | '%')) => {
                rest = &verb[letter.len_utf8()..];
            }
            Some(letter) => {
                return Some(format!("`%{letter}` is not one of `%s %d %v %f %x %q %t`"));
            }
            None => return Some("it ends with a lone `%`".to_owned()),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unfolds_is_counted_as_it_unfolds() {
        let mut value = Value::from(1_u64);
        for _ in 0..60 {
            value = Value::from(vec![value.clone(), value]);
        }
        assert!(weight(&value, 10_000) >= 10_000);
        assert_eq!(weight(&Value::from("abc"), 10_000), 4);
    }

    #[test]
    fn exponents_and_formats() {
        for bad in ["1e99999", "[1E+1000000]", "{\"a\":-2.5e-12345}"] {
            assert!(exponent_in(bad), "{bad}");
        }
        for fine in ["1e99", "2e-3", "page1234", "0xe12345", "1e0004"] {
            assert!(!exponent_in(fine), "{fine}");
        }
        for bad in
            ["%1000000000d", "%100s", "%.999f", "%*d", "%c", "50%", "%\u{0661}\u{0661}\u{0661}d"]
        {
            assert!(format_fault(bad).is_some(), "{bad}");
        }
        for fine in ["$%.2f of %s: %v %d%%", "none", "%5d"] {
            assert!(format_fault(fine).is_none(), "{fine}");
        }
    }
}

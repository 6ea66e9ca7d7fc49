//! Numbers compared by value and exactly: `5`, `5.0` and `50e-1` are one number, `0.1` is not its nearest binary.

/// A decimal number without leading or trailing zeros: sign, digits, power of ten. Zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Reads a number as JSON spells it; `None` for anything else and for an exponent over 18 digits.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((m, e)) => (m, e.strip_prefix('+').unwrap_or(e).parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let kept = all.trim_end_matches('0');
        let dropped = i64::try_from(all.len() - kept.len()).ok()?;
        let digits = kept.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let exponent =
            exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(dropped)?;
        Some(Self { negative, digits, exponent })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::number::Decimal;

    #[test]
    fn equal_by_value() {
        let read = |t| Decimal::read(t).unwrap();
        for same in ["5", "5.0", "50e-1", "0.5E+1", "500e-2"] {
            assert_eq!(read(same), read("5"), "{same}");
        }
        assert_eq!(read("-0"), read("0.00"));
        assert_ne!(read("123456789012345678901"), read("123456789012345678900"));
        assert_ne!(read("-5"), read("5"));
    }
}

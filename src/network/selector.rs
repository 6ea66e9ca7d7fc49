//! Selectors and address blocks, as Kubernetes reads them; where labels are not known, the answer is that nobody knows.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Whether something fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Surely not.
    No,
    /// It hangs on labels or ports that nobody told.
    Unknown,
    /// Surely.
    Yes,
}

impl Fit {
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// Labels, and whether they are all there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Labels<'a> {
    pub(crate) labels: &'a BTreeMap<String, String>,
    pub(crate) complete: bool,
}

/// Whether the labels fit; an absent selector and an empty one fit everything.
pub(crate) fn fits(selector: Option<&LabelSelector>, labels: Labels<'_>) -> Fit {
    let Some(selector) = selector else { return Fit::Yes };
    let equal = selector.match_labels.iter().flatten();
    let equal = equal.map(|(key, value)| match labels.labels.get(key) {
        Some(there) => Fit::of(there == value),
        None => absent(labels, Fit::No),
    });
    let wishes = selector.match_expressions.iter().flatten().map(|wish| {
        let there = labels.labels.get(&wish.key);
        let listed = |there: &String| wish.values.iter().flatten().any(|value| value == there);
        match (wish.operator.as_str(), there) {
            ("In", Some(there)) => Fit::of(listed(there)),
            ("NotIn", Some(there)) => Fit::of(!listed(there)),
            ("Exists", Some(_)) => Fit::Yes,
            ("DoesNotExist", Some(_)) => Fit::No,
            ("In" | "Exists", None) => absent(labels, Fit::No),
            ("NotIn" | "DoesNotExist", None) => absent(labels, Fit::Yes),
            // Reading policies refuses other operators.
            _ => Fit::Unknown,
        }
    });
    equal.chain(wishes).min().unwrap_or(Fit::Yes)
}

/// What an absent label means.
fn absent(labels: Labels<'_>, when_complete: Fit) -> Fit {
    if labels.complete { when_complete } else { Fit::Unknown }
}

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    base: IpAddr,
    prefix: u8,
}

impl Cidr {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (base, prefix) = text.split_once('/')?;
        let base: IpAddr = base.parse().ok()?;
        if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let prefix: u8 = prefix.parse().ok()?;
        (prefix <= bits(base)).then_some(Self { base, prefix })
    }

    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                (u32::from(base) ^ u32::from(address)) & mask == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                (u128::from(base) ^ u128::from(address)) & mask == 0
            }
            _ => false,
        }
    }

    /// Whether it holds one address only.
    pub(crate) fn is_one(self) -> bool {
        self.prefix == bits(self.base)
    }
}

fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelectorRequirement;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn wish(key: &str, operator: &str, values: &[&str]) -> LabelSelector {
        LabelSelector {
            match_labels: None,
            match_expressions: Some(vec![LabelSelectorRequirement {
                key: key.to_owned(),
                operator: operator.to_owned(),
                values: Some(values.iter().map(|v| (*v).to_owned()).collect()),
            }]),
        }
    }

    #[test]
    fn expressions_follow_kubernetes() {
        let own = labels(&[("tier", "db")]);
        let fit = |selector: &LabelSelector, complete| {
            fits(Some(selector), Labels { labels: &own, complete })
        };
        for (selector, known, unknown) in [
            (wish("tier", "In", &["db", "web"]), Fit::Yes, Fit::Yes),
            (wish("tier", "NotIn", &["db"]), Fit::No, Fit::No),
            (wish("tier", "Exists", &[]), Fit::Yes, Fit::Yes),
            (wish("tier", "DoesNotExist", &[]), Fit::No, Fit::No),
            (wish("zone", "In", &["a"]), Fit::No, Fit::Unknown),
            // A key that is absent is not in any list: that fits.
            (wish("zone", "NotIn", &["a"]), Fit::Yes, Fit::Unknown),
            (wish("zone", "Exists", &[]), Fit::No, Fit::Unknown),
            (wish("zone", "DoesNotExist", &[]), Fit::Yes, Fit::Unknown),
        ] {
            assert_eq!(fit(&selector, true), known, "{selector:?}");
            assert_eq!(fit(&selector, false), unknown, "{selector:?}");
        }
        assert_eq!(fit(&LabelSelector::default(), true), Fit::Yes);
        assert_eq!(fits(None, Labels { labels: &own, complete: false }), Fit::Yes);
    }

    #[test]
    fn blocks_hold_what_they_say() {
        let holds = |cidr: &str, ip: &str| Cidr::parse(cidr).unwrap().contains(ip.parse().unwrap());
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        assert!(!holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("10.1.0.0/16", "10.1.255.255"));
        assert!(!holds("10.1.0.0/16", "10.2.0.0"));
        assert!(holds("10.1.2.3/32", "10.1.2.3"));
        assert!(!holds("10.1.2.3/32", "10.1.2.4"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::1"));
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "x/8", "::/129"] {
            assert_eq!(Cidr::parse(bad), None, "{bad}");
        }
    }
}

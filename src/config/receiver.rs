//! Where notifications may go: which webhooks and addresses of mail can be targets, and what of them may be shown.
//!
//! A webhook's URL is read narrowly here, by its text: `https`, a host that stands on the list to the letter, nothing that
//! two parsers could read differently. Whoever sends reads it once more with the parser that connects, and both must find
//! the same host and port. Nothing here is ever part of an error: an address is a secret.

use crate::config::people::Notify;
use crate::domain::notice::TargetType;

/// Hosts of Discord's own webhooks.
const DISCORD: [&str; 4] =
    ["discord.com", "discordapp.com", "canary.discord.com", "ptb.discord.com"];
/// The port of `https`.
const HTTPS: u16 = 443;
const URL_MAX: usize = 2_048;
const MAIL_MAX: usize = 254;

/// Why an address is none that notifications go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Not `https`.
    #[error("a webhook's URL must begin with `https://`")]
    NotHttps,
    /// Something in it that no webhook needs.
    #[error(
        "this is no webhook's URL: it holds a user, a fragment, a space or a character that URLs do not have"
    )]
    Odd,
    /// The host is not on the list.
    #[error(
        "notifications do not go to this host: it is none of Discord's and not in `notify.hosts`"
    )]
    Host,
    /// Nothing behind the host.
    #[error("this URL names no webhook: there is no path behind the host")]
    NoPath,
    /// No address of mail.
    #[error("this is no address of mail")]
    Mail,
}

/// Where a webhook is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its host as the list writes it: a name, or an address, that of version 6 in brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// Reads a webhook's URL.
///
/// # Errors
/// [`Unfit`]
pub fn webhook(notify: &Notify, url: &str) -> Result<Place, Unfit> {
    let rest = url.strip_prefix("https://").ok_or(Unfit::NotHttps)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?[]!$&'()*+,;=%".contains(&b);
    if url.len() > URL_MAX || !rest.bytes().all(plain) {
        return Err(Unfit::Odd);
    }
    let (authority, path) = rest.split_once('/').ok_or(Unfit::NoPath)?;
    if path.is_empty() {
        return Err(Unfit::NoPath);
    }
    let authority = authority.to_ascii_lowercase();
    let named = without_port_443(&authority);
    let listed =
        DISCORD.contains(&named) || notify.hosts.iter().any(|host| without_port_443(host) == named);
    if !listed {
        return Err(Unfit::Host);
    }
    let (host, port) = match named.rsplit_once(':') {
        // The colons of an address of version 6 stand in brackets.
        Some((host, port)) if !port.ends_with(']') => {
            (host, port.parse().map_err(|_| Unfit::Host)?)
        }
        _ => (named, HTTPS),
    };
    Ok(Place { host: host.to_owned(), port })
}

fn without_port_443(authority: &str) -> &str {
    authority.strip_suffix(":443").unwrap_or(authority)
}

/// Reads an address of mail, narrowly: nothing in it that a header or a mail server could read as anything else.
///
/// # Errors
/// [`Unfit::Mail`]
pub fn mailbox(text: &str) -> Result<(&str, &str), Unfit> {
    let (local, domain) = text.split_once('@').ok_or(Unfit::Mail)?;
    let in_local = |b: u8| b.is_ascii_alphanumeric() || b".!#$&'*+/=?^_`{|}~-".contains(&b);
    let dots = |part: &str| part.split('.').all(|word| !word.is_empty());
    let label = |word: &str| {
        (1..=63).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !word.starts_with('-')
            && !word.ends_with('-')
    };
    let fits = text.len() <= MAIL_MAX
        && local.len() <= 64
        && local.bytes().all(in_local)
        && dots(local)
        && domain.split('.').all(label);
    if fits { Ok((local, domain)) } else { Err(Unfit::Mail) }
}

/// What of an address may be shown: the host and the last four characters of a webhook, the domain of a mailbox.
///
/// # Errors
/// [`Unfit`], when it is none.
pub fn shown(notify: &Notify, kind: TargetType, address: &str) -> Result<String, Unfit> {
    match kind {
        TargetType::Email => Ok(format!("...@{}", mailbox(address)?.1)),
        TargetType::Discord => {
            let Place { host, port } = webhook(notify, address)?;
            let at = if port == HTTPS { host } else { format!("{host}:{port}") };
            // Four characters tell two webhooks apart; of a short path they would tell too much.
            let path = address.splitn(4, '/').nth(3).unwrap_or_default();
            let tail = if path.len() >= 32 { path.get(path.len() - 4..) } else { None };
            Ok(format!("{at}/...{}", tail.unwrap_or_default()))
        }
    }
}

/// A name of a target: 1 to 64 of `A-Z a-z 0-9 . _ -`, the first a letter or digit.
#[must_use]
pub fn target_name(name: &str) -> bool {
    crate::domain::principal::is_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_at_a_listed_host_is_a_webhook() {
        let notify = Notify {
            hosts: ["hooks.example.org", "127.0.0.1:8443", "[::1]:9000"].map(str::to_owned).into(),
            ..Notify::default()
        };
        let at = |url: &str| webhook(&notify, url);
        for (url, host, port) in [
            ("https://discord.com/api/webhooks/1/abc", "discord.com", 443),
            ("https://DISCORD.com:443/api/webhooks/1/abc", "discord.com", 443),
            ("https://ptb.discord.com/x", "ptb.discord.com", 443),
            ("https://hooks.example.org/x?wait=true", "hooks.example.org", 443),
            ("https://127.0.0.1:8443/x", "127.0.0.1", 8443),
            ("https://[::1]:9000/x", "[::1]", 9000),
        ] {
            assert_eq!(at(url), Ok(Place { host: host.to_owned(), port }), "{url}");
        }
        for (url, why) in [
            ("http://discord.com/x", Unfit::NotHttps),
            ("HTTPS://discord.com/x", Unfit::NotHttps),
            ("file:///etc/passwd", Unfit::NotHttps),
            ("https:/discord.com/x", Unfit::NotHttps),
            ("https://discord.com", Unfit::NoPath),
            ("https://discord.com/", Unfit::NoPath),
            ("https://discord.com:8443/x", Unfit::Host),
            ("https://hooks.example.org:8443/x", Unfit::Host),
            ("https://127.0.0.1/x", Unfit::Host),
            ("https://evil.test/x", Unfit::Host),
            ("https://discord.com.evil.test/x", Unfit::Host),
            ("https://evildiscord.com/x", Unfit::Host),
            ("https://discord.com./x", Unfit::Host),
            ("https://discord%2ecom/x", Unfit::Host),
            ("https://ann:pw@discord.com/x", Unfit::Odd),
            ("https://evil.test\\@discord.com/x", Unfit::Odd),
            ("https://discord.com/x#y", Unfit::Odd),
            ("https://discord.com/x y", Unfit::Odd),
            ("https://discord.com/x\r\nHost: evil", Unfit::Odd),
            ("https://discord.com\t/x", Unfit::Odd),
            ("https://disc\u{3002}ord.com/x", Unfit::Odd),
            ("https:///discord.com/x", Unfit::Host),
            ("https:////discord.com/x", Unfit::Host),
        ] {
            assert_eq!(at(url), Err(why), "{url:?}");
        }
        let long = format!("https://discord.com/{}", "x".repeat(URL_MAX));
        assert_eq!(at(&long), Err(Unfit::Odd));
    }

    #[test]
    fn an_address_of_mail_cannot_hold_a_second_line_or_a_second_address() {
        for good in ["ann@example.org", "a.b+c@mail.example.org", "root@localhost"] {
            assert!(mailbox(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ann",
            "@example.org",
            "ann@",
            "ann@@example.org",
            "ann@example.org\r\nBcc: eve@evil.test",
            "ann@example.org\n",
            "ann@example.org,eve@evil.test",
            "ann@example.org eve@evil.test",
            "Ann <ann@example.org>",
            "<ann@example.org>",
            "ann@[127.0.0.1]",
            "ann@-x.org",
            "ann@x..org",
            ".ann@x.org",
            "\"a b\"@x.org",
            "änn@x.org",
            "ann@x.org:25",
        ] {
            assert_eq!(mailbox(bad), Err(Unfit::Mail), "{bad:?}");
        }
    }

    #[test]
    fn what_is_shown_does_not_let_anybody_send() {
        let of = |kind, address: &str| shown(&Notify::default(), kind, address).unwrap();
        let token = "s3cr3t-token-of-a-webhook-0123456789abcd";
        let url = format!("https://discord.com/api/webhooks/123456/{token}");
        assert_eq!(of(TargetType::Discord, &url), "discord.com/...abcd");
        assert_eq!(of(TargetType::Discord, "https://discord.com/short"), "discord.com/...");
        assert_eq!(of(TargetType::Email, "ann@example.org"), "...@example.org");
    }
}

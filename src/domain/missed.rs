//! The codes of failed deliveries in words, with what can be done: the same on the command line, the page and the API.

/// What a code means.
#[must_use]
pub fn of(code: &str) -> String {
    let fixed = match code {
        "timeout" => "it took longer than 10 seconds",
        "dns" => "the name of the host leads nowhere",
        "connect" => "nobody answers there, or the connection broke",
        "tls" => {
            "no safe connection: the certificate is none that counts here (`[notify] ca_file` adds some), or the server \
             offers no TLS"
        }
        "address_not_allowed" => {
            "it is at an address that nothing is sent to: private, loopback (`[notify] allow_private`), or a host that is \
             not in `[notify] hosts`"
        }
        "config" => {
            "the configuration does not say how: look at `[smtp]`, its `password_file` (mode 0600) and `[notify] ca_file`"
        }
        "removed" => "the target was removed, or what there was to tell is gone",
        "disabled" => "the target was switched off",
        "http_401" | "http_403" | "http_404" | "http_410" => {
            "the receiver knows no such webhook, or does not take it: make a new one and add it"
        }
        "http_429" => "the receiver wants less",
        "smtp_535" => "the mail server does not take this user and password",
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    match (code.strip_prefix("http_"), code.strip_prefix("smtp_")) {
        (Some(status), _) if status.starts_with('3') => {
            format!("the receiver sends elsewhere (status {status}), and that is not followed")
        }
        (Some(status), _) => format!("the receiver answered with status {status}"),
        (_, Some(code)) => format!("the mail server answered with code {code}"),
        (None, None) => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::missed::of;

    #[test]
    fn every_code_has_words() {
        for code in [
            "timeout",
            "dns",
            "connect",
            "tls",
            "address_not_allowed",
            "config",
            "removed",
            "disabled",
            "http_302",
            "http_404",
            "http_500",
            "smtp_550",
        ] {
            assert!(of(code).len() > code.len() + 4, "{code}");
        }
    }
}

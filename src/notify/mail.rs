//! A mailbox, over the mail server of `[smtp]`: the facts as plain text.
//!
//! Nothing is told before the connection is one that nobody else reads: without TLS only a server on loopback is spoken to.
//! Sender, receiver and subject are typed, so no text can begin another header. The password is read from its file for
//! each sending and wiped after it.

use crate::config::{Notify, Smtp, SmtpTls};
use crate::domain::notice::Failure;
use crate::notify::facts::Facts;
use crate::notify::is_tls;
use crate::notify::reach::{Resolver, mail_server};
use crate::upstream::{bundle, ready_tls, secret};
use lettre::address::Envelope;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::net::SocketAddr;
use std::time::Duration;

/// What makes a message that comes twice one: the target, the event and its kind.
#[derive(Debug, Clone)]
pub(in crate::notify) struct Name(pub(in crate::notify) String);

/// Sends it once, to one mailbox.
pub(in crate::notify) async fn send(
    resolver: &dyn Resolver,
    notify: &Notify,
    smtp: &Smtp,
    address: &str,
    (facts, name): (&Facts, &Name),
    within: Duration,
) -> Result<(), Failure> {
    let message = message(smtp, address, facts, name)?;
    let bare = smtp.tls == SmtpTls::None;
    let found = mail_server(resolver, &smtp.host, smtp.port, notify.allow_private, bare).await?;
    let tls = if bare { None } else { Some(tls(smtp, notify).await?) };
    let hello = ClientId::default();
    let mut connection = connect(smtp, &found, tls, &hello, within).await?;
    let told = tell(&mut connection, smtp, &message).await;
    // Whether it says goodbye changes nothing about what it took.
    let _ = tokio::time::timeout(Duration::from_secs(1), connection.quit()).await;
    told
}

async fn connect(
    smtp: &Smtp,
    found: &[SocketAddr],
    tls: Option<TlsParameters>,
    hello: &ClientId,
    within: Duration,
) -> Result<AsyncSmtpConnection, Failure> {
    let at_once = tls.clone().filter(|_| smtp.tls == SmtpTls::Tls);
    let connected = AsyncSmtpConnection::connect_tokio1(found, Some(within), hello, at_once, None);
    let mut connection = connected.await.map_err(|error| failure(&error))?;
    if smtp.tls == SmtpTls::Starttls
        && let Some(tls) = tls
    {
        // A server that does not offer it, or somebody between who took the offer away, is told nothing.
        connection.starttls(tls, hello).await.map_err(|error| match error.status() {
            Some(code) => Failure::Smtp(code.into()),
            None => Failure::Tls,
        })?;
    }
    Ok(connection)
}

async fn tell(
    connection: &mut AsyncSmtpConnection,
    smtp: &Smtp,
    (envelope, message): &(Envelope, Vec<u8>),
) -> Result<(), Failure> {
    if smtp.tls != SmtpTls::None && !connection.is_encrypted() {
        return Err(Failure::Tls);
    }
    if let (Some(user), Some(file)) = (&smtp.user, &smtp.password_file) {
        if !connection.is_encrypted() {
            return Err(Failure::Tls);
        }
        let password = secret(file).map_err(|_| Failure::Config)?;
        let credentials = Credentials::new(user.clone(), password.to_string());
        let by = [Mechanism::Plain, Mechanism::Login];
        connection.auth(&by, &credentials).await.map_err(|error| failure(&error))?;
    }
    connection.send(envelope, message).await.map_err(|error| failure(&error))?;
    Ok(())
}

fn failure(error: &Error) -> Failure {
    match error.status() {
        Some(code) => Failure::Smtp(code.into()),
        None if error.is_timeout() => Failure::Timeout,
        None if error.is_tls() || is_tls(error) => Failure::Tls,
        // It is we who do not want to: the server offers no way to log in that we take.
        None if error.is_client() => Failure::Config,
        None => Failure::Connect,
    }
}

/// Reading certificates takes long, so another thread does.
async fn tls(smtp: &Smtp, notify: &Notify) -> Result<TlsParameters, Failure> {
    let (host, file) = (smtp.host.clone(), notify.ca_file.clone());
    let built = tokio::task::spawn_blocking(move || {
        ready_tls();
        let mut builder = TlsParameters::builder(host);
        if let Some(file) = file {
            let bundle = bundle(&file).ok_or(Failure::Config)?;
            let more = Certificate::from_pem(&bundle).map_err(|_| Failure::Config)?;
            builder = builder.add_root_certificate(more);
        }
        builder.build_rustls().map_err(|_| Failure::Tls)
    });
    built.await.map_err(|_| Failure::Tls)?
}

fn message(
    smtp: &Smtp,
    address: &str,
    facts: &Facts,
    Name(name): &Name,
) -> Result<(Envelope, Vec<u8>), Failure> {
    let from: Mailbox = smtp.from.parse().map_err(|_| Failure::Config)?;
    let to: Mailbox = address.parse().map_err(|_| Failure::AddressNotAllowed)?;
    let subject = match &facts.label {
        Some(label) => format!("{} - {label}", facts.title),
        None => facts.title.clone(),
    };
    let id = format!("<{name}@{}>", from.email.domain());
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(subject)
        .message_id(Some(id))
        .header(ContentType::TEXT_PLAIN)
        .body(text(facts))
        .map_err(|_| Failure::Config)?;
    Ok((message.envelope().clone(), message.formatted()))
}

pub(in crate::notify) fn text(facts: &Facts) -> String {
    let mut lines = vec![facts.title.clone()];
    lines.extend(facts.about.clone());
    lines.push(String::new());
    lines.extend(facts.fields.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.push(format!("At: {}", facts.at.rfc3339()));
    lines.push(String::new());
    lines.push(facts.link.clone());
    lines.extend(["".to_owned(), "-- ".to_owned(), "countersign".to_owned()]);
    lines.join("\r\n") + "\r\n"
}

/// Whether mail could be sent as the configuration says it, as far as can be seen without sending any; else what is wrong.
///
/// # Errors
/// What is wrong, in words.
pub fn usable(smtp: &Smtp) -> Result<(), String> {
    if smtp.from.parse::<Mailbox>().is_err() {
        return Err("`smtp.from` is no address of mail".to_owned());
    }
    if let Some(file) = &smtp.password_file {
        secret(file).map_err(|why| format!("`smtp.password_file` {why}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::{Label, Notice};
    use crate::domain::run::RunState;
    use crate::domain::time::Millis;
    use crate::notify::facts::facts;
    use uuid::Uuid;

    fn smtp(from: &str) -> Smtp {
        Smtp {
            host: "mail.test".to_owned(),
            port: 587,
            tls: SmtpTls::Starttls,
            user: None,
            password_file: None,
            from: from.to_owned(),
        }
    }

    #[test]
    fn a_mail_is_plain_text_with_the_same_facts() {
        let notice = Notice::Run {
            id: Uuid::nil(),
            state: RunState::Completed,
            directive: Label::new("Code Write").unwrap(),
            done: 2,
            total: 2,
            tokens: 9,
            started_at: Some(Millis(0)),
            ended_at: Some(Millis(1_000)),
        };
        let facts = facts(&notice, Millis(0), "http://127.0.0.1:7878");
        let name = Name("t.1.run_ended".to_owned());
        let (envelope, bytes) =
            message(&smtp("countersign <cs@example.org>"), "ann@example.org", &facts, &name)
                .unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(envelope.to().len(), 1);
        for line in [
            "Subject: Run #000000000000 - COMPLETED - Code Write",
            "Message-ID: <t.1.run_ended@example.org>",
            "To: ann@example.org",
            "Directive: Code Write",
            "Jobs: 2/2 completed",
            "LLM Tokens: 9",
            "Started: 1970-01-01T00:00:00.000Z",
            "Ended: 1970-01-01T00:00:01.000Z",
        ] {
            assert!(text.lines().any(|told| told == line), "`{line}` is not in\n{text}");
        }
    }

    #[test]
    fn an_address_cannot_bring_headers_along() {
        let facts = facts(&Notice::Test, Millis(0), "http://c.test");
        let name = Name("t.1.test".to_owned());
        let to = |address: &str| message(&smtp("cs@example.org"), address, &facts, &name).err();
        assert_eq!(to("ann@example.org"), None);
        for bad in ["ann@example.org\r\nBcc: eve@evil.test", "a@x.org, b@x.org", "ann"] {
            assert_eq!(to(bad), Some(Failure::AddressNotAllowed), "{bad:?}");
        }
    }
}

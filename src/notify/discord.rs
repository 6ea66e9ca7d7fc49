//! A webhook of Discord, or of a program that takes the same payload: one embed, sent to an address that was checked.
//!
//! The connection goes to exactly the addresses that were looked at, by `https`, past every proxy, and follows no redirect.
//! Of the answer the status counts; its body is not read. Whatever goes wrong is told by a code: what the library says
//! of an error holds the URL, which is a secret.

use crate::config::Notify;
use crate::config::receiver::{Place, webhook};
use crate::domain::notice::Failure;
use crate::notify::facts::Facts;
use crate::notify::reach::{Resolver, public};
use crate::notify::{Missed, is_tls};
use crate::upstream::{bundle, ready_tls};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response, StatusCode, Url};
use serde::Serialize;
use std::net::SocketAddr;

/// What is sent. Nothing else is: each of its texts is made of a notice.
#[derive(Debug, Serialize)]
pub(in crate::notify) struct Payload<'a> {
    embeds: [Embed<'a>; 1],
    allowed_mentions: Mentions,
}

#[derive(Debug, Serialize)]
struct Embed<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    url: &'a str,
    color: u32,
    fields: Vec<Field<'a>>,
    timestamp: String,
}

#[derive(Debug, Serialize)]
struct Field<'a> {
    name: &'static str,
    value: &'a str,
    inline: bool,
}

/// Nobody is called by it, whatever it says.
#[derive(Debug, Default, Serialize)]
struct Mentions {
    parse: [(); 0],
}

pub(in crate::notify) fn payload(facts: &Facts) -> Payload<'_> {
    let fields = facts.fields.iter();
    Payload {
        embeds: [Embed {
            title: &facts.title,
            description: facts.about.as_deref(),
            url: &facts.link,
            color: facts.colour,
            fields: fields.map(|(name, value)| Field { name, value, inline: true }).collect(),
            timestamp: facts.at.rfc3339(),
        }],
        allowed_mentions: Mentions::default(),
    }
}

/// Sends it once.
pub(in crate::notify) async fn send(
    resolver: &dyn Resolver,
    notify: &Notify,
    address: &str,
    facts: &Facts,
) -> Result<(), Missed> {
    let (url, place) = read(notify, address)?;
    let found = public(resolver, &place.host, place.port, notify.allow_private).await?;
    let client = client(notify, place.host, found).await?;
    let sent = client.post(url).json(&payload(facts)).send().await;
    let response = sent.map_err(|error| missed(&error))?;
    match response.status() {
        status if status.is_success() => Ok(()),
        status => {
            let rest = (status == StatusCode::TOO_MANY_REQUESTS).then(|| rest(&response)).flatten();
            Err(Missed { why: Failure::Http(status.as_u16()), rest })
        }
    }
}

/// The URL as the library reads it, which must find the same host and port in it as we did.
fn read(notify: &Notify, address: &str) -> Result<(Url, Place), Failure> {
    let place = webhook(notify, address).map_err(|_| Failure::AddressNotAllowed)?;
    let url = Url::parse(address).map_err(|_| Failure::AddressNotAllowed)?;
    let same = url.scheme() == "https"
        && url.host_str() == Some(&place.host)
        && url.port_or_known_default() == Some(place.port)
        && url.username().is_empty()
        && url.password().is_none();
    if same { Ok((url, place)) } else { Err(Failure::AddressNotAllowed) }
}

/// A client for one sending: it knows this host, at these addresses. Reading certificates takes long, so another thread does.
async fn client(notify: &Notify, host: String, found: Vec<SocketAddr>) -> Result<Client, Failure> {
    let file = notify.ca_file.clone();
    let built = tokio::task::spawn_blocking(move || {
        ready_tls();
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .resolve_to_addrs(&host, &found);
        if let Some(file) = file {
            let bundle = bundle(&file).ok_or(Failure::Config)?;
            let more = Certificate::from_pem_bundle(&bundle).map_err(|_| Failure::Config)?;
            builder = builder.tls_certs_merge(more);
        }
        builder.build().map_err(|_| Failure::Tls)
    });
    built.await.map_err(|_| Failure::Tls)?
}

fn missed(error: &reqwest::Error) -> Missed {
    if error.is_timeout() {
        Failure::Timeout.into()
    } else if is_tls(error) {
        Failure::Tls.into()
    } else {
        Failure::Connect.into()
    }
}

/// Milliseconds that the receiver wants to be left alone. A date is not waited for: the next attempt asks again.
fn rest(response: &Response) -> Option<i64> {
    let text = response.headers().get("retry-after")?.to_str().ok()?;
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let whole: i64 = whole.parse().ok().filter(|seconds| *seconds >= 0)?;
    let more = i64::from(part.bytes().any(|digit| digit != b'0'));
    Some(whole.saturating_add(more).saturating_mul(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::approval::State;
    use crate::domain::notice::{Label, Notice};
    use crate::domain::ruling::Tier;
    use crate::domain::run::RunState;
    use crate::domain::time::Millis;
    use crate::notify::facts::facts;
    use crate::notify::reach::tests::leads_to;
    use serde_json::{Value, json};
    use uuid::Uuid;

    fn sent(notice: &Notice) -> Value {
        let facts = facts(notice, Millis(1_700_000_000_000), "http://127.0.0.1:7878");
        serde_json::to_value(payload(&facts)).unwrap()
    }

    #[test]
    fn a_run_is_the_embed_that_receivers_know() {
        let notice = Notice::Run {
            id: Uuid::nil(),
            state: RunState::Failed,
            directive: Label::new("Repo Write").unwrap(),
            done: 1,
            total: 2,
            tokens: 7,
            started_at: None,
            ended_at: None,
        };
        let field = |name: &str, value: &str| json!({"name": name, "value": value, "inline": true});
        assert_eq!(
            sent(&notice),
            json!({
                "embeds": [{
                    "title": "Run #000000000000 - FAILED",
                    "description": "Directive: Repo Write",
                    "url": "http://127.0.0.1:7878/runs/00000000-0000-0000-0000-000000000000",
                    "color": 15_158_332,
                    "fields": [
                        field("Status", "failed"),
                        field("Jobs", "1/2 completed"),
                        field("LLM Tokens", "7"),
                    ],
                    "timestamp": "2023-11-14T22:13:20.000Z",
                }],
                "allowed_mentions": {"parse": []},
            })
        );
    }

    #[test]
    fn no_notice_has_a_key_that_is_not_on_the_list() {
        let tier = Tier::WRITE;
        let (id, answer_by) = (Uuid::nil(), Millis(0));
        let keys = ["title", "description", "url", "color", "fields", "timestamp"];
        for notice in [
            Notice::Approval {
                id,
                state: State::Pending,
                tier,
                answer_by,
                waiting: 1,
                urgent: false,
            },
            Notice::Violation { objections: 1, tier },
            Notice::Journal { row: Some(4) },
            Notice::Test,
        ] {
            let sent = sent(&notice);
            let embed = sent["embeds"][0].as_object().unwrap();
            assert!(embed.keys().all(|key| keys.contains(&key.as_str())), "{sent}");
            assert_eq!(sent["allowed_mentions"], json!({"parse": []}));
        }
    }

    fn listed(hosts: &[&str]) -> Notify {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        Notify { hosts, ..Notify::default() }
    }

    #[test]
    fn both_readers_of_an_address_must_agree() {
        let notify = listed(&["0177.0.0.1", "2130706433", "0x7f.1", "127.1", "h.test", "[::1]"]);
        for url in ["https://h.test/x", "https://H.test:443/x?y=1", "https://[::1]/x"] {
            assert!(read(&notify, url).is_ok(), "{url}");
        }
        // The library reads each of these as 127.0.0.1.
        for url in
            ["https://0177.0.0.1/x", "https://2130706433/x", "https://0x7f.1/x", "https://127.1/x"]
        {
            assert_eq!(read(&notify, url).err(), Some(Failure::AddressNotAllowed), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_never_connected_to() {
        let inside = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = inside.local_addr().unwrap().port();
        let notify = listed(&[&format!("h.test:{port}"), &format!("127.0.0.1:{port}")]);
        let facts = facts(&Notice::Test, Millis(0), "http://c.test");
        for host in ["h.test", "127.0.0.1"] {
            let url = format!("https://{host}:{port}/x");
            let ended = send(&leads_to(&["127.0.0.1"]), &notify, &url, &facts).await;
            assert_eq!(ended, Err(Failure::AddressNotAllowed.into()));
        }
        let nobody = tokio::time::timeout(std::time::Duration::from_millis(200), inside.accept());
        assert!(nobody.await.is_err(), "somebody connected");
        // The twin: with loopback allowed somebody does.
        let notify = Notify { allow_private: true, ..notify };
        let url = format!("https://h.test:{port}/x");
        let resolver = leads_to(&["127.0.0.1"]);
        let (ended, came) = tokio::join!(send(&resolver, &notify, &url, &facts), async {
            drop(inside.accept().await.unwrap());
        });
        let () = came;
        assert!(
            matches!(ended, Err(Missed { why: Failure::Connect | Failure::Tls, .. })),
            "{ended:?}"
        );
    }

    #[tokio::test]
    async fn a_name_is_looked_up_once_and_what_was_found_is_connected_to() {
        let inside = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = inside.local_addr().unwrap().port();
        let notify = Notify { allow_private: true, ..listed(&[&format!("turning.test:{port}")]) };
        let mut resolver = leads_to(&["127.0.0.1"]);
        resolver.then = vec!["10.0.0.1".parse().unwrap()];
        let facts = facts(&Notice::Test, Millis(0), "http://c.test");
        let url = format!("https://turning.test:{port}/x");
        // It is hung up on: who waits for its greeting would wait for ever.
        let (ended, came) = tokio::join!(send(&resolver, &notify, &url, &facts), async {
            inside.accept().await.map(drop)
        });
        assert!(came.is_ok() && ended.is_err());
        assert_eq!(resolver.asked.load(std::sync::atomic::Ordering::Relaxed), 1);
    }
}

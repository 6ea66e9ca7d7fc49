//! How people are reached: the console's address, where notifications may go, how mail is sent.

use crate::config::error::ConfigError;
use crate::config::raw;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the console listens when nobody says otherwise.
pub const LISTEN: &str = "127.0.0.1:7878";

/// `[console]`, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// The loopback address it listens on.
    pub listen: SocketAddr,
    /// What links in notifications begin with, without a slash at the end.
    pub url: Option<String>,
}

impl Default for Console {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 7878)), url: None }
    }
}

impl Console {
    /// What a link begins with.
    #[must_use]
    pub fn base(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

/// `[notify]`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notify {
    /// Hosts that webhooks may be at beside Discord's own, lower case.
    pub hosts: Vec<String>,
    /// Whether loopback addresses may be receivers.
    pub allow_private: bool,
    /// Further certificates that receivers may show.
    pub ca_file: Option<PathBuf>,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// In the clear first, then TLS before anything is told; without it nothing is sent.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// In the clear: only to a loopback address.
    None,
}

/// `[smtp]`, with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub tls: SmtpTls,
    /// The user to log in as.
    pub user: Option<String>,
    /// The file that holds his password.
    pub password_file: Option<PathBuf>,
    /// Whom mail is from.
    pub from: String,
}

pub(in crate::config) fn console(raw: raw::Console, file: &Path) -> Result<Console, ConfigError> {
    let wrong = |key: &str, what: &str| ConfigError::meaning(file, key, what);
    let listen = match raw.listen {
        None => Console::default().listen,
        Some(text) => text
            .parse::<SocketAddr>()
            .ok()
            .filter(|address| address.ip().is_loopback())
            .ok_or_else(|| wrong("`console.listen`", "must be a loopback address with a port"))?,
    };
    let url = raw.url.map(|url| url.trim_end_matches('/').to_owned());
    if url.as_ref().is_some_and(|url| !(url.starts_with("http://") || url.starts_with("https://")))
    {
        return Err(wrong("`console.url`", "must begin with `http://` or `https://`"));
    }
    // It stands in notifications: nothing in it may begin another line there.
    if url.as_ref().is_some_and(|url| !url.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(wrong("`console.url`", "must hold plain characters and no space"));
    }
    Ok(Console { listen, url })
}

pub(in crate::config) fn notify(raw: raw::Notify, file: &Path) -> Result<Notify, ConfigError> {
    let plain = |host: &String| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    };
    if let Some(host) = raw.hosts.iter().find(|host| !plain(host)) {
        let what = format!("`{host}` is no name of a host");
        return Err(ConfigError::meaning(file, "`notify.hosts`", what));
    }
    Ok(Notify {
        hosts: raw.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        allow_private: raw.allow_private,
        ca_file: raw.ca_file,
    })
}

pub(in crate::config) fn smtp(raw: raw::Smtp, file: &Path) -> Result<Smtp, ConfigError> {
    let raw::Smtp { host, port, tls, user, password_file, from } = raw;
    let wrong = |key: &str, what: &str| ConfigError::meaning(file, key, what);
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong("`smtp.host`", "must be the name or address of a server"));
    }
    if !from.contains('@') || from.chars().any(char::is_control) {
        return Err(wrong("`smtp.from`", "must be an address of mail"));
    }
    if user.is_some() != password_file.is_some() {
        return Err(wrong("`smtp.user`", "and `smtp.password_file` go together"));
    }
    if user.is_some() && tls == SmtpTls::None {
        return Err(wrong("`smtp.tls`", "must not be `none` where a password is sent"));
    }
    let port = port.unwrap_or(if tls == SmtpTls::Tls { 465 } else { 587 });
    Ok(Smtp { host, port, tls, user, password_file, from })
}

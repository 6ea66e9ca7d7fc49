//! Where the console would listen: free, held by a console, or by somebody else.
//!
//! Asks only the address of the configuration, only on this machine, and believes no more of the answer than that somebody
//! answers as a console does: the one route without proof does not say whose it is.

use crate::cli::doctor::check::Checks;
use crate::config::Config;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of an answer that are read.
const ANSWER: u64 = 4096;

/// Looks at the address.
pub(in crate::cli::doctor) fn look(config: &Config, checks: &mut Checks) {
    let at = config.console.listen;
    if !at.ip().is_loopback() {
        return checks.error(
            "console",
            format!("{at} is not on this machine alone, and the console listens nowhere else"),
            "set `[console] listen` to a loopback address, such as `127.0.0.1:7878`",
        );
    }
    match TcpListener::bind(at) {
        Ok(_) => checks.note("console", format!("none runs on {at}; the address is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            if answers(at) {
                checks.ok("console", format!("one answers on http://{at}"));
            } else {
                checks.warn(
                    "console",
                    format!("somebody else listens on {at}"),
                    "end that, or name another address: `[console] listen` or `--listen`",
                );
            }
        }
        Err(error) => checks.warn(
            "console",
            format!("nothing can listen on {at}: {error}"),
            "name another address: `[console] listen` or `--listen`",
        ),
    }
}

/// Whether somebody answers there as a console does.
fn answers(at: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        let mut told = Vec::new();
        // Whoever goes on sending is none of ours; what came until then says so.
        let _ = stream.take(ANSWER).read_to_end(&mut told);
        Ok(String::from_utf8_lossy(&told).into_owned())
    };
    ask().is_ok_and(|told| told.starts_with("HTTP/1.1 200") && told.contains(r#"{"status":"ok"}"#))
}

#[cfg(test)]
mod tests {
    use crate::cli::doctor::check::Checks;
    use crate::cli::doctor::console::look;
    use crate::config::Config;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    fn told(listen: std::net::SocketAddr) -> String {
        let mut config = Config::default();
        config.console.listen = listen;
        let mut checks = Checks::default();
        look(&config, &mut checks);
        checks.to_text()
    }

    #[test]
    fn it_tells_free_from_ours_from_somebody_elses() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let answer = |body: &'static str| {
            let listener = listener.try_clone().unwrap();
            std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 512]);
                let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}");
            })
        };
        let ours = answer(r#"{"status":"ok"}"#);
        assert!(told(at).contains("one answers"), "{}", told(at));
        ours.join().unwrap();
        let foreign = answer("<html>hello");
        assert!(told(at).contains("somebody else listens"));
        foreign.join().unwrap();
        drop(listener);
        assert!(told(at).contains("the address is free"));
        assert!(told("192.0.2.1:7878".parse().unwrap()).contains("not on this machine"));
    }
}

//! What each format says, line by line, and what happens to lines that say nothing.

use crate::network::{Edge, Format, Input, Limits, NetworkError, Options, ServiceMap, observe};

const NAMES: &str = r#"{"services": [
    {"name": "web", "addresses": ["10.0.0.1"]},
    {"name": "api", "addresses": ["10.0.0.2", "fd00::2"]},
    {"name": "db", "namespace": "data", "addresses": ["10.0.0.3"], "listens": [{"port": 40000, "protocol": "TCP"}]}
]}"#;

fn seen(format: Format, texts: &[&str]) -> ServiceMap {
    let named = Input { name: "names", format: Some(Format::Json), text: NAMES };
    let inputs = texts.iter().map(|text| Input { name: "seen", format: Some(format), text });
    let inputs: Vec<_> = [named].into_iter().chain(inputs).collect();
    observe(&inputs, &Options::default()).unwrap()
}

fn told(edges: &[Edge]) -> Vec<String> {
    let guess = |edge: &Edge| if edge.guessed { " guessed" } else { "" };
    let line = |e: &Edge| {
        format!("{} > {} {} {} x{}{}", e.source, e.target, e.protocol, e.port, e.count, guess(e))
    };
    edges.iter().map(line).collect()
}

fn fault(format: Format, text: &str) -> NetworkError {
    observe(&[Input { name: "x", format: Some(format), text }], &Options::default()).unwrap_err()
}

#[test]
fn a_table_says_by_its_original_direction_who_asked_whatever_the_ports() {
    let map = seen(
        Format::Conntrack,
        &[
            "tcp 6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=80 dport=50051 src=10.0.0.2 dst=10.0.0.1 sport=50051 dport=80 [ASSURED] mark=0 use=1\n\
           ipv4     2 tcp      6 300 TIME_WAIT src=10.0.0.2 dst=10.0.0.3 sport=1 dport=5432 src=10.0.0.3 dst=10.0.0.2 sport=5432 dport=1 mark=0 zone=0 use=2\n\
           [NEW] udp 17 30 src=10.0.0.1 dst=10.0.0.3 sport=5 dport=53 [UNREPLIED] src=10.0.0.3 dst=10.0.0.1 sport=53 dport=5\n",
        ],
    );
    let expected = [
        "default/api > data/db TCP 5432 x1",
        "default/web > data/db UDP 53 x1",
        "default/web > default/api TCP 50051 x1",
    ];
    assert_eq!(told(&map.edges), expected);
    assert_eq!(map.skipped.count, 0);
}

#[test]
fn a_translated_address_leads_to_the_real_server() {
    let map = seen(
        Format::Conntrack,
        &[
            "tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.96.0.9 sport=4000 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=8080 dport=4000",
        ],
    );
    assert_eq!(told(&map.edges), ["default/web > default/api TCP 8080 x1"]);
}

#[test]
fn what_nobody_answered_is_apart_and_what_says_nothing_is_counted() {
    let map = seen(
        Format::Conntrack,
        &[
            "tcp 6 9 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=81 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=81 dport=4000\n\
           icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=1 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=1\n\
           tcp 6 9 ESTABLISHED src=127.0.0.1 dst=127.0.0.1 sport=1 dport=2 src=127.0.0.1 dst=127.0.0.1 sport=2 dport=1\n\
           conntrack v1.4.7 (conntrack-tools): 3 flow entries have been shown.\n",
        ],
    );
    assert!(map.edges.is_empty());
    assert_eq!(told(&map.dropped), ["default/web > default/api TCP 81 x1"]);
    assert_eq!(map.ignored.values().sum::<u64>(), 3);
}

#[test]
fn bad_lines_are_counted_with_number_and_reason() {
    let good = "tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=81 src=10.0.0.2 dst=10.0.0.1 sport=81 dport=4000";
    let bad = [
        "tcp 6 9 ESTABLISHED src=10.0.0.1",
        "tcp 6 9 ESTABLISHED src=10.0.0.999 dst=10.0.0.2 sport=1 dport=2",
        "tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=70000",
        "tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=0",
        "smoke 6 9 src=10.0.0.1",
        "\u{0}\u{1b}[31m",
    ];
    let map = seen(Format::Conntrack, &[&format!("{good}\n{}\n", bad.join("\n"))]);
    assert_eq!(map.edges.len(), 1);
    assert_eq!(map.skipped.count, 6);
    let lines: Vec<usize> = map.skipped.lines.iter().map(|skip| skip.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    assert!(map.skipped.lines.iter().all(|skip| !skip.reason.is_empty()));
    assert!(map.skipped.lines[2].reason.contains("`70000` is no port"));
}

#[test]
fn a_listening_socket_decides_and_without_one_the_ports_are_a_guess() {
    let pair = "tcp ESTAB 0 0 10.0.0.2:50051 10.0.0.1:20001 users:((\"x\",pid=1,fd=2))";
    let listens = "tcp LISTEN 0 128 *:50051 *:*";
    let both = seen(Format::Ss, &[&format!("{listens}\n{pair}")]);
    assert_eq!(told(&both.edges), ["default/web > default/api TCP 50051 x1"]);
    let alone = seen(Format::Ss, &[pair]);
    assert_eq!(told(&alone.edges), ["default/web > default/api TCP 50051 x1 guessed"]);
    assert!(alone.notes.iter().any(|note| note.contains("guessed")), "{:?}", alone.notes);
    // Both ports unusual: the lower one, wrongly so here, and it says that it guessed.
    let odd = seen(Format::Ss, &["tcp ESTAB 0 0 10.0.0.2:30051 10.0.0.1:20001"]);
    assert_eq!(told(&odd.edges), ["default/api > default/web TCP 20001 x1 guessed"]);
}

#[test]
fn the_other_hosts_listing_or_a_declared_port_decides_too() {
    let client = "tcp ESTAB 0 0 10.0.0.1:20001 10.0.0.2:30051";
    let server =
        "tcp LISTEN 0 5 10.0.0.2:30051 0.0.0.0:*\ntcp ESTAB 0 0 10.0.0.2:30051 10.0.0.1:20001";
    for texts in [[client, server], [server, client]] {
        // Seen from both ends, counted once.
        let map = seen(Format::Ss, &texts);
        assert_eq!(told(&map.edges), ["default/web > default/api TCP 30051 x1"]);
    }
    let map = seen(Format::Ss, &["tcp ESTAB 0 0 10.0.0.1:30001 10.0.0.3:40000"]);
    assert_eq!(told(&map.edges), ["default/web > data/db TCP 40000 x1"]);
}

#[test]
fn sockets_are_read_in_every_spelling() {
    let map = seen(
        Format::Ss,
        &["Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n\
           udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*\n\
           tcp LISTEN 0 128 [::]:443 [::]:*\n\
           tcp ESTAB 0 0 [::ffff:10.0.0.2]:443 [::ffff:10.0.0.1]:55000\n\
           tcp TIME-WAIT 0 0 [fd00::2%eth0]:443 [2001:db8::9]:55000\n\
           tcp SYN-SENT 0 1 10.0.0.2:40000 10.0.0.3:5432\n\
           u_str ESTAB 0 0 * 1 * 2\n\
           tcp ESTAB 0 0 10.0.0.2:ssh 10.0.0.1:55001\n\
           State Recv-Q Send-Q Local Address:Port Peer Address:Port\n\
           tcp ESTAB 0 0\n"],
    );
    let expected = ["default/web > default/api TCP 443 x1", "2001:db8::9 > default/api TCP 443 x1"];
    assert_eq!(told(&map.edges), expected);
    assert_eq!(told(&map.dropped), ["default/api > data/db TCP 5432 x1"]);
    let lines: Vec<usize> = map.skipped.lines.iter().map(|skip| skip.line).collect();
    assert_eq!(lines, [8, 9, 10]);
    assert!(map.skipped.lines[0].reason.contains("`-n`"));
}

#[test]
fn plain_json_reads_back_what_a_map_says() {
    let first = seen(
        Format::Conntrack,
        &[
            "tcp 6 9 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=81 src=10.0.0.2 dst=10.0.0.1 sport=81 dport=4000\n\
           tcp 6 9 ESTABLISHED src=10.0.0.1 dst=203.0.113.9 sport=4000 dport=443 src=203.0.113.9 dst=10.0.0.1 sport=443 dport=4000\n\
           tcp 6 9 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=82 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=82 dport=4000",
        ],
    );
    let text = serde_json::to_string(&first).unwrap();
    let input = Input { name: "map", format: None, text: &text };
    let second = observe(&[input], &Options::default()).unwrap();
    assert_eq!(first, second);
}

#[test]
fn plain_json_says_which_entry_is_wrong() {
    let text = r#"{"services": [{"name": "a"}, {"name": ""}, {"name": "b", "namespace": "Not Good"},
        {"name": "c", "labels": {"app": "x: y"}}, {"name": "d", "addresses": ["10.0.0.0.1"]}, {"nome": "e"}],
        "connections": [{"source": "a", "target": "other/z", "port": 80}, {"source": "a", "target": "b", "port": 0},
        {"source": "a", "target": "b", "port": 70000}, {"source": "a", "target": "b", "port": 1, "protocol": "ICMP"}]}"#;
    let input = Input { name: "x", format: None, text };
    let map = observe(&[input], &Options::default()).unwrap();
    assert_eq!(told(&map.edges), ["default/a > other/z TCP 80 x1"]);
    let lines: Vec<usize> = map.skipped.lines.iter().map(|skip| skip.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 8, 9, 10]);
}

#[test]
fn another_format_is_told_as_such() {
    for (format, text) in [
        (Format::Json, "{"),
        (Format::Json, "[]"),
        (Format::Json, "{\"nothing\": 1}"),
        (Format::Docker, "tcp 6 9"),
        (Format::Hubble, "tcp 6 9"),
        (Format::Hubble, "{\"a\": 1}"),
        (Format::Conntrack, "{\"a\": 1}"),
        (Format::Ss, "hello"),
    ] {
        let fault = fault(format, text);
        assert_eq!(fault.code(), "unreadable", "{text}: {fault}");
        assert!(fault.to_string().contains(format.as_str()), "{fault}");
    }
    let unknown = Input { name: "x", format: None, text: "hello" };
    let fault = observe(&[unknown], &Options::default()).unwrap_err();
    assert!(fault.to_string().contains("looks like none of"), "{fault}");
}

#[test]
fn deep_and_odd_json_is_no_crash() {
    let deep = "[".repeat(100_000);
    assert_eq!(fault(Format::Docker, &deep).code(), "unreadable");
    assert_eq!(fault(Format::Json, &format!("{{\"services\":{deep}")).code(), "unreadable");
    assert_eq!(fault(Format::Hubble, &format!("{{\"flow\":{deep}")).code(), "unreadable");
}

#[test]
fn limits_are_errors_that_name_themselves() {
    let text = "{\"connections\": [{\"source\": \"a\", \"target\": \"b\", \"port\": 1},\n{\"source\": \"a\", \"target\": \"c\", \"port\": 1}]}";
    let full = Limits { bytes: 1000, lines: 10, services: 3, edges: 2 };
    let with = |limits| {
        let options = Options { limits, ..Options::default() };
        observe(&[Input { name: "x", format: None, text }], &options)
    };
    assert!(with(full).is_ok());
    for (limits, word) in [
        (Limits { bytes: 100, ..full }, "100 bytes"),
        (Limits { lines: 0, ..full }, "0 lines"),
        (Limits { services: 2, ..full }, "2 services"),
        (Limits { edges: 1, ..full }, "1 edges"),
    ] {
        let fault = with(limits).unwrap_err();
        assert_eq!(fault.code(), "too_large");
        assert!(fault.to_string().contains(word), "{fault}");
    }
}

#[test]
fn an_address_of_two_services_is_an_error() {
    let text = r#"{"services": [{"name": "a", "addresses": ["10.0.0.7"]}, {"name": "b", "addresses": ["::ffff:10.0.0.7"]}]}"#;
    let fault = fault(Format::Json, text);
    assert_eq!(fault.code(), "address_twice");
    assert!(fault.to_string().contains("`default/a` and `default/b`"), "{fault}");
}

mod never_crashes {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_the_text(text in "(\\PC|[\\n\\t ={}\\[\\]\":.,0-9]){0,200}") {
            for format in Format::ALL {
                let input = Input { name: "x", format: Some(format), text: &text };
                let _ = observe(&[input], &Options::default());
            }
            let _ = observe(&[Input { name: "x", format: None, text: &text }], &Options::default());
        }

        #[test]
        fn whatever_stands_in_a_line(words in proptest::collection::vec("tcp|udp|ESTAB|LISTEN|src=10.0.0.1|dst=10.0.0.2|sport=1|dport=2|10.0.0.1:1|\\[::1\\]:2|\\*:3|0|\\[UNREPLIED\\]", 0..14)) {
            let text = words.join(" ");
            for format in [Format::Conntrack, Format::Ss] {
                let input = Input { name: "x", format: Some(format), text: &text };
                let _ = observe(&[input], &Options::default());
            }
        }
    }
}

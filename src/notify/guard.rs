//! Which addresses notifications go to: public ones, and loopback where the configuration says so.
//!
//! Of version 6 only what is handed out as global is let through, so whatever wraps an address of version 4 (mapped,
//! compatible, 6to4, NAT64, Teredo) never arrives at one. It is asked of the very addresses that are connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether something may be sent to this address.
pub(in crate::notify) fn may_go_to(address: IpAddr, loopback: bool) -> bool {
    match address {
        IpAddr::V4(v4) if v4.is_loopback() => loopback,
        IpAddr::V6(v6) if v6 == Ipv6Addr::LOCALHOST => loopback,
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..) // this network, private, loopback, multicast, reserved and broadcast
            | (100, 64..=127, _) // shared by carriers
            | (169, 254, _) // link-local, where clouds keep their metadata
            | (172, 16..=31, _) // private
            | (192, 168, _) // private
            | (192, 0, 0 | 2) // protocols, documentation
            | (192, 88, 99) // 6to4 relays
            | (198, 18 | 19, _) // benchmarks
            | (198, 51, 100) // documentation
            | (203, 0, 113) // documentation
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = a & 0xe000 == 0x2000;
    let protocols = a == 0x2001 && b < 0x0200; // Teredo, benchmarks, ORCHID
    let documentation = (a == 0x2001 && b == 0x0db8) || (a == 0x3fff && b < 0x1000);
    let six_to_four = a == 0x2002;
    global && !protocols && !documentation && !six_to_four
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_gone_to() {
        for bad in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.254",
            "127.0.0.1",
            "127.1.2.3",
            "127.255.255.255",
            "169.254.169.254",
            "169.254.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:7f00:1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:8.8.8.8",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "3fff:fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
        ] {
            let address: IpAddr = bad.parse().unwrap();
            assert!(!may_go_to(address, false), "{bad}");
            let loopback = bad.starts_with("127.") || bad == "::1";
            assert_eq!(may_go_to(address, true), loopback, "{bad}");
        }
        for good in [
            "1.1.1.1",
            "8.8.8.8",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "162.159.135.232",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700::6810:1",
            "2a00:1450::1",
        ] {
            let address: IpAddr = good.parse().unwrap();
            assert!(may_go_to(address, false) && may_go_to(address, true), "{good}");
        }
    }
}

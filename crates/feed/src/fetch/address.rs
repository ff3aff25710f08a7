//! Which addresses the fetcher may dial: public unicast, and nothing else.
//!
//! The two tables are IANA's special-purpose registries (RFC 6890 and its updates), less the few entries that are
//! ordinary hosts, plus one cloud platform's own address. IPv6 is an allow-list: only 2000::/3 is handed out, so what
//! lies outside is refused without having to be known. IPv4 inside IPv6 is judged as the IPv4 address it reaches.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

type V4Block = (Ipv4Addr, u32, &'static str);
type V6Block = (Ipv6Addr, u32, &'static str);

const V4: &[V4Block] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "an unspecified address"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "a private network address"),
    (
        Ipv4Addr::new(100, 64, 0, 0),
        10,
        "an address inside a provider's network",
    ),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine's own address"),
    (
        Ipv4Addr::new(168, 63, 129, 16),
        32,
        "a cloud platform's internal address",
    ),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local address"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "a private network address"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "a reserved address"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "an address for documentation"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a reserved address"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "a private network address"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "an address for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "an address for documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "an address for documentation"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved address"),
];

const V6: &[V6Block] = &[
    (Ipv6Addr::UNSPECIFIED, 128, "an unspecified address"),
    (Ipv6Addr::LOCALHOST, 128, "this machine's own address"),
    (
        Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0),
        7,
        "a private network address",
    ),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "a link-local address"),
    (
        Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0),
        10,
        "a private network address",
    ),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "a multicast address"),
    // Benchmarks, ORCHID and Teredo, which wraps two IPv4 addresses and has been retired: none is a web server.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "a reserved address"),
    (
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
        32,
        "an address for documentation",
    ),
    // 6to4 wraps an IPv4 address and has been retired (RFC 7526).
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "a reserved address"),
    (
        Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0),
        20,
        "an address for documentation",
    ),
];

const GLOBAL_UNICAST: V6Block = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3, "");
const MAPPED: V6Block = (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, "");
const NAT64: V6Block = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96, "");

/// What kind of address this is when it is not a public one; `None` means that it may be dialled.
#[must_use]
pub fn why_not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => why_not_public_v4(v4),
        IpAddr::V6(v6) => why_not_public_v6(v6),
    }
}

fn why_not_public_v4(address: Ipv4Addr) -> Option<&'static str> {
    V4.iter().find(|block| in_v4(address, block)).map(|(_, _, why)| *why)
}

fn why_not_public_v6(address: Ipv6Addr) -> Option<&'static str> {
    // A network without IPv4 of its own reaches public IPv4 servers through NAT64, so these two are looked into.
    if in_v6(address, &MAPPED) || in_v6(address, &NAT64) {
        let [.., a, b, c, d] = address.octets();
        return why_not_public_v4(Ipv4Addr::new(a, b, c, d));
    }

    V6.iter()
        .find(|block| in_v6(address, block))
        .map(|(_, _, why)| *why)
        .or_else(|| (!in_v6(address, &GLOBAL_UNICAST)).then_some("a reserved address"))
}

fn in_v4(address: Ipv4Addr, (network, bits, _): &V4Block) -> bool {
    (address.to_bits() ^ network.to_bits()).leading_zeros() >= *bits
}

fn in_v6(address: Ipv6Addr, (network, bits, _): &V6Block) -> bool {
    (address.to_bits() ^ network.to_bits()).leading_zeros() >= *bits
}

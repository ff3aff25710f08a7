//! Which addresses count as public.

use std::net::IpAddr;

use paperround_feed::why_not_public;

#[test]
fn public_addresses_may_be_dialled() {
    for address in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::1",
        "2606:4700::1111",
        "2a00::1",
        "3ffe:ffff::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
    ] {
        assert_eq!(why_not_public(address.parse::<IpAddr>().unwrap()), None, "{address}");
    }
}

#[test]
fn all_other_addresses_may_not() {
    for (address, why) in [
        ("0.0.0.0", "an unspecified address"),
        ("0.1.2.3", "an unspecified address"),
        ("10.0.0.1", "a private network address"),
        ("10.255.255.255", "a private network address"),
        ("100.64.0.0", "an address inside a provider's network"),
        ("100.127.255.255", "an address inside a provider's network"),
        ("127.0.0.1", "this machine's own address"),
        ("127.255.255.254", "this machine's own address"),
        ("168.63.129.16", "a cloud platform's internal address"),
        ("169.254.169.254", "a link-local address"),
        ("172.16.0.1", "a private network address"),
        ("172.31.255.255", "a private network address"),
        ("192.0.0.8", "a reserved address"),
        ("192.0.2.1", "an address for documentation"),
        ("192.88.99.1", "a reserved address"),
        ("192.168.1.1", "a private network address"),
        ("198.18.0.1", "an address for benchmarks"),
        ("198.19.255.255", "an address for benchmarks"),
        ("198.51.100.7", "an address for documentation"),
        ("203.0.113.7", "an address for documentation"),
        ("224.0.0.1", "a multicast address"),
        ("239.255.255.255", "a multicast address"),
        ("240.0.0.1", "a reserved address"),
        ("255.255.255.255", "a reserved address"),
        ("::", "an unspecified address"),
        ("::1", "this machine's own address"),
        ("::ffff:127.0.0.1", "this machine's own address"),
        ("::ffff:10.0.0.1", "a private network address"),
        ("::ffff:169.254.169.254", "a link-local address"),
        ("::127.0.0.1", "a reserved address"),
        ("::8.8.8.8", "a reserved address"),
        ("64:ff9b::10.0.0.1", "a private network address"),
        ("64:ff9b::7f00:1", "this machine's own address"),
        ("64:ff9b:1::8.8.8.8", "a reserved address"),
        ("100::1", "a reserved address"),
        ("2001::1", "a reserved address"),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", "a reserved address"),
        ("2001:2::1", "a reserved address"),
        ("2001:20::1", "a reserved address"),
        ("2001:db8::1", "an address for documentation"),
        ("2002:7f00:1::1", "a reserved address"),
        ("2002:808:808::1", "a reserved address"),
        ("3fff::1", "an address for documentation"),
        ("4000::1", "a reserved address"),
        ("5f00::1", "a reserved address"),
        ("fc00::1", "a private network address"),
        ("fd00:ec2::254", "a private network address"),
        ("fe80::1", "a link-local address"),
        ("fec0::1", "a private network address"),
        ("ff02::1", "a multicast address"),
    ] {
        assert_eq!(
            why_not_public(address.parse::<IpAddr>().unwrap()),
            Some(why),
            "{address}"
        );
    }
}

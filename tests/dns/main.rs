//! DNS: the pure part in tables, PowerDNS and BIND for real, Cloudflare and HestiaCP against stand-ins written from
//! their published documentation.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub
)]

#[path = "../behaviour/acts.rs"]
#[allow(dead_code)]
mod acts;
mod bind;
mod cloudflare;
#[path = "../behaviour/commits.rs"]
mod commits;
mod differences;
mod fake;
mod hestiacp;
#[path = "../behaviour/home.rs"]
#[allow(dead_code, reason = "what only the behaviour tests use")]
mod home;
mod http;
mod lifecycle;
mod names;
#[path = "../behaviour/outage.rs"]
#[allow(dead_code, reason = "what only the behaviour tests use")]
mod outage;
mod powerdns;
mod servers;
mod services;
mod silence;
#[path = "../behaviour/support.rs"]
#[allow(dead_code, reason = "what only the behaviour tests use")]
mod support;
mod thousand;
mod verbs;
mod zones;

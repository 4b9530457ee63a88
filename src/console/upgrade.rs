//! The request by which a browser asks for its console's websocket: read, judged, answered. The web server before us has
//! passed it on as it came, its `Host` too.

use super::listen::Stream;
use crate::words::clock::Clock;
use crate::words::limits;
use data_encoding::HEXLOWER;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::time::Duration;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, Response, create_response, write_response};
use tungstenite::http::{HeaderValue, header};

/// The protocol of all consoles, and what a grant begins with among the protocols that are asked for: so it is in no log.
const PROTOCOL: &str = "binary";
const GRANT: &str = "pk.";
/// By this the answer is known to be ours.
const MARK: &str = "X-Proxmoxkvm-Console: here\r\n";
const MOST_COOKIES: usize = 50;

/// Who knocks, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Knock {
    /// The host that was asked, in lower case; its page is the one that asks.
    pub host: String,
    /// SHA-256 of each of the browser's cookies, in hexadecimal digits.
    pub sessions: Vec<String>,
    /// The sealed grant.
    pub sealed: String,
}

/// Reads the head of a request, and what has come behind it; `None`: it is none, or not complete in time.
pub(super) fn read(stream: &mut Stream, clock: &dyn Clock) -> Option<(Request, Vec<u8>)> {
    let deadline = clock.now() + limits::CONSOLE_HEAD_SECONDS;
    let (mut head, mut chunk) = (Vec::new(), [0_u8; 4 << 10]);
    loop {
        if let Some((size, request)) = Request::try_parse(&head).ok()? {
            return Some((request, head.split_off(size)));
        }
        let left = deadline - clock.now();
        if left <= 0.0 || head.len() > limits::CONSOLE_HEAD_BYTES {
            return None;
        }
        stream.wait_for(Some(Duration::from_secs_f64(left.max(0.001)))).ok()?;
        match stream.read(&mut chunk) {
            Ok(size) if size > 0 => head.extend_from_slice(&chunk[..size]),
            _ => return None,
        }
    }
}

/// What a request asks for; `Err`: the status of HTTP that answers it. 200: a page only asks whether anybody is here.
pub(super) fn judge(request: &Request) -> Result<(Knock, Response), u16> {
    if request.uri().query() == Some("ping") {
        return Err(200);
    }
    let mut response = create_response(request).map_err(|_| 400_u16)?;
    let text = |name: header::HeaderName| {
        let values = request.headers().get_all(name).iter();
        values.filter_map(|value| value.to_str().ok()).collect::<Vec<_>>()
    };
    let (hosts, origins) = (text(header::HOST), text(header::ORIGIN));
    let (&[host], &[origin]) = (hosts.as_slice(), origins.as_slice()) else {
        return Err(400);
    };
    let from = origin.split_once("://").map(|(_, host)| host).unwrap_or_default();
    if host.is_empty() || !is_host(from, host) {
        return Err(403);
    }
    let asked = text(header::SEC_WEBSOCKET_PROTOCOL).join(",");
    let asked: Vec<&str> = asked.split(',').map(str::trim).collect();
    let grant = asked.iter().find_map(|one| one.strip_prefix(GRANT));
    let (Some(sealed), true) = (grant, asked.contains(&PROTOCOL)) else {
        return Err(400);
    };
    let cookies = text(header::COOKIE).join(";");
    let values = cookies.split(';').filter_map(|cookie| cookie.split_once('='));
    // PHP hashes what it has read: a cookie with `%2C` in it is one with a comma there
    let hashed = values.map(|(_, value)| {
        let value: Vec<u8> = percent_decode_str(value.trim()).collect();
        HEXLOWER.encode(&Sha256::digest(value))
    });
    let headers = response.headers_mut();
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let knock = Knock {
        host: host.to_ascii_lowercase(),
        sessions: hashed.take(MOST_COOKIES).collect(),
        sealed: sealed.to_owned(),
    };
    Ok((knock, response))
}

/// Whether a host that a browser names is one that a web server has named: some leave out the port (nginx of Debian, `$host`).
pub(super) fn is_host(found: &str, named: &str) -> bool {
    let name = match found.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => found,
    };
    found.eq_ignore_ascii_case(named) || name.eq_ignore_ascii_case(named)
}

/// Switches the protocol; whether that could be said.
pub(super) fn welcome(stream: &mut Stream, response: &Response) -> bool {
    let mut head = Vec::new();
    write_response(&mut head, response).is_ok() && stream.write_all(&head).is_ok()
}

/// Answers with a status, and nothing else.
pub(super) fn refuse(stream: &mut Stream, status: u16) {
    let head = format!(
        "HTTP/1.1 {status} \r\n{MARK}Cache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "GET /modules/servers/proxmoxkvm/ws HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const REST: [&str; 4] = [
        "Host: Billing.example.com:8443",
        "Origin: https://billing.example.com:8443",
        "Cookie: WHMCSx=secret-session; theme=six",
        "Sec-WebSocket-Protocol: binary, pk.abc",
    ];

    fn judged(head: &str, rest: [&str; 4]) -> Result<Knock, u16> {
        let head = format!("{head}{}\r\n\r\n", rest.join("\r\n"));
        let (_, request) = Request::try_parse(head.as_bytes()).unwrap().unwrap();
        judge(&request).map(|(knock, _)| knock)
    }

    #[test]
    fn who_knocks_is_a_page_of_the_host_that_it_asks() {
        let knock = judged(HEAD, REST).unwrap();
        assert_eq!(
            (knock.host.as_str(), knock.sealed.as_str()),
            ("billing.example.com:8443", "abc")
        );
        assert_eq!(knock.sessions[0], HEXLOWER.encode(&Sha256::digest(b"secret-session")));
        let [host, origin, cookie, protocol] = REST;
        for (rest, status) in [
            (["X: y", origin, cookie, protocol], 400),
            ([host, "X: y", cookie, protocol], 400),
            ([host, "Origin: https://evil.example.com", cookie, protocol], 403),
            ([host, "Origin: https://billing.example.com", cookie, protocol], 403),
            ([host, "Origin: null", cookie, protocol], 403),
            ([host, origin, cookie, "Sec-WebSocket-Protocol: binary"], 400),
            ([host, origin, cookie, "Sec-WebSocket-Protocol: pk.abc"], 400),
            ([host, origin, cookie, "X: y"], 400),
        ] {
            assert_eq!(judged(HEAD, rest), Err(status), "{rest:?}");
        }
        let without_port = judged(HEAD, ["Host: billing.example.com", origin, cookie, protocol]);
        assert_eq!(without_port.unwrap().host, "billing.example.com");
        assert!(is_host("[::1]:8443", "[::1]:8443") && is_host("[::1]:8443", "[::1]") && is_host("a", "a"));
        assert!(!is_host("a:1", "a:2") && !is_host("a", "a:1") && !is_host("a.b", "a") && !is_host("", "a"));
        let plain = "GET /modules/servers/proxmoxkvm/ws HTTP/1.1\r\n";
        assert_eq!(judged(plain, REST), Err(400));
        assert_eq!(judged(&plain.replace("ws ", "ws?ping "), REST), Err(200));
        assert_eq!(judged(&HEAD.replace("13", "8"), REST), Err(400));
        assert_eq!(
            judged(HEAD, [host, origin, "X: y", protocol]).unwrap().sessions.len(),
            0
        );
    }
}

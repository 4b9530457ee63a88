//! Servers that are silent, slow or lying: each costs its time limit at most, and is not believed.

use super::http::{HttpServer, Response};
use super::servers::budget;
use proxmoxkvm::dns::{Budget, Error, Provider, ZoneConfig, open};
use proxmoxkvm::words::clock::{Clock, SystemClock};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

const SECRET: &str = "c2VjcmV0LW9mLXRoaXMtdGVzdC1hbmQtb2Ytbm8tb3RoZXI=";

/// One provider of each protocol at this address.
fn providers(at: SocketAddr) -> Vec<Box<dyn Provider>> {
    let http = format!("http://{at}");
    let all = [
        json!({"id": 1, "provider": "powerdns", "zone": "example.com", "endpoint": http}),
        json!({"id": 2, "provider": "cloudflare", "zone": "example.com", "endpoint": http}),
        json!({"id": 3, "provider": "hestiacp", "zone": "example.com", "endpoint": http, "key_name": "k", "user": "bob"}),
        json!({"id": 4, "provider": "rfc2136", "zone": "example.com", "endpoint": at.to_string(), "key_name": "k"}),
    ];
    all.iter()
        .map(|fields| open(&ZoneConfig::parse(fields, SECRET.into()).unwrap()))
        .collect()
}

/// Answers every connection with one function; the thread ends when the listener's last connection was this one's.
fn serve(answer: fn(TcpStream)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap())));
    address
}

fn fails_in_time(provider: &dyn Provider) -> Error {
    let begun = Instant::now();
    let short = Budget {
        clock: &SystemClock,
        until: SystemClock.now() + 0.4,
    };
    let error = provider.test(&short).unwrap_err();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{error} after {:?}",
        begun.elapsed()
    );
    assert!(error.problem().retry, "{error}");
    error
}

#[test]
fn who_never_answers_costs_the_time_limit() {
    // connections stand in the backlog
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for provider in providers(silent.local_addr().unwrap()) {
        assert_eq!(fails_in_time(provider.as_ref()).problem().code, "dns_no_answer");
    }
}

#[test]
fn who_answers_drop_by_drop_gets_no_more_time() {
    /// A byte whenever nothing has come for a while, without end.
    fn drip(mut stream: TcpStream) {
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut head = Some("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        let mut bytes = [0; 4096];
        loop {
            match stream.read(&mut bytes) {
                Ok(0) => return,
                Ok(_) => {}
                Err(_) => {
                    let text = head.take().unwrap_or(" ");
                    if stream.write_all(text.as_bytes()).is_err() {
                        return;
                    }
                }
            }
        }
    }
    fn drip_in_binary(mut stream: TcpStream) {
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut bytes = [0; 4096];
        loop {
            match stream.read(&mut bytes) {
                Ok(0) => return,
                Ok(_) => {}
                Err(_) if stream.write_all(&[1]).is_err() => return,
                Err(_) => {}
            }
        }
    }
    let at = serve(drip);
    for provider in &providers(at)[..3] {
        assert_eq!(fails_in_time(provider.as_ref()).problem().code, "dns_no_answer");
    }
    let at = serve(drip_in_binary);
    assert_eq!(fails_in_time(providers(at)[3].as_ref()).problem().code, "dns_no_answer");
}

/// Reads a question's head, then says something; `for_ever`, as long as anybody listens.
fn answer(mut stream: TcpStream, head: &str, rest: &str, for_ever: bool) {
    let mut bytes = [0; 4096];
    let _ = stream.read(&mut bytes);
    let mut said = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}").as_bytes());
    said = said.and_then(|()| stream.write_all(rest.as_bytes()));
    while said.is_ok() && for_ever {
        said = stream.write_all(rest.as_bytes());
    }
}

#[test]
fn an_answer_beyond_the_limits_is_refused() {
    const MIB: usize = 1 << 20;
    fn hundred_megabytes(stream: TcpStream) {
        answer(stream, "Content-Length: 100000000\r\n\r\n", &" ".repeat(MIB), true);
    }
    fn chunks_without_end(stream: TcpStream) {
        let chunk = format!("{MIB:x}\r\n{}\r\n", " ".repeat(MIB));
        answer(stream, "Transfer-Encoding: chunked\r\n\r\n", &chunk, true);
    }
    fn no_length_and_no_end(stream: TcpStream) {
        answer(stream, "\r\n", &" ".repeat(MIB), true);
    }
    fn small_things(stream: TcpStream) {
        let many = format!("[{}1]", "{\"a\":1},".repeat(1_000_000));
        answer(stream, &format!("Content-Length: {}\r\n\r\n", many.len()), &many, false);
    }
    for lie in [
        hundred_megabytes,
        chunks_without_end,
        no_length_and_no_end,
        small_things,
    ] {
        let at = serve(lie);
        for provider in &providers(at)[..3] {
            let error = provider.test(&budget()).unwrap_err();
            assert_eq!(error.problem().code, "dns_unexpected", "{error}");
            assert!(error.to_string().contains("far too long"), "{error}");
        }
    }
}

#[test]
fn headers_without_end_are_no_answer() {
    fn headers(stream: TcpStream) {
        answer(stream, "", &"X-More: to come\r\n".repeat(1000), true);
    }
    let at = serve(headers);
    for provider in &providers(at)[..3] {
        let error = provider.test(&budget()).unwrap_err();
        assert_eq!(error.problem().code, "dns_no_answer", "{error}");
    }
}

/// The parser gives up at a depth of 128: no stack is too small for it.
#[test]
fn a_deep_answer_is_none() {
    for status in [200, 500] {
        for (open, close) in [("[", "]"), ("{\"result\":", "}")] {
            let body = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
            let server = HttpServer::start(move |_| Some(Response::new(status, body.clone())));
            for provider in &providers(server.address)[..3] {
                let error = provider.test(&budget()).unwrap_err();
                assert_eq!(error.problem().code, "dns_unexpected", "{status}: {error}");
                assert!(error.to_string().len() < 700, "{error}");
            }
        }
    }
}

#[test]
fn a_redirection_is_not_followed() {
    let elsewhere = HttpServer::start(|_| Some(Response::new(200, "[]")));
    for status in [301, 302, 303, 307, 308] {
        let location = format!("http://localhost:{}/", elsewhere.address.port());
        let server = HttpServer::start(move |_| Some(Response::new(status, "").with("Location", &location)));
        for provider in &providers(server.address)[..3] {
            let error = provider.test(&budget()).unwrap_err();
            assert_eq!(error.problem().code, "dns_unexpected", "{status}: {error}");
            assert!(error.to_string().contains("leads elsewhere"), "{error}");
        }
        assert_eq!(server.taken().len(), 3);
    }
    assert_eq!(elsewhere.taken(), Vec::<String>::new(), "the key is sent nowhere else");
}

#[test]
fn an_update_whose_answer_is_not_signed_is_not_believed() {
    /// The question itself, marked as an answer: with the signature of a question.
    fn echo(mut stream: TcpStream) {
        let mut length = [0; 2];
        while stream.read_exact(&mut length).is_ok() {
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut message).unwrap();
            message[2] |= 0b1000_0100;
            stream.write_all(&[&length, message.as_slice()].concat()).unwrap();
        }
    }
    /// "No error", and nothing else.
    fn bare(mut stream: TcpStream) {
        let mut length = [0; 2];
        while stream.read_exact(&mut length).is_ok() {
            let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
            stream.read_exact(&mut message).unwrap();
            let answer = [0, 12, message[0], message[1], 0b1000_0100, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            stream.write_all(&answer).unwrap();
        }
    }
    for lie in [echo, bare] {
        let at = serve(lie);
        let error = providers(at)[3].test(&budget()).unwrap_err();
        assert_eq!(error.problem().code, "dns_unexpected", "{error}");
        assert!(error.to_string().contains("is not signed with the key k"), "{error}");
    }
}

#[test]
fn what_is_no_api_is_said_to_be_none() {
    for (status, body) in [
        (200, "<html>welcome</html>"),
        (301, ""),
        (500, "oops"),
        (503, ""),
        (200, "[]"),
    ] {
        let server =
            HttpServer::start(move |_| Some(Response::new(status, body).with("Location", "http://127.0.0.1:1/")));
        for provider in &providers(server.address)[..3] {
            let error = provider.test(&budget()).unwrap_err();
            assert!(
                ["dns_unexpected", "dns_no_answer"].contains(&error.problem().code),
                "{status}: {error}"
            );
            assert!(!error.to_string().contains(SECRET), "{error}");
        }
        assert_eq!(server.taken().len(), 3, "a redirection is not followed");
    }
}

/// A zone may name any address in the hoster's network.
#[test]
fn no_other_service_is_read_through_the_test_of_a_zone() {
    let page = "<html>the intranet of example.com</html>";
    let data =
        r#"{"secrets": ["the intranet of example.com"], "errors": "the intranet", "error": {"at": "the intranet"}}"#;
    for status in [200, 204, 400, 401, 403, 404, 418, 422, 500, 502] {
        for (body, kind) in [
            (page, "text/html; the intranet"),
            (data, "application/json"),
            (page, "the intranet"),
        ] {
            let server = HttpServer::start(move |_| Some(Response::new(status, body).with("Content-Type", kind)));
            for provider in &providers(server.address)[..3] {
                let error = provider.test(&budget()).unwrap_err().to_string();
                assert!(!error.contains("intranet"), "{status} {kind}: {error}");
            }
        }
    }
    // what tells is said
    let server =
        HttpServer::start(move |_| Some(Response::new(418, page).with("Content-Type", "text/html; charset=utf-8")));
    for provider in [0, 2] {
        let error = providers(server.address)[provider]
            .test(&budget())
            .unwrap_err()
            .to_string();
        assert!(error.contains("text/html") && error.contains("418"), "{error}");
    }
    let server = HttpServer::start(|_| Some(Response::new(400, r#"{"error": "zone is locked"}"#)));
    let error = providers(server.address)[0].test(&budget()).unwrap_err().to_string();
    assert!(error.contains("zone is locked"), "{error}");
}

#[test]
fn a_certificate_is_checked_before_the_key_is_sent() {
    let server = pvesim::Sim::start(pvesim::Options::default());
    let folder = tempfile::TempDir::new().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, server.ca_pem()).unwrap();
    let test = |field: &str, value: &str| {
        let mut fields = json!({"id": 1, "provider": "powerdns", "zone": "example.com", "endpoint": server.url()});
        fields[field] = json!(value);
        open(&ZoneConfig::parse(&fields, SECRET.into()).unwrap())
            .test(&budget())
            .unwrap_err()
    };
    for (field, value) in [("ca", ""), ("fingerprint", "00".repeat(32).as_str())] {
        let error = test(field, value);
        assert_eq!(
            (error.problem().code, error.problem().retry),
            ("dns_not_trusted", false),
            "{error}"
        );
        assert!(
            error.to_string().contains(&server.fingerprint()),
            "the sentence that fixes it: {error}"
        );
    }
    assert_eq!(server.requests().len(), 0, "no request left");
    // it is no PowerDNS, but it is trusted
    for (field, value) in [("ca", ca.to_str().unwrap()), ("fingerprint", &server.fingerprint())] {
        let error = test(field, value);
        assert_ne!(error.problem().code, "dns_not_trusted", "{error}");
    }
    assert_eq!(server.requests().len(), 2);
}

/// An error page that quotes the request, as proxies have them, and the refusals of each API that quote its key.
#[test]
fn a_provider_that_quotes_its_key_is_not_repeated() {
    const KEY: &str = "z0ne/k3y+of=DNS\"x\"<1>";
    let bearer = data_encoding::BASE64.encode(format!("Bearer {KEY}").as_bytes());
    let encoded = percent_encoding::utf8_percent_encode(KEY, percent_encoding::NON_ALPHANUMERIC).to_string();
    for spelled in [KEY, &bearer, &encoded, &json!(KEY).to_string().replace('/', "\\/")] {
        let words = format!("bad key {spelled}");
        let faults = json!({"success": false, "errors": [{"code": 1, "message": words}], "error": words}).to_string();
        for (status, body) in [
            (400, faults.clone()),
            (403, faults),
            (400, words.clone()),
            (500, words.clone()),
        ] {
            let server = HttpServer::start(move |_| Some(Response::new(status, body.clone())));
            let endpoint = format!("http://{}", server.address);
            for provider in ["powerdns", "cloudflare", "hestiacp"] {
                let fields = json!({"id": 1, "provider": provider, "zone": "example.com", "endpoint": endpoint, "key_name": "k", "user": "bob"});
                let zone = open(&ZoneConfig::parse(&fields, KEY.into()).unwrap());
                let clock = SystemClock;
                let budget = Budget {
                    clock: &clock,
                    until: clock.now() + 10.0,
                };
                let error = zone.test(&budget).expect_err("refused").to_string();
                assert!(
                    !error.contains(spelled) && !error.contains("z0ne") && !error.contains(&bearer[10..20]),
                    "{provider} {status}: {error}"
                );
            }
        }
    }
}

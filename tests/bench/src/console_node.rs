//! A node as far as consoles need one, and as fast as one can be: the console itself is what is measured. A key comes back as it
//! is; who asks for a picture N pixels wide gets N MiB.

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::Role;
use tungstenite::{Message, WebSocket};

pub const MIB: usize = 1 << 20;
/// The length of a key, pressed or let go.
pub const KEY: usize = 8;
/// What is sent in one frame: pveproxy reads so much of a VNC server at once.
const FRAME: usize = 64 << 10;
const ANSWER: &str =
    r#"{"data":{"port":"5900","ticket":"PVEVNC:1","password":"12345678","user":"bench@pve","upid":"UPID:"}}"#;

type Tls = StreamOwned<ServerConnection, TcpStream>;

/// It serves until the process ends.
pub struct Node {
    pub port: u16,
    pub fingerprint: String,
    pub certificate: CertificateDer<'static>,
}

pub fn start() -> Node {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let hex: Vec<String> = Sha256::digest(&certificate)
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(vec![certificate.clone()], key)
        })
        .expect("a TLS server");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = config.clone();
            let serve = move || serve(stream, config).unwrap_or_default();
            std::thread::Builder::new()
                .stack_size(256 << 10)
                .spawn(serve)
                .expect("a thread");
        }
    });
    Node {
        port,
        fingerprint: hex.join(":"),
        certificate,
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut tls = StreamOwned::new(ServerConnection::new(config).ok()?, stream);
    loop {
        let head = head(&mut tls)?;
        let value = |name: &str| {
            let found = head.lines().filter_map(|line| line.split_once(": "));
            found
                .filter(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
                .next()
        };
        if let Some(key) = value("sec-websocket-key") {
            let accept = derive_accept_key(key.as_bytes());
            let head = format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: binary\r\n\r\n"
            );
            tls.write_all(head.as_bytes()).ok()?;
            return show(WebSocket::from_raw_socket(tls, Role::Server, None));
        }
        let mut body = vec![0; value("content-length").and_then(|size| size.parse().ok()).unwrap_or(0)];
        tls.read_exact(&mut body).ok()?;
        let size = ANSWER.len();
        let answer =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n{ANSWER}");
        tls.write_all(answer.as_bytes()).ok()?;
    }
}

fn head(tls: &mut Tls) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        tls.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

fn show(mut socket: WebSocket<Tls>) -> Option<()> {
    let mut heard: Vec<u8> = Vec::new();
    let init = [
        &[
            1, 64, 0, 200, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 1,
        ][..],
        b"n",
    ]
    .concat();
    let says: [(&[u8], usize); 4] = [(b"RFB 003.008\n", 12), (&[1, 1], 1), (&[0; 4], 1), (&init, 0)];
    for (said, answer) in says {
        say(&mut socket, said)?;
        while heard.len() < answer {
            heard.extend_from_slice(&hear(&mut socket)?);
        }
        heard.drain(..answer);
    }
    let picture = vec![0x5a_u8; FRAME];
    loop {
        let size = match heard.first() {
            Some(0) => 20,
            Some(3) => 10,
            Some(4) => KEY,
            Some(_) => return None,
            None => 1,
        };
        if heard.len() < size {
            heard.extend_from_slice(&hear(&mut socket)?);
            continue;
        }
        let message: Vec<u8> = heard.drain(..size).collect();
        match message[0] {
            4 => say(&mut socket, &message)?,
            3 => {
                let mib = usize::from(message[6]) << 8 | usize::from(message[7]);
                for _ in 0..mib * MIB / FRAME {
                    say(&mut socket, &picture)?;
                }
            }
            _ => {}
        }
    }
}

fn say(socket: &mut WebSocket<Tls>, bytes: &[u8]) -> Option<()> {
    socket.send(Message::Binary(bytes.to_vec().into())).ok()
}

fn hear(socket: &mut WebSocket<Tls>) -> Option<Vec<u8>> {
    loop {
        match socket.read().ok()? {
            Message::Binary(bytes) => return Some(bytes.into()),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

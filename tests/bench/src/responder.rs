//! An HTTPS server that answers everything at once with the same JSON: the client is what is measured.

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const BODY: &[u8] = br#"{"data":{"release":"9.1","repoid":"0123456789abcdef","version":"9.1.8"}}"#;

/// The running server; dropping it ends it.
pub struct Responder {
    pub port: u16,
    pub fingerprint: String,
    stop: Arc<AtomicBool>,
}

impl Responder {
    /// `needs`: the time that every answer takes.
    pub fn start(needs: Duration) -> Responder {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = made.cert.der().clone();
        let digest = Sha256::digest(&certificate);
        let hex: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key))
            .expect("a TLS server");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let config = config.clone();
                std::thread::spawn(move || serve(stream, config, needs));
            }
        });
        Responder {
            port,
            fingerprint: hex.join(":"),
            stop,
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // wakes the accepting thread
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, needs: Duration) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut tls = StreamOwned::new(ServerConnection::new(config).ok()?, stream);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nConnection: Keep-Alive\r\nContent-Length: {}\r\n\r\n",
        BODY.len()
    )
    .into_bytes();
    answer.extend_from_slice(BODY);
    let mut seen = Vec::new();
    let mut chunk = [0_u8; 8192];
    loop {
        // requests here have no body
        while !seen.windows(4).any(|window| window == b"\r\n\r\n") {
            match tls.read(&mut chunk).ok()? {
                0 => return None,
                n => seen.extend_from_slice(&chunk[..n]),
            }
        }
        seen.clear();
        wait(needs);
        tls.write_all(&answer).ok()?;
        tls.flush().ok()?;
    }
}

/// Sleeps most of it and spins the rest: a sleep alone is up to 0.1 ms late.
fn wait(needs: Duration) {
    let end = Instant::now() + needs;
    if needs > Duration::from_micros(200) {
        std::thread::sleep(needs - Duration::from_micros(200));
    }
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

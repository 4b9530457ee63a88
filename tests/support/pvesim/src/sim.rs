//! The HTTPS server around a [`Cluster`]: a thread per connection, loopback only, everything ends with the handle.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use rustls::{HandshakeKind, ServerConnection, StreamOwned};

use crate::cluster::{Cluster, Logged};
use crate::control;
use crate::http::{self, Incoming};
use crate::options::Options;
use crate::screens;
use crate::tls::{self, Tls};
use crate::types::{Reply, Request, Transport};
use crate::websocket;

type Hook = Arc<dyn Fn(&Request) + Send + Sync>;

/// Requests on one connection, then it is closed (`keep_alive` in `PVE::Service::pveproxy`).
const REQUESTS_KEPT: u32 = 100;
/// A connection without a request is closed (`timeout` in `PVE::APIServer::AnyEvent`).
const IDLE: Duration = Duration::from_secs(5);

pub(crate) struct Shared {
    cluster: Mutex<Cluster>,
    tls: Tls,
    pub(crate) stop: AtomicBool,
    /// Woken at the stop, so that nobody sleeps through it.
    wake: (Mutex<()>, Condvar),
    sockets: Mutex<BTreeMap<u64, TcpStream>>,
    handshakes: AtomicU64,
    resumed: AtomicU64,
    connections: AtomicU64,
    hook: Mutex<Option<Hook>>,
    port: u16,
    born: (Instant, f64),
}

impl Shared {
    pub(crate) fn now(&self) -> f64 {
        self.born.1 + self.born.0.elapsed().as_secs_f64()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Cluster> {
        self.cluster.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Sleeps, but not beyond the stop.
    fn sleep(&self, seconds: f64) {
        let end = Instant::now() + Duration::from_secs_f64(seconds.clamp(0.0, 3600.0));
        let mut guard = self.wake.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while !self.stop.load(Ordering::SeqCst) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            guard = match self.wake.1.wait_timeout(guard, left) {
                Ok((g, _)) => g,
                Err(_) => return,
            };
        }
    }
}

/// A running simulator. Dropping it stops the server and all its threads.
pub struct Sim {
    shared: Arc<Shared>,
    accept: Option<JoinHandle<()>>,
    token: (String, String),
}

impl Sim {
    /// Starts a server on a loopback port.
    ///
    /// # Panics
    /// When no socket or no certificate can be had: a test cannot go on then.
    pub fn start(options: Options) -> Self {
        Self::try_start(options).expect("the simulator starts")
    }

    /// As [`Sim::start`], with the error.
    pub fn try_start(options: Options) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let listener = TcpListener::bind(("127.0.0.1", options.port))?;
        let port = listener.local_addr()?.port();
        let tls = tls::make()?;
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs_f64();
        let token = (options.token_id(), options.token.1.clone());
        let mut cluster = Cluster::new(options, unix);
        cluster.fingerprint.clone_from(&tls.fingerprint);
        let shared = Arc::new(Shared {
            cluster: Mutex::new(cluster),
            tls,
            stop: AtomicBool::new(false),
            wake: (Mutex::new(()), Condvar::new()),
            sockets: Mutex::default(),
            handshakes: AtomicU64::new(0),
            resumed: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            hook: Mutex::new(None),
            port,
            born: (Instant::now(), unix),
        });
        let server = Arc::clone(&shared);
        let accept = std::thread::spawn(move || accept_loop(&server, &listener, &AtomicBool::new(false)));
        Ok(Self {
            shared,
            accept: Some(accept),
            token,
        })
    }

    /// `https://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.shared.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// SHA-256 of the certificate, upper case, with colons.
    pub fn fingerprint(&self) -> String {
        self.shared.tls.fingerprint.clone()
    }

    /// The certificate, which is its own authority.
    pub fn ca_pem(&self) -> String {
        self.shared.tls.pem.clone()
    }

    /// `root@pam!sim` and its secret.
    pub fn token(&self) -> (String, String) {
        self.token.clone()
    }

    /// The state, to read and to change. Settled up to now.
    pub fn cluster(&self) -> MutexGuard<'_, Cluster> {
        let mut guard = self.shared.lock();
        guard.advance(self.shared.now());
        guard
    }

    /// A copy of the request log.
    pub fn requests(&self) -> Vec<Logged> {
        self.shared.lock().log.clone()
    }

    /// How many of the handshakes went on with an earlier session.
    pub fn resumed(&self) -> u64 {
        self.shared.resumed.load(Ordering::SeqCst)
    }

    /// TLS handshakes completed so far.
    pub fn handshakes(&self) -> u64 {
        self.shared.handshakes.load(Ordering::SeqCst)
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Calls `hook` for every request, before it is handled and without the cluster's lock.
    pub fn on_request(&self, hook: impl Fn(&Request) + Send + Sync + 'static) {
        *self
            .shared
            .hook
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::new(hook));
    }

    /// Opens a further address of the same cluster (same certificate, state and log).
    ///
    /// # Panics
    /// When no socket can be had.
    pub fn add_endpoint(&self) -> Endpoint {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a further loopback port");
        let port = listener.local_addr().expect("its address").port();
        let stop = Arc::new(AtomicBool::new(false));
        let (server, own) = (Arc::clone(&self.shared), Arc::clone(&stop));
        let accept = std::thread::spawn(move || accept_loop(&server, &listener, &own));
        Endpoint {
            port,
            stop,
            accept: Some(accept),
        }
    }

    /// Closes all open connections (keep-alive ones too).
    pub fn drop_connections(&self) {
        let sockets = self
            .shared
            .sockets
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for s in sockets.values() {
            let _ = s.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        {
            let _awake = self
                .shared
                .wake
                .0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            self.shared.stop.store(true, Ordering::SeqCst);
            self.shared.wake.1.notify_all();
        }
        self.drop_connections();
        stop_listening(self.shared.port, self.accept.take());
    }
}

/// One last connection wakes the accept loop.
fn stop_listening(port: u16, thread: Option<JoinHandle<()>>) {
    let _ = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)));
    if let Some(t) = thread {
        let _ = t.join();
    }
}

/// A further address of the same cluster, as another node would be. Dropping it closes that address only.
pub struct Endpoint {
    port: u16,
    stop: Arc<AtomicBool>,
    accept: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// `https://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        stop_listening(self.port, self.accept.take());
    }
}

fn accept_loop(shared: &Arc<Shared>, listener: &TcpListener, stop: &AtomicBool) {
    let mut threads: Vec<JoinHandle<()>> = vec![];
    let mut mine = vec![];
    for stream in listener.incoming() {
        if shared.stop.load(Ordering::SeqCst) || stop.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let id = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        if shared.lock().refuses_connections() {
            continue;
        }
        mine.push(id);
        if let Ok(copy) = stream.try_clone() {
            shared
                .sockets
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .insert(id, copy);
        }
        let server = Arc::clone(shared);
        threads.retain(|t| !t.is_finished());
        threads.push(std::thread::spawn(move || {
            let _ = serve(&server, stream, id);
            server
                .sockets
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .remove(&id);
        }));
    }
    for id in mine {
        if let Some(s) = shared
            .sockets
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&id)
        {
            let _ = s.shutdown(Shutdown::Both);
        }
    }
    for t in threads {
        let _ = t.join();
    }
}

fn serve(shared: &Shared, mut stream: TcpStream, id: u64) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE))?;
    let endpoint = stream.local_addr()?.port();
    let mut first = [0_u8; 1];
    if stream.peek(&mut first)? == 0 {
        return Ok(());
    }
    if first[0].is_ascii_uppercase() {
        let mut head = [0_u8; 4096];
        let n = stream.read(&mut head)?;
        return stream.write_all(&http::moved(&String::from_utf8_lossy(&head[..n]), shared.port));
    }
    let connection = ServerConnection::new(Arc::clone(&shared.tls.config)).map_err(io::Error::other)?;
    let mut tls = StreamOwned::new(connection, stream);
    while tls.conn.is_handshaking() {
        tls.conn.complete_io(&mut tls.sock)?;
    }
    shared.handshakes.fetch_add(1, Ordering::SeqCst);
    if tls.conn.handshake_kind() == Some(HandshakeKind::Resumed) {
        shared.resumed.fetch_add(1, Ordering::SeqCst);
    }
    let mut buffer = vec![];
    let mut kept = REQUESTS_KEPT;
    while !shared.stop.load(Ordering::SeqCst) {
        match http::read(&mut tls, &mut buffer)? {
            Incoming::Closed => return Ok(()),
            Incoming::Idle => break,
            Incoming::Refused(reply) => {
                http::write(&mut tls, &reply, false)?;
                break;
            }
            Incoming::Request(mut request, keep) => {
                request.connection = id;
                request.endpoint = endpoint;
                let reply = answer(shared, &request);
                shared.sleep(reply.delay_s);
                if reply.transport == Transport::Closed {
                    return tls.sock.shutdown(Shutdown::Both);
                }
                if reply.status == 200 && websocket::is_wanted(&request) {
                    return screens::show(shared, &mut tls, &request, &reply);
                }
                kept -= 1;
                let keep = keep && kept > 0 && reply.status < 400;
                http::write(&mut tls, &http::pack(reply, &request), keep)?;
                if !keep {
                    break;
                }
            }
        }
    }
    tls.conn.send_close_notify();
    tls.flush()
}

fn answer(shared: &Shared, request: &Request) -> Reply {
    let hook = shared
        .hook
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .clone();
    if let Some(hook) = hook {
        hook(request);
    }
    let mut cluster = shared.lock();
    let now = shared.now();
    if request.path.starts_with("/_sim") {
        cluster.advance(now);
        return control::handle(&mut cluster, request);
    }
    cluster.handle(request, now)
}

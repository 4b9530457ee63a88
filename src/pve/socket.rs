//! A connection of its own to one endpoint, for what is no exchange: a console. Names, time limits and trust are those of
//! every other request.

use super::names;
use super::tls::{self, Rejected};
use super::wire::{Silence, not_trusted};
use crate::server::{Endpoint, Trust};
use crate::words::limits;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Bytes both ways.
pub trait Socket: Read + Write + Send {
    /// What can be waited for.
    fn descriptor(&self) -> RawFd;

    /// From here on a read waits for so long, and `None`: not at all, nor does a write.
    fn wait_for(&self, time: Option<Duration>) -> io::Result<()>;
}

/// TLS over TCP.
struct Encrypted(StreamOwned<ClientConnection, TcpStream>);

impl Read for Encrypted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Write for Encrypted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Socket for Encrypted {
    fn descriptor(&self) -> RawFd {
        self.0.sock.as_raw_fd()
    }

    fn wait_for(&self, time: Option<Duration>) -> io::Result<()> {
        self.0.sock.set_nonblocking(time.is_none())?;
        self.0.sock.set_read_timeout(time)?;
        self.0.sock.set_write_timeout(time)
    }
}

/// Connects, and trusts nobody else than every other request does.
pub(super) fn connect(endpoint: &Endpoint, trust: &Trust, within: Duration) -> Result<Box<dyn Socket>, Silence> {
    let unreached =
        |error: io::Error| Silence::NeverSent(format!("{endpoint}: {}", super::error::tidy(&error.to_string())));
    let within = within.min(limits::CONNECT_TIMEOUT);
    let addresses = names::addresses(&endpoint.host, endpoint.port, within).map_err(unreached)?;
    let mut stream = Err(io::ErrorKind::AddrNotAvailable.into());
    for address in addresses {
        stream = TcpStream::connect_timeout(&address, within);
        if stream.is_ok() {
            break;
        }
    }
    let mut stream = stream.map_err(unreached)?;
    let limited = stream.set_nodelay(true).and_then(|()| {
        stream.set_read_timeout(Some(within))?;
        stream.set_write_timeout(Some(within))
    });
    limited.map_err(unreached)?;
    let rejected = Rejected::default();
    let mut config = tls::client_config(trust, rejected.clone()).map_err(Silence::NotTrusted)?;
    // nobody comes back to it: what it would remember for that is memory of each console
    config.resumption = Resumption::disabled();
    let name = ServerName::try_from(endpoint.host.clone())
        .map_err(|_| Silence::NeverSent(format!("{endpoint}: no name that a certificate could have")))?;
    let mut tls = ClientConnection::new(Arc::new(config), name)
        .map_err(|error| Silence::NeverSent(format!("{endpoint}: {error}")))?;
    while tls.is_handshaking() {
        if let Err(error) = tls.complete_io(&mut stream) {
            let turned = rejected.lock().unwrap_or_else(PoisonError::into_inner).take();
            let cause = super::error::tidy(&error.to_string());
            return Err(match turned {
                Some(turned) => not_trusted(endpoint, &turned, &cause),
                None => unreached(error),
            });
        }
    }
    Ok(Box::new(Encrypted(StreamOwned::new(tls, stream))))
}

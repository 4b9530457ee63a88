//! The connections of consoles, from the websocket on: to a screen that is drawn here, or to a real QEMU.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use crate::rfb;
use crate::sim::Shared;
use crate::types::{Reply, Request};
use crate::websocket::{self, Frame};

/// So often a connection to a screen looks whether it is still there.
const LOOKS: Duration = Duration::from_millis(50);
/// And one to a real QEMU.
const PIPED: Duration = Duration::from_millis(2);

/// From here on the connection is that of a screen.
pub(crate) fn show(
    shared: &Shared,
    tls: &mut StreamOwned<ServerConnection, TcpStream>,
    request: &Request,
    reply: &Reply,
) -> io::Result<()> {
    let port = reply.data()["port"].as_str().and_then(|port| port.parse().ok());
    let taken = port.and_then(|port| {
        shared
            .lock()
            .take_port(request.endpoint, port)
            .map(|taken| (port, taken))
    });
    // nobody listens there: the connection is closed without a word
    let Some((port, taken)) = taken else { return Ok(()) };
    let mut done = Ok(());
    if websocket::accept(request, tls)? {
        done = match &taken.qemu {
            Some(qemu) => pipe(shared, tls, port, qemu.open(&taken.password)?),
            None => {
                tls.sock.set_read_timeout(Some(LOOKS))?;
                let (mut server, first) = rfb::Server::new(taken.kind, taken.vmid, &taken.password);
                talk(shared, tls, port, taken.vmid, &mut server, first)
            }
        };
    }
    let mut cluster = shared.lock();
    cluster.advance(shared.now());
    cluster.leave_port(port);
    done
}

/// Between a viewer and a real QEMU, as `qm vncproxy` does.
fn pipe(
    shared: &Shared,
    tls: &mut StreamOwned<ServerConnection, TcpStream>,
    port: u16,
    mut qemu: UnixStream,
) -> io::Result<()> {
    tls.sock.set_read_timeout(Some(PIPED))?;
    qemu.set_read_timeout(Some(PIPED))?;
    let mut buffer = vec![];
    let mut chunk = [0_u8; 64 * 1024];
    while !shared.stop.load(Ordering::SeqCst) && shared.lock().shown_by(port).is_some() {
        match qemu.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => {
                tls.write_all(&websocket::frame(0x82, &chunk[..n]))?;
                tls.flush()?;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        match tls.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(n) => buffer.extend_from_slice(&chunk[..n]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        while let Some(frame) = websocket::take(&mut buffer).map_err(io::Error::other)? {
            match frame {
                Frame::Data(bytes) => qemu.write_all(&bytes)?,
                Frame::Ping(payload) => tls.write_all(&websocket::frame(0x8a, &payload))?,
                Frame::Close => return Ok(()),
                Frame::Nothing => {}
            }
        }
    }
    tls.conn.send_close_notify();
    tls.flush()
}

fn talk(
    shared: &Shared,
    tls: &mut StreamOwned<ServerConnection, TcpStream>,
    port: u16,
    vmid: u32,
    server: &mut rfb::Server,
    first: Vec<u8>,
) -> io::Result<()> {
    let mut say = first;
    let mut buffer = vec![];
    let mut chunk = [0_u8; 16 * 1024];
    let mut is_over = false;
    let mut showing = None;
    while !shared.stop.load(Ordering::SeqCst) {
        let mut cluster = shared.lock();
        if cluster.consoles_are_dead() {
            drop(cluster);
            std::thread::sleep(LOOKS);
            continue;
        }
        cluster.advance(shared.now());
        let shown = cluster.shown_by(port);
        let is_still = shown.is_some() && showing.is_none_or(|before| shown == Some(before));
        showing = shown;
        let Some(pid) = shown.filter(|_| is_still && !is_over) else {
            break;
        };
        let screen = cluster.screen_of(vmid, pid);
        if say.is_empty() {
            say = server.paint(screen);
        }
        drop(cluster);
        for part in say.chunks(128 * 1024) {
            tls.write_all(&websocket::frame(0x82, part))?;
        }
        tls.flush()?;
        say.clear();
        match tls.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(n) => buffer.extend_from_slice(&chunk[..n]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        }
        while let Some(frame) = websocket::take(&mut buffer).map_err(io::Error::other)? {
            match frame {
                Frame::Data(bytes) => match server.hear(&bytes, shared.lock().screen_of(vmid, pid), shared.now()) {
                    Ok(said) => say.extend(said),
                    Err(last) => {
                        say.extend(last);
                        is_over = true;
                    }
                },
                Frame::Ping(payload) => tls.write_all(&websocket::frame(0x8a, &payload))?,
                Frame::Close => return Ok(()),
                Frame::Nothing => {}
            }
        }
    }
    for part in say.chunks(128 * 1024) {
        tls.write_all(&websocket::frame(0x82, part))?;
    }
    tls.conn.send_close_notify();
    tls.flush()
}

//! Where websockets come in: a socket in the file system, or a port of this machine alone.

use crate::process;
use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The web server is of the same user or group.
const MODE: u32 = 0o660;
/// Where nobody can be let in at this moment, it is tried again after this.
const BREATH: Duration = Duration::from_millis(100);

/// Somebody listens.
pub(super) enum Listener {
    Unix(UnixListener, PathBuf),
    Tcp(TcpListener),
}

/// Somebody has come.
#[derive(Debug)]
pub(super) enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Listener {
    /// At `unix:/path`, or at `127.0.0.1:port`. What a process that is gone has left at the path is removed.
    pub(super) fn at(address: &str) -> io::Result<Listener> {
        let listener = match address.strip_prefix("unix:") {
            Some(path) => Listener::unix(Path::new(path))?,
            None => Listener::Tcp(TcpListener::bind(local(address)?)?),
        };
        match &listener {
            Listener::Unix(listener, _) => listener.set_nonblocking(true)?,
            Listener::Tcp(listener) => listener.set_nonblocking(true)?,
        }
        Ok(listener)
    }

    fn unix(path: &Path) -> io::Result<Listener> {
        if !path.is_absolute() {
            return Err(io::Error::other("the path has to begin with /"));
        }
        if fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket()) {
            if UnixStream::connect(path).is_ok() {
                return Err(io::ErrorKind::AddrInUse.into());
            }
            fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(MODE))?;
        Ok(Listener::Unix(listener, path.to_owned()))
    }

    /// Who has come, if anybody has.
    pub(super) fn accept(&self) -> Option<Stream> {
        let come = match self {
            Listener::Unix(listener, _) => listener.accept().map(|(stream, _)| Stream::Unix(stream)),
            Listener::Tcp(listener) => listener.accept().map(|(stream, _)| {
                let _ = stream.set_nodelay(true);
                Stream::Tcp(stream)
            }),
        };
        if come
            .as_ref()
            .is_err_and(|error| error.kind() != io::ErrorKind::WouldBlock)
        {
            // no descriptor is left for who has come, and he would be heard of again at once
            process::wait_for(&[], BREATH);
        }
        come.ok()
    }

    /// What can be waited for.
    pub(super) fn descriptor(&self) -> RawFd {
        match self {
            Listener::Unix(listener, _) => listener.as_raw_fd(),
            Listener::Tcp(listener) => listener.as_raw_fd(),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Listener::Unix(_, path) = self {
            let _ = fs::remove_file(path);
        }
    }
}

/// Nobody of the network comes in without a web server before it.
fn local(address: &str) -> io::Result<SocketAddr> {
    let address: SocketAddr = address
        .parse()
        .map_err(|_| io::Error::other("it should be unix:/path or 127.0.0.1:port"))?;
    if !address.ip().is_loopback() {
        return Err(io::Error::other("it is no address of this machine alone"));
    }
    Ok(address)
}

impl Stream {
    /// From here on a read waits for so long, and a write too; `None`: not at all.
    pub(super) fn wait_for(&self, time: Option<Duration>) -> io::Result<()> {
        match self {
            Stream::Unix(stream) => {
                stream.set_nonblocking(time.is_none())?;
                stream.set_read_timeout(time)?;
                stream.set_write_timeout(time)
            }
            Stream::Tcp(stream) => {
                stream.set_nonblocking(time.is_none())?;
                stream.set_read_timeout(time)?;
                stream.set_write_timeout(time)
            }
        }
    }
}

impl AsRawFd for Stream {
    fn as_raw_fd(&self) -> RawFd {
        match self {
            Stream::Unix(stream) => stream.as_raw_fd(),
            Stream::Tcp(stream) => stream.as_raw_fd(),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Unix(stream) => stream.read(into),
            Stream::Tcp(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Unix(stream) => stream.write(bytes),
            Stream::Tcp(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Unix(stream) => stream.flush(),
            Stream::Tcp(stream) => stream.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_comes_in_and_what_the_dead_have_left_is_removed() {
        for address in ["0.0.0.0:0", "[::]:0", "example.com:80", "unix:relative", "", "8765"] {
            assert!(Listener::at(address).is_err(), "{address}");
        }
        assert!(Listener::at("127.0.0.1:0").is_ok());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("console.sock");
        let address = format!("unix:{}", path.display());
        let first = Listener::at(&address).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(Listener::at(&address).err().unwrap().kind(), io::ErrorKind::AddrInUse);
        drop(first);
        assert!(!path.exists());
        drop(UnixListener::bind(&path).unwrap());
        assert!(Listener::at(&address).is_ok(), "nobody listens there");
        fs::write(&path, "a file of somebody").unwrap();
        assert!(Listener::at(&address).is_err());
        assert!(path.exists());
    }
}

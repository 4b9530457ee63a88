//! The consoles of this web server: a folder of this user alone, and in it a place for each console. A place is held by a
//! lock of its file, which the system takes away with the process: nobody who died keeps one, and what he left in it is
//! removed by whoever comes next.

use crate::process;
use crate::words::ids::ServiceId;
use crate::words::limits;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// The longest path of a socket (`sockaddr_un`), with its end.
const PATH_BYTES: usize = 108;

/// Why there is no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum None {
    /// As many consoles as this web server may have are open.
    Full(usize),
    /// As many as the service may have are.
    OfService(usize),
    /// As many as the client may have are.
    OfClient(usize),
    /// The folder cannot be used.
    Folder(String),
}

/// Whose a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The service whose guest is shown.
    pub service: ServiceId,
    /// The client who looks; 0: staff.
    pub client: u64,
}

impl Owner {
    fn is_staff(self) -> bool {
        self.client == 0
    }

    /// Whether there is room for one more console of his, beside those that are open. `most`: so many there may be in all.
    /// Whoever helps a customer is not kept out by his consoles, and one customer not by another's.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn may_have_one_more(self, open: &[Owner], most: usize) -> Result<(), None> {
        let count = |is_one: &dyn Fn(&Owner) -> bool| open.iter().filter(|other| is_one(other)).count();
        let of_service = limits::CONSOLES_PER_SERVICE;
        if count(&|other| other.service == self.service && other.is_staff() == self.is_staff()) >= of_service {
            return Err(None::OfService(of_service));
        }
        let of_clients = if self.is_staff() {
            most
        } else {
            most.saturating_sub(1).max(1)
        };
        let of_client = limits::CONSOLES_PER_CLIENT.min(of_clients - 1).max(1);
        if !self.is_staff() && count(&|other| other.client == self.client) >= of_client {
            return Err(None::OfClient(of_client));
        }
        if open.len() >= most || count(&|other| other.is_staff() == self.is_staff()) >= of_clients {
            return Err(None::Full(of_clients));
        }
        Ok(())
    }
}

/// A place of this web server, held until it is dropped.
#[derive(Debug)]
pub struct Held {
    file: File,
    socket: PathBuf,
}

/// A place, and the socket that leads to it.
#[derive(Debug)]
pub struct Place {
    /// Where requests of the same browser come in.
    pub listener: UnixListener,
    /// Keeps both until it is dropped.
    pub held: Held,
}

/// Takes a place of a folder, with a socket of this name. `most`: so many there are in all.
///
/// # Errors
/// None is free, or the folder cannot be used.
pub fn take(folder: &Path, owner: Owner, name: &str, most: usize) -> Result<Place, None> {
    let unusable = |error: io::Error| None::Folder(format!("{}: {error}", folder.display()));
    prepare(folder).map_err(unusable)?;
    let socket = folder.join(name);
    if socket.as_os_str().len() >= PATH_BYTES {
        return Err(None::Folder(format!(
            "{}: the path is too long for a socket",
            folder.display()
        )));
    }
    let mut free = Option::None;
    let mut open_now = Vec::new();
    let most = most.clamp(1, limits::CONSOLES_PER_SERVER);
    for number in 0..most {
        let mut file = open(&folder.join(format!("place-{number}"))).map_err(unusable)?;
        let is_free = file.try_lock().is_ok();
        let left = read(&mut file);
        match (is_free, left) {
            (true, left) => {
                if let Some((_, name)) = left {
                    // its process is gone, and the system has taken its lock away
                    let _ = fs::remove_file(folder.join(name));
                }
                file.set_len(0).map_err(unusable)?;
                // the others are only cleaned, and let go
                free = free.or(Some(file));
            }
            (false, other) => open_now.extend(other.map(|(other, _)| other)),
        }
    }
    owner.may_have_one_more(&open_now, most)?;
    let mut file = free.ok_or(None::Full(most))?;
    file.rewind().map_err(unusable)?;
    write!(file, "{} {} {name}", owner.service, owner.client).map_err(unusable)?;
    let listener = listen(&socket).map_err(unusable)?;
    let held = Held { file, socket };
    Ok(Place { listener, held })
}

fn listen(socket: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A folder that nobody else can have made, read or written: in `/tmp` anybody may be first.
fn prepare(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.uid() != process::user() || found.mode() & 0o077 != 0 {
        return Err(io::Error::other("it is not a folder of this user alone"));
    }
    Ok(())
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

/// Whose a place is or was, and its socket.
fn read(file: &mut File) -> Option<(Owner, String)> {
    let mut text = String::new();
    file.take(200).read_to_string(&mut text).ok()?;
    let mut words = text.split(' ');
    let (service, client, name) = (words.next()?, words.next()?, words.next()?);
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    let owner = Owner {
        service: ServiceId(service.parse().ok()?),
        client: client.parse().ok()?,
    };
    is_name.then(|| (owner, name.to_owned()))
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.socket);
        let _ = self.file.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(service: u64, client: u64) -> Owner {
        let service = ServiceId(service);
        Owner { service, client }
    }

    fn take_in(folder: &Path, service: u64, name: &str, most: usize) -> Result<Place, None> {
        take(&folder.join("consoles"), owner(service, 0), name, most)
    }

    #[test]
    fn there_are_few_places_for_all_and_fewer_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let first = take_in(folder, 1, "a.sock", 3).unwrap();
        let _second = take_in(folder, 1, "b.sock", 3).unwrap();
        assert_eq!(take_in(folder, 1, "c.sock", 3).unwrap_err(), None::OfService(2));
        let _third = take_in(folder, 2, "c.sock", 3).unwrap();
        assert_eq!(take_in(folder, 3, "d.sock", 3).unwrap_err(), None::Full(3));
        assert!(folder.join("consoles/a.sock").exists());
        drop(first);
        assert!(!folder.join("consoles/a.sock").exists(), "its socket goes with it");
        take_in(folder, 1, "d.sock", 3).unwrap();
    }

    #[test]
    fn one_client_does_not_have_all_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let take_by = |client, service, name| take(&folder.path().join("consoles"), owner(service, client), name, 6);
        let first = take_by(3, 1, "a.sock").unwrap();
        let _second = take_by(3, 2, "b.sock").unwrap();
        assert_eq!(take_by(3, 4, "c.sock").unwrap_err(), None::OfClient(2));
        let _other = take_by(5, 6, "c.sock").unwrap();
        let _staff = [take_by(0, 7, "d.sock").unwrap(), take_by(0, 8, "e.sock").unwrap()];
        let _third = take_by(0, 1, "f.sock").unwrap();
        drop(first);
        take_by(3, 4, "g.sock").unwrap();
    }

    #[test]
    fn no_client_keeps_staff_out_and_none_the_other_clients() {
        let folder = tempfile::tempdir().unwrap();
        let most = limits::CONSOLES_AT_ONCE;
        let take_by = |client, service, name| take(&folder.path().join("consoles"), owner(service, client), name, most);
        let _first = take_by(3, 1, "a.sock").unwrap();
        assert_eq!(take_by(3, 2, "b.sock").unwrap_err(), None::OfClient(1));
        let _other = take_by(4, 5, "c.sock").unwrap();
        assert_eq!(take_by(5, 6, "d.sock").unwrap_err(), None::Full(most - 1));
        let _staff = take_by(0, 1, "e.sock").unwrap();
        assert_eq!(take_by(0, 1, "f.sock").unwrap_err(), None::Full(most));
    }

    #[test]
    fn staff_see_a_service_whose_client_has_all_of_his_open() {
        let folder = tempfile::tempdir().unwrap();
        let take_by = |client, name| take(&folder.path().join("consoles"), owner(1, client), name, 6);
        let _clients = [take_by(3, "a.sock").unwrap(), take_by(3, "b.sock").unwrap()];
        assert_eq!(take_by(3, "c.sock").unwrap_err(), None::OfService(2));
        let _staff = take_by(0, "d.sock").unwrap();
    }

    #[test]
    fn what_the_dead_have_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let Place { listener, held } = take_in(folder, 1, "left.sock", 2).unwrap();
        // as by a signal that nobody can catch: the lock goes, and nothing else
        std::mem::forget(listener);
        held.file.unlock().unwrap();
        std::mem::forget(held);
        assert!(folder.join("consoles/left.sock").exists());
        let _next = take_in(folder, 1, "next.sock", 2).unwrap();
        assert!(!folder.join("consoles/left.sock").exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let open = folder.path().join("consoles");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        let refused = take_in(folder.path(), 1, "a.sock", 2).unwrap_err();
        assert!(matches!(refused, None::Folder(why) if why.contains("of this user alone")));
        fs::remove_dir(&open).unwrap();
        std::os::unix::fs::symlink(folder.path(), &open).unwrap();
        assert!(matches!(take_in(folder.path(), 1, "a.sock", 2), Err(None::Folder(_))));
        let long = folder.path().join("x".repeat(100));
        assert!(matches!(take(&long, owner(1, 0), "a.sock", 2), Err(None::Folder(_))));
    }
}

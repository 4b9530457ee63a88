//! A real QEMU behind a guest's screen: its VNC server, and the monitor that gives it a password, as `qm vncproxy` does
//! (qemu-server, `PVE/CLI/qm.pm`).

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::{Value, json};

/// QEMU's monitor answers within this.
const ANSWERS: Duration = Duration::from_secs(10);

/// Where a QEMU listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Qemu {
    /// `-vnc unix:PATH,password=on`
    pub(crate) vnc: String,
    /// `-qmp unix:PATH,server=on,wait=off`
    pub(crate) qmp: String,
}

impl Qemu {
    /// A connection to its VNC server, which has this password from now on, for thirty seconds.
    pub(crate) fn open(&self, password: &str) -> io::Result<UnixStream> {
        let mut say = UnixStream::connect(&self.qmp)?;
        say.set_read_timeout(Some(ANSWERS))?;
        let mut hear = BufReader::new(say.try_clone()?);
        hear.read_line(&mut String::new())?;
        for (execute, arguments) in [
            ("qmp_capabilities", json!({})),
            ("set_password", json!({"protocol": "vnc", "password": password})),
            ("expire_password", json!({"protocol": "vnc", "time": "+30"})),
        ] {
            writeln!(say, "{}", json!({"execute": execute, "arguments": arguments}))?;
            done(&mut hear)?;
        }
        UnixStream::connect(&self.vnc)
    }
}

/// Events may come before an answer.
fn done(hear: &mut impl BufRead) -> io::Result<()> {
    loop {
        let mut line = String::new();
        if hear.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let answer: Value = serde_json::from_str(&line)?;
        if !answer["return"].is_null() {
            return Ok(());
        }
        if !answer["error"].is_null() {
            return Err(io::Error::other(line));
        }
    }
}

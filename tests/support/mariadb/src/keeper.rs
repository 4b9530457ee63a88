//! A server process that ends with this process, however that one ends; and its folder with it.

use crate::{guard, wait_until};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

/// The shell of `keeper.sh`, which has the server as its child.
pub(crate) struct Keeper {
    shell: Child,
    pipe: Mutex<Option<(ChildStdin, BufReader<ChildStdout>)>>,
    folder: PathBuf,
}

impl Keeper {
    /// A MariaDB in a new folder: its data directory is made, the server is not started. `settings` are lines of its
    /// configuration file; `{folder}` in them is the folder.
    pub(crate) fn install(settings: &str) -> Keeper {
        // in memory where there is some: what is tested is not the disk
        let folder = ours("/dev/shm").or_else(|_| ours(std::env::temp_dir()));
        let folder = folder.expect("a folder for the server").keep();
        let config = folder.join("my.cnf");
        let settings = settings.replace("{folder}", &folder.to_string_lossy());
        fs::write(&config, format!("[mariadbd]\n{settings}\n")).expect("the configuration");
        let mut install = Command::new("mariadb-install-db");
        install.arg(format!("--defaults-file={}", config.display()));
        install.args(["--auth-root-authentication-method=normal", "--skip-test-db"]);
        let mut server = vec!["mariadbd".to_owned(), format!("--defaults-file={}", config.display())];
        if is_root() {
            // it refuses to run as root: it runs as the user of Debian's package
            let owned = Command::new("chown").arg("mysql").arg(&folder).status();
            assert!(
                owned.is_ok_and(|status| status.success()),
                "Debian's package makes the user mysql"
            );
            install.arg("--user=mysql");
            server.push("--user=mysql".to_owned());
        }
        // first the keeper: it removes the folder even if this process dies during the installation
        let keeper = Keeper::new(&folder, &server);
        let output = install
            .output()
            .expect("mariadb-install-db, of Debian's package mariadb-server");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        keeper
    }

    fn new(folder: &Path, server: &[String]) -> Keeper {
        let mut shell = Command::new("sh")
            .args(["-c", include_str!("keeper.sh"), "keeper"])
            .arg(folder)
            .args(server)
            // Ctrl-C is for this process; the shell goes on until its input ends
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh");
        let pipe = (
            shell.stdin.take().expect("piped"),
            BufReader::new(shell.stdout.take().expect("piped")),
        );
        Keeper {
            shell,
            pipe: Mutex::new(Some(pipe)),
            folder: folder.to_owned(),
        }
    }

    /// Starts the server with these arguments more, and waits until `ready`; false when it gave up before.
    pub(crate) fn start(&self, arguments: &str, mut ready: impl FnMut() -> bool) -> bool {
        let before = self.log().len();
        self.say(&format!("start {arguments}"));
        let mut gave_up = false;
        wait_until(&format!("mariadbd in {}", self.folder.display()), || {
            gave_up = self
                .log()
                .get(before..)
                .is_some_and(|log| log.contains("[ERROR] Aborting"));
            gave_up || ready()
        });
        if gave_up {
            self.say("kill");
        }
        !gave_up
    }

    /// Says `stop` or `kill`, and waits until that is done.
    pub(crate) fn say(&self, words: &str) {
        let mut pipe = guard(&self.pipe);
        let (input, output) = pipe.as_mut().expect("it lives as long as this");
        let mut answer = String::new();
        writeln!(input, "{words}")
            .and_then(|()| output.read_line(&mut answer))
            .expect("the keeper answers");
        assert!(
            words.starts_with(answer.split_whitespace().next().unwrap_or("nothing")),
            "{answer:?}"
        );
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the server has said so far.
    pub(crate) fn log(&self) -> String {
        let log = fs::read(self.folder.join("server.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // the end of its input is its end
        guard(&self.pipe).take();
        let _ = self.shell.wait();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A folder whose name says whose it is.
fn ours(place: impl AsRef<Path>) -> std::io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("mariadb-").tempdir_in(place)
}

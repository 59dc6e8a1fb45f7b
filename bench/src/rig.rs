//! The servers of a run: the real program on folders of its own, and the two ceilings.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::load::Door;
use crate::process::Server;

/// The token of the one source.
const TOKEN: &str = "bench-token-0123456789abcdef";
/// The rules of the one source: those of the documented samples.
const CONFIG: &str = r#"{"inbound":{"block_caller_ids":[{"caller_id":"491715000000","note":"spam"}]},
"outbound":{"routing_table":[{"dest":"4989*","caller_id":"498999998145","note":"Munich"},
{"dest":"4930*","caller_id":"493023125877","note":"Berlin"}],"default_caller_id":"496990009111"}}"#;

/// Where servers come from.
#[derive(Debug)]
pub(crate) struct Rig {
    program: PathBuf,
    scratch: TempDir,
}

/// The path of the events' endpoint.
pub(crate) fn event_path() -> String {
    format!("/api/v1/cti/{TOKEN}")
}

impl Rig {
    /// Builds the program, unless it is named, and makes room beside it: on a disk, where a sync
    /// costs what it costs.
    pub(crate) fn new(program: Option<PathBuf>) -> Result<Self> {
        let built = std::env::current_exe()?
            .parent()
            .context("the rig is nowhere")?
            .to_owned();
        let program = if let Some(program) = program {
            // It is started from another folder.
            std::fs::canonicalize(&program).unwrap_or(program)
        } else {
            build()?;
            built.join("offhook")
        };
        ensure!(
            program.exists(),
            "{} is not there: run from the repository's root, or name one with --program",
            program.display()
        );
        let scratch = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(built)?;
        Ok(Self { program, scratch })
    }

    /// A folder or file of this name that goes with the rig.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Starts the real server with its defaults on this data folder.
    pub(crate) fn serve(&self, data: &Path) -> Result<Server> {
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .current_dir(self.scratch.path());
        Server::start(&mut command, &self.path("offhook.log"))
    }

    /// Starts a ceiling; a durable one keeps events in a file of its own.
    pub(crate) fn ceiling(&self, durable: bool) -> Result<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--ceiling").arg(if durable {
            self.path("ceiling.events")
        } else {
            PathBuf::from("-")
        });
        Server::start(&mut command, &self.path("ceiling.log"))
    }

    /// Makes a data folder with the one source in it.
    pub(crate) fn data_with_source(&self, name: &str) -> Result<PathBuf> {
        let data = self.data_with_bare_source(name)?;
        self.run(&data, &["source", "config", "office", "-"], CONFIG)?;
        Ok(data)
    }

    /// The same, with nothing blocked and no caller IDs.
    pub(crate) fn data_with_bare_source(&self, name: &str) -> Result<PathBuf> {
        let data = self.path(name);
        let add = [
            "source",
            "add",
            "office",
            "--kind",
            "generic",
            "--token-stdin",
        ];
        self.run(&data, &add, &format!("{TOKEN}\n"))?;
        Ok(data)
    }

    /// Makes an administrator; its token.
    pub(crate) fn add_admin(&self, data: &Path) -> Result<String> {
        let add = ["user", "add", "anna", "--role", "admin", "--password-stdin"];
        self.run(data, &add, "a password of some length\n")?;
        self.run(data, &["token", "new", "anna"], "")
    }

    fn run(&self, data: &Path, arguments: &[&str], input: &str) -> Result<String> {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .arg("--data")
            .arg(data)
            .current_dir(self.scratch.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("no pipe")?;
        // A command that does not read its input may end before all of it is written.
        stdin.write_all(input.as_bytes()).ok();
        drop(stdin);
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "offhook {arguments:?}: {said}");
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// The endpoint of the real server.
pub(crate) fn events_of(server: &Server) -> Door {
    Door {
        address: server.address,
        path: event_path(),
    }
}

/// Where the real server is asked what to do with a call; it takes events as questions.
pub(crate) fn questions_of(server: &Server) -> Door {
    Door {
        address: server.address,
        path: format!("/api/v1/decide/{TOKEN}"),
    }
}

/// The endpoint of a ceiling.
pub(crate) fn events_of_ceiling(server: &Server) -> Door {
    Door {
        address: server.address,
        path: "/event".to_owned(),
    }
}

fn build() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--package", "offhook"])
        .status()
        .context("cargo does not start")?;
    ensure!(status.success(), "the program does not build");
    Ok(())
}

//! A server in a process of its own, and what the system says about it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::clock::now;

/// The kernel counts a process's time in hundredths of a second on every system that we run on.
const MICROS_PER_TICK: u64 = 10_000;
/// How long a server may take to end when it is asked to.
const GOODBYE: Duration = Duration::from_secs(20);

/// A server that is listening.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From its start to the line that says so.
    pub(crate) started_in: Duration,
}

/// What a process holds of memory, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// All that is resident, the program's own text and mapped files included.
    pub(crate) resident: u64,
    /// What it allocated.
    pub(crate) anonymous: u64,
}

impl Server {
    /// Starts a program that prints `listening on http://ADDRESS`; it logs into a file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let log = File::options().append(true).create(true).open(log)?;
        let began = now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let out = child.stdout.take().context("no pipe")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let started_in = began.elapsed();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok())
            .with_context(|| format!("{command:?} said {line:?}"))?;
        Ok(Self {
            child,
            address,
            started_in,
        })
    }

    /// Time on a processor so far, in the program and in the kernel for it.
    pub(crate) fn cpu_micros(&self) -> Result<u64> {
        cpu_micros(&self.child.id().to_string())
    }

    /// What it holds of memory.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|rest| rest.split_whitespace().nth(0)?.parse().ok())
                .with_context(|| format!("no {key} of the process"))
        };
        Ok(Memory {
            resident: kib("VmRSS:")?,
            anonymous: kib("RssAnon:")?,
        })
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status()?;
        let began = now();
        while began.elapsed() < GOODBYE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        anyhow::bail!("a server does not end when asked");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Time on a processor of this process itself.
pub(crate) fn own_cpu_micros() -> Result<u64> {
    cpu_micros("self")
}

fn cpu_micros(process: &str) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold blanks; utime and stime are the 12th and 13th after it.
    let (_, rest) = stat.rsplit_once(')').context("no stat of the process")?;
    let ticks: Vec<u64> = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    Ok(ticks.iter().sum::<u64>() * MICROS_PER_TICK)
}

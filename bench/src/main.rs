//! The load rig: one command measures the real server beside its ceilings and prints a table.
//!
//! Everything quoted as a ratio is measured in one run, in turns, with the same client, so that
//! the machine and its neighbours cancel out. See the README beside this crate for the method.

mod ceiling;
mod clock;
mod connection;
mod fill;
mod load;
mod measure;
mod plan;
mod process;
mod report;
mod rig;
mod sample;
mod story;
mod stream;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use ceiling::Ceiling;
use plan::Plan;
use report::Report;
use rig::Rig;

/// Measures the offhook server beside what no server of its shape can beat.
#[derive(Debug, Parser)]
#[command(name = "offhook-bench")]
struct Options {
    /// A reduced set in a few minutes
    #[arg(long)]
    quick: bool,
    /// Only these measurements: throughput, latency, decide, start, memory, sustained, live, cost
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Keep-alive connections of the client
    #[arg(long)]
    connections: Option<usize>,
    /// Measure this program instead of building it
    #[arg(long)]
    program: Option<PathBuf>,
    /// Serve as a ceiling: - parses and answers, a file's name also keeps events in it
    #[arg(long, hide = true)]
    ceiling: Option<PathBuf>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(file) = options.ceiling {
        return ceiling::serve(if file.as_os_str() == "-" {
            Ceiling::NoOp
        } else {
            Ceiling::Durable(file)
        });
    }
    let mut plan = if options.quick {
        Plan::quick()
    } else {
        Plan::full()
    };
    plan.connections = options.connections.unwrap_or(plan.connections);
    let rig = Rig::new(options.program)?;
    let mut report = Report::default();
    let wanted =
        |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);

    if wanted("start") {
        measure::start(&rig, &plan, &mut report)?;
    }
    if wanted("memory") {
        measure::memory(&rig, &plan, &mut report)?;
    }
    if wanted("throughput") || wanted("latency") {
        let rates = measure::throughput(&rig, &plan, &mut report)?;
        if wanted("latency") {
            measure::latency(&rig, &plan, rates, &mut report)?;
        }
    }
    if wanted("decide") {
        measure::decide(&rig, &plan, &mut report)?;
    }
    if wanted("sustained") {
        measure::sustained(&rig, &plan, &mut report)?;
    }
    if wanted("live") {
        measure::live(&rig, &plan, &mut report)?;
    }
    if wanted("cost") {
        measure::cost_by_size(&rig, &plan, &mut report)?;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Measured on {cores} cores, client and server together.\n");
    println!("{}", report.markdown());
    Ok(())
}

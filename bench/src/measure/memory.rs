//! Memory: before the first call, after calls from everywhere, and beside a large log.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;

use crate::load::{Bound, closed, to_f64};
use crate::plan::Plan;
use crate::process::{Memory, Server};
use crate::report::Report;
use crate::rig::{Rig, events_of};
use crate::story::Callers;

/// What is done in the background after a start is done by then.
const SETTLED: Duration = Duration::from_secs(2);

/// Measures a server that is new to its database.
pub(crate) fn memory(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<()> {
    // Numbers that are configured are read at the start.
    let bare = rig.serve(&rig.data_with_bare_source("bare")?)?;
    sleep(SETTLED);
    let what = "memory before the first call, no numbers configured";
    report.figure(what, &text(bare.memory()?));
    bare.stop()?;
    let data = rig.data_with_source("memory")?;
    let server = rig.serve(&data)?;
    sleep(SETTLED);
    let idle = server.memory()?;
    let what = "memory before the first call";
    report.at_most(what, &text(idle), mib(idle.resident), 24.0, " MiB");
    call(&server, 8, 200)?;
    sleep(SETTLED);
    let called = server.memory()?;
    let what = "memory after calls from ten countries";
    report.at_most(what, &text(called), mib(called.resident), 64.0, " MiB");
    call(&server, plan.connections, 100_000)?;
    sleep(SETTLED);
    let what = "memory after 100,000 events at full load";
    report.figure(what, &text(server.memory()?));
    server.stop()
}

/// Measures a server whose database is full already.
pub(crate) fn memory_of_full(
    rig: &Rig,
    data: &Path,
    plan: &Plan,
    report: &mut Report,
) -> Result<()> {
    let server = rig.serve(data)?;
    sleep(SETTLED);
    let with = format!("with {0} calls and {0} contacts", plan.many);
    report.figure(&format!("memory {with}"), &text(server.memory()?));
    call(&server, plan.connections, 20_000)?;
    let what = format!("memory {with}, after 20,000 events");
    report.figure(&what, &text(server.memory()?));
    server.stop()
}

fn call(server: &Server, connections: usize, events: usize) -> Result<()> {
    let bound = Bound {
        time: Duration::from_secs(30),
        events,
    };
    closed(
        &events_of(server),
        connections,
        bound,
        Callers::TenCountries,
    )?;
    Ok(())
}

fn mib(kib: u64) -> f64 {
    to_f64(usize::try_from(kib).unwrap_or(usize::MAX)) / 1024.0
}

fn text(memory: Memory) -> String {
    format!(
        "{:.1} MiB resident, {:.1} of them allocated",
        mib(memory.resident),
        mib(memory.anonymous)
    )
}

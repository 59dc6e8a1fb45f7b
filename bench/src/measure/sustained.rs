//! Full load for a while: how large the logs get (SQLite's write-ahead log and the log of events
//! together), and how long the slowest answer took.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, anyhow};

use crate::load::{Bound, closed, to_f64};
use crate::plan::Plan;
use crate::report::Report;
use crate::rig::{Rig, events_of};
use crate::story::Callers;

const LOGS: [&str; 3] = [
    "offhook.db-wal",
    "offhook.db-events-1",
    "offhook.db-events-2",
];
/// How often their size is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Loads one server without a pause.
pub(crate) fn sustained(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<()> {
    let data = rig.data_with_source("sustained")?;
    let server = rig.serve(&data)?;
    let done = Arc::new(AtomicBool::new(false));
    let watch = watch(LOGS.map(|log| data.join(log)), Arc::clone(&done));
    let bound = Bound {
        time: plan.long_run,
        events: usize::MAX,
    };
    let run = closed(&events_of(&server), plan.connections, bound, Callers::Usual);
    done.store(true, Ordering::SeqCst);
    let largest = watch.join().map_err(|_| anyhow!("the watch failed"))?;
    let run = run?;
    server.stop()?;
    let seconds = plan.long_run.as_secs();
    let mib = to_f64(usize::try_from(largest)?) / 1024.0 / 1024.0;
    let what = format!("{seconds} s at full load, {:.0} events/s", run.rate());
    let latency = &run.latency;
    report.figure(&format!("largest logs in {what}"), &format!("{mib:.0} MiB"));
    report.figure(
        &format!("slowest answers in {what}"),
        &format!(
            "p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.0} ms",
            latency.permille(500),
            latency.permille(990),
            latency.permille(999),
            latency.longest()
        ),
    );
    Ok(())
}

fn watch(files: [PathBuf; 3], done: Arc<AtomicBool>) -> JoinHandle<u64> {
    std::thread::spawn(move || {
        let mut largest = 0;
        while !done.load(Ordering::SeqCst) {
            let sizes = files.iter().flat_map(std::fs::metadata);
            largest = largest.max(sizes.map(|file| file.len()).sum());
            std::thread::sleep(LOOK);
        }
        largest
    })
}

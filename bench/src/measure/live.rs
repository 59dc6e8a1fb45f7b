//! From the post of an event to the browsers that hear of it.

use anyhow::Result;

use crate::plan::Plan;
use crate::report::Report;
use crate::rig::{Rig, events_of};
use crate::stream::measure;

/// Measures with few and with many listeners.
pub(crate) fn live(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<()> {
    let data = rig.data_with_source("live")?;
    let token = rig.add_admin(&data)?;
    for listeners in plan.listeners {
        let server = rig.serve(&data)?;
        let door = events_of(&server);
        let heard = measure(&door, &token, listeners, plan.listen_rate, plan.listen_time)?;
        let rate = plan.listen_rate;
        report.figure(
            &format!("post to stream, {listeners} listeners, {rate} events/s"),
            &format!(
                "p50 {:.1} ms, p99 {:.1} ms, {:.1} % heard",
                heard.latency.permille(500),
                heard.latency.permille(990),
                heard.complete * 100.0
            ),
        );
        server.stop()?;
    }
    Ok(())
}

//! Open loop: how long a dialplan waits for an answer to what it asks before a phone rings.

use anyhow::Result;

use super::latency::Column;
use crate::plan::Plan;
use crate::report::Report;
use crate::rig::{Rig, events_of_ceiling, questions_of};
use crate::sample::median_ratio;

/// Questions a second: more than all PBXs of a town ask, and less than client and server need both
/// cores for.
const RATE: f64 = 20_000.0;

/// Measures server and no-op ceiling in turn, at the same rate.
pub(crate) fn decide(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<()> {
    let data = rig.data_with_source("decide")?;
    let [mut no_op, mut server] = [(); 2].map(|()| Column::default());
    for _ in 0..plan.rounds {
        let ceiling = rig.ceiling(false)?;
        no_op.add(&events_of_ceiling(&ceiling), RATE, plan)?;
        drop(ceiling);
        let real = rig.serve(&data)?;
        server.add(&questions_of(&real), RATE, plan)?;
        real.stop()?;
    }
    let at = format!("open loop at {RATE:.0}/s");
    report.figure(&format!("no-op ceiling, {at}"), &no_op.line());
    report.figure(&format!("decide, {at}"), &server.line());
    let ratio = median_ratio(&server.p99, &no_op.p99);
    let text = format!("{ratio:.2}");
    report.at_most(
        "decide's p99 beside the no-op ceiling's",
        &text,
        ratio,
        3.0,
        "",
    );
    Ok(())
}

//! Open loop at half of the server's own maximum: how long an answer takes.

use anyhow::Result;

use super::throughput::Rates;
use crate::load::{Door, open};
use crate::plan::Plan;
use crate::report::Report;
use crate::rig::{Rig, events_of, events_of_ceiling};
use crate::sample::{median, median_ratio};

/// More than are ever busy, so that no event waits for a connection before the server is behind.
const CONNECTIONS: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Column {
    p50: Vec<f64>,
    pub(super) p99: Vec<f64>,
}

impl Column {
    pub(super) fn line(&self) -> String {
        let (p50, p99) = (median(&self.p50), median(&self.p99));
        format!("p50 {p50:.2} ms, p99 {p99:.2} ms")
    }

    pub(super) fn add(&mut self, door: &Door, rate: f64, plan: &Plan) -> Result<()> {
        open(door, CONNECTIONS, rate, plan.warm_up)?;
        let run = open(door, CONNECTIONS, rate, plan.slice)?;
        self.p50.push(run.latency.permille(500));
        self.p99.push(run.latency.permille(990));
        Ok(())
    }
}

/// Measures server and durable ceiling in turn, at the same rate.
pub(crate) fn latency(rig: &Rig, plan: &Plan, rates: Rates, report: &mut Report) -> Result<()> {
    let rate = rates.server / 2.0;
    let data = rig.data_with_source("latency")?;
    let [mut durable, mut server] = [(); 2].map(|()| Column::default());
    for _ in 0..plan.rounds {
        let ceiling = rig.ceiling(true)?;
        durable.add(&events_of_ceiling(&ceiling), rate, plan)?;
        drop(ceiling);
        let real = rig.serve(&data)?;
        server.add(&events_of(&real), rate, plan)?;
        real.stop()?;
    }
    let at = format!("open loop at {rate:.0}/s (half of offhook's maximum)");
    report.figure(&format!("durable ceiling, {at}"), &durable.line());
    report.figure(&format!("offhook, {at}"), &server.line());
    let ratio = median_ratio(&server.p99, &durable.p99);
    let text = format!("{ratio:.2}");
    report.at_most("p99 beside the durable ceiling's", &text, ratio, 3.0, "");
    Ok(())
}

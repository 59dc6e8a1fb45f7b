//! Closed loop: how many events a second, beside the two ceilings.

use anyhow::Result;

use crate::load::{Bound, Door, Run, closed, to_f64};
use crate::plan::Plan;
use crate::process::{Server, own_cpu_micros};
use crate::report::Report;
use crate::rig::{Rig, events_of, events_of_ceiling};
use crate::sample::{median, median_ratio};
use crate::story::Callers;

/// The rates that open-loop measurements take their half of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    /// The server's.
    pub(crate) server: f64,
}

#[derive(Debug, Default)]
struct Column {
    rate: Vec<f64>,
    cpu: Vec<f64>,
    client: Vec<f64>,
}

impl Column {
    fn line(&self) -> String {
        format!(
            "{:.0}/s, {:.1} µs of CPU an event (client {:.1} µs)",
            median(&self.rate),
            median(&self.cpu),
            median(&self.client)
        )
    }
}

/// Measures all three in turn, several times.
pub(crate) fn throughput(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<Rates> {
    let data = rig.data_with_source("throughput")?;
    let [mut no_op, mut durable, mut server] = [(); 3].map(|()| Column::default());
    for _ in 0..plan.rounds {
        let ceiling = rig.ceiling(false)?;
        one(&ceiling, &events_of_ceiling(&ceiling), plan, &mut no_op)?;
        drop(ceiling);
        let ceiling = rig.ceiling(true)?;
        one(&ceiling, &events_of_ceiling(&ceiling), plan, &mut durable)?;
        drop(ceiling);
        let real = rig.serve(&data)?;
        one(&real, &events_of(&real), plan, &mut server)?;
        real.stop()?;
    }
    report.figure("no-op ceiling, closed loop", &no_op.line());
    report.figure("durable ceiling, closed loop", &durable.line());
    report.figure("offhook, closed loop", &server.line());
    for (what, ceiling, target) in [
        ("rate beside the no-op ceiling", &no_op, 0.25),
        ("rate beside the durable ceiling", &durable, 0.5),
    ] {
        let ratio = median_ratio(&server.rate, &ceiling.rate);
        report.at_least(what, &format!("{ratio:.2}"), ratio, target, "");
    }
    let cpu = median(&server.cpu);
    report.at_most("CPU an event", &format!("{cpu:.1} µs"), cpu, 60.0, " µs");
    Ok(Rates {
        server: median(&server.rate),
    })
}

fn one(server: &Server, door: &Door, plan: &Plan, column: &mut Column) -> Result<()> {
    let bound = |time| Bound {
        time,
        events: usize::MAX,
    };
    closed(door, plan.connections, bound(plan.warm_up), Callers::Usual)?;
    let (cpu, own) = (server.cpu_micros()?, own_cpu_micros()?);
    let run = closed(door, plan.connections, bound(plan.slice), Callers::Usual)?;
    column.rate.push(run.rate());
    column.cpu.push(per_event(server.cpu_micros()? - cpu, &run));
    column.client.push(per_event(own_cpu_micros()? - own, &run));
    Ok(())
}

/// Microseconds for each event of a run.
pub(super) fn per_event(micros: u64, run: &Run) -> f64 {
    let micros = usize::try_from(micros).unwrap_or(usize::MAX);
    to_f64(micros) / to_f64(run.latency.len().max(1))
}

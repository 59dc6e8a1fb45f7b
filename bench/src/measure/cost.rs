//! Does an event cost more when the log is large?

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::memory::memory_of_full;
use super::throughput::per_event;
use crate::clock::now;
use crate::fill::fill;
use crate::load::{Bound, closed};
use crate::plan::Plan;
use crate::report::Report;
use crate::rig::{Rig, events_of};
use crate::sample::{median, median_ratio};
use crate::story::Callers;

#[derive(Debug, Default)]
struct Column {
    cpu: Vec<f64>,
    rate: Vec<f64>,
}

impl Column {
    fn line(&self) -> String {
        let (cpu, rate) = (median(&self.cpu), median(&self.rate));
        format!("{cpu:.1} µs of CPU an event, {rate:.0}/s")
    }
}

/// Fills a small log and a large one, and loads them in turn.
pub(crate) fn cost_by_size(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<()> {
    let large = rig.data_with_source("large")?;
    let began = now();
    fill(&large, plan.many, plan.many)?;
    eprintln!("  filled in {:.0} s", began.elapsed().as_secs_f64());
    memory_of_full(rig, &large, plan, report)?;

    let [mut small_cost, mut large_cost] = [(); 2].map(|()| Column::default());
    for round in 0..plan.rounds {
        // A new one each time, or it would not stay small.
        let small = rig.data_with_source(&format!("small-{round}"))?;
        fill(&small, plan.few_calls, 0)?;
        one(rig, &small, plan, &mut small_cost)?;
        one(rig, &large, plan, &mut large_cost)?;
    }
    let (few, many) = (plan.few_calls, plan.many);
    report.figure(&format!("cost at {few} calls"), &small_cost.line());
    report.figure(&format!("cost at {many} calls"), &large_cost.line());
    let ratio = median_ratio(&large_cost.cpu, &small_cost.cpu);
    let what = format!("CPU an event at {many} calls beside that at {few}");
    report.at_most(&what, &format!("{ratio:.2}"), ratio, 1.5, "");
    let ratio = median_ratio(&small_cost.rate, &large_cost.rate);
    let what = format!("time an event at {many} calls beside that at {few}");
    report.at_most(&what, &format!("{ratio:.2}"), ratio, 1.5, "");
    Ok(())
}

fn one(rig: &Rig, data: &Path, plan: &Plan, column: &mut Column) -> Result<()> {
    let server = rig.serve(data)?;
    let load = |events| {
        let bound = Bound {
            time: Duration::from_secs(30),
            events,
        };
        closed(&events_of(&server), plan.connections, bound, Callers::Usual)
    };
    load(plan.cost_events / 10)?;
    let before = server.cpu_micros()?;
    let run = load(plan.cost_events)?;
    column
        .cpu
        .push(per_event(server.cpu_micros()? - before, &run));
    column.rate.push(run.rate());
    server.stop()
}

//! Start-up: from the start of the process to the open port, and to the first answered event.

use anyhow::Result;

use crate::clock::now;
use crate::connection::Connection;
use crate::load::{expect_200, on_one_thread};
use crate::plan::Plan;
use crate::report::Report;
use crate::rig::{Rig, event_path};
use crate::sample::median;
use crate::story::{Callers, Story};

/// Starts the server several times, each on a folder of its own.
pub(crate) fn start(rig: &Rig, plan: &Plan, report: &mut Report) -> Result<()> {
    let [mut empty, mut again, mut answered] = [(); 3].map(|()| Vec::new());
    for round in 0..plan.starts {
        let server = rig.serve(&rig.path(&format!("start-{round}")))?;
        empty.push(server.started_in.as_secs_f64() * 1000.0);
        drop(server);
        let data = rig.data_with_source(&format!("first-event-{round}"))?;
        let began = now();
        let server = rig.serve(&data)?;
        again.push(server.started_in.as_secs_f64() * 1000.0);
        let mut body = String::new();
        Story::new(1, Callers::Usual).next(&mut body);
        on_one_thread(async {
            let mut connection = Connection::open(server.address, &event_path()).await?;
            expect_200(connection.post(&body).await?)
        })?;
        answered.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let first = median(&empty);
    let text = format!("{first:.1} ms");
    report.at_most(
        "start to open port, no database yet",
        &text,
        first,
        50.0,
        " ms",
    );
    report.figure(
        "start to open port, database there",
        &format!("{:.1} ms", median(&again)),
    );
    let text = format!("{:.1} ms", median(&answered));
    report.figure("start to first answered event", &text);
    Ok(())
}

//! The client: one thread, many keep-alive connections, closed or open loop.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinSet, LocalSet};

use crate::clock::{micros, now};
use crate::connection::Connection;
use crate::sample::Sample;
use crate::story::{Callers, Story};

/// Where events go.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// The server.
    pub(crate) address: SocketAddr,
    /// The path of the endpoint.
    pub(crate) path: String,
}

/// When a closed loop ends: whichever comes first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    /// After this time.
    pub(crate) time: Duration,
    /// After so many events.
    pub(crate) events: usize,
}

/// What a run of the client saw.
#[derive(Debug)]
pub(crate) struct Run {
    /// From the first request to the last answer.
    pub(crate) seconds: f64,
    /// Each answer's time in microseconds.
    pub(crate) latency: Sample,
}

impl Run {
    /// Answered events a second.
    pub(crate) fn rate(&self) -> f64 {
        to_f64(self.latency.len()) / self.seconds
    }
}

/// A count as a measure.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts here are far below 2 to the 52nd"
)]
pub(crate) fn to_f64(count: usize) -> f64 {
    count as f64
}

/// Every connection sends its next event as soon as the last one is answered.
pub(crate) fn closed(
    door: &Door,
    connections: usize,
    bound: Bound,
    callers: Callers,
) -> Result<Run> {
    let left = Rc::new(RefCell::new(bound.events));
    on_one_thread(async move {
        let mut ready = Vec::new();
        for _ in 0..connections {
            ready.push(Connection::open(door.address, &door.path).await?);
        }
        let began = now();
        let until = began + bound.time;
        let mut tasks = JoinSet::new();
        for (seed, connection) in (1..).zip(ready) {
            let left = Rc::clone(&left);
            tasks.spawn_local(send_until(
                connection,
                Story::new(seed, callers),
                until,
                left,
            ));
        }
        let mut latencies = Vec::new();
        while let Some(done) = tasks.join_next().await {
            latencies.extend(done??);
        }
        Ok(Run {
            seconds: began.elapsed().as_secs_f64(),
            latency: Sample::new(latencies),
        })
    })
}

async fn send_until(
    mut connection: Connection,
    mut story: Story,
    until: Instant,
    left: Rc<RefCell<usize>>,
) -> Result<Vec<u32>> {
    let mut latencies = Vec::with_capacity(1 << 14);
    let mut body = String::with_capacity(512);
    loop {
        let began = now();
        if began >= until || *left.borrow() == 0 {
            return Ok(latencies);
        }
        *left.borrow_mut() -= 1;
        story.next(&mut body);
        expect_200(connection.post(&body).await?)?;
        latencies.push(micros(began.elapsed()));
    }
}

/// Events are due by the clock, whatever became of those before; an answer's time counts from when
/// its event was due, so that a stall is seen by every event that it held up.
pub(crate) fn open(door: &Door, connections: usize, rate: f64, time: Duration) -> Result<Run> {
    on_one_thread(async move {
        let desk = Rc::new(RefCell::new(Desk::default()));
        let mut tasks = JoinSet::new();
        let mut bells = Vec::new();
        for seed in 1..=u64::try_from(connections)? {
            let connection = Connection::open(door.address, &door.path).await?;
            let bell = Rc::new(Notify::new());
            bells.push(Rc::clone(&bell));
            let place = bells.len() - 1;
            let story = Story::new(seed, Callers::Usual);
            tasks.spawn_local(send_due(connection, story, place, bell, Rc::clone(&desk)));
        }
        // Let every connection sit down at the desk.
        tokio::task::yield_now().await;
        let (due, mut dues) = mpsc::unbounded_channel();
        let pacer = std::thread::spawn(move || pace(rate, time, &due));
        let began = now();
        let mut some = Vec::new();
        while dues.recv_many(&mut some, 256).await > 0 {
            let mut desk = desk.borrow_mut();
            for due in some.drain(..) {
                desk.waiting.push_back(due);
                if let Some(place) = desk.idle.pop() {
                    bells[place].notify_one();
                }
            }
        }
        desk.borrow_mut().closed = true;
        for bell in &bells {
            bell.notify_one();
        }
        let mut latencies = Vec::new();
        while let Some(done) = tasks.join_next().await {
            latencies.extend(done??);
        }
        pacer.join().ok().context("the pacer failed")?;
        Ok(Run {
            seconds: began.elapsed().as_secs_f64(),
            latency: Sample::new(latencies),
        })
    })
}

/// Events that are due and connections that have nothing to do.
#[derive(Debug, Default)]
struct Desk {
    waiting: VecDeque<Instant>,
    idle: Vec<usize>,
    closed: bool,
}

async fn send_due(
    mut connection: Connection,
    mut story: Story,
    place: usize,
    bell: Rc<Notify>,
    desk: Rc<RefCell<Desk>>,
) -> Result<Vec<u32>> {
    let mut latencies = Vec::with_capacity(1 << 12);
    let mut body = String::with_capacity(512);
    loop {
        let next = {
            let mut desk = desk.borrow_mut();
            let next = desk.waiting.pop_front();
            if next.is_none() {
                if desk.closed {
                    return Ok(latencies);
                }
                desk.idle.push(place);
            }
            next
        };
        let Some(due) = next else {
            bell.notified().await;
            continue;
        };
        story.next(&mut body);
        expect_200(connection.post(&body).await?)?;
        latencies.push(micros(due.elapsed()));
    }
}

/// Says when each event is due. A thread of its own: the runtime's timer counts in milliseconds.
fn pace(rate: f64, time: Duration, due: &mpsc::UnboundedSender<Instant>) {
    let step = Duration::from_secs_f64(1.0 / rate);
    let (mut next, until) = (now(), now() + time);
    while next < until {
        if let Some(early) = next.checked_duration_since(now()) {
            std::thread::sleep(early);
        }
        if due.send(next).is_err() {
            return;
        }
        next += step;
    }
}

pub(crate) fn expect_200(status: u16) -> Result<()> {
    if status != 200 {
        bail!("an event was answered with {status}");
    }
    Ok(())
}

/// Runs a client's work to its end on this thread.
pub(crate) fn on_one_thread<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, work)
}

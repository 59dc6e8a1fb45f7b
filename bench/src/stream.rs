//! Listeners of the live stream: when does a browser hear of an event?

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::clock::{micros, now};
use crate::connection::Connection;
use crate::load::{Door, expect_200, on_one_thread};
use crate::sample::Sample;
use crate::story::{Callers, Story};

/// How long the last announcements may take to arrive.
const LATE: Duration = Duration::from_secs(3);
/// How many connections post.
const POSTERS: usize = 4;

/// When each event was posted: by the PBX's id of the call, for each of its revisions.
type Posted = Rc<RefCell<HashMap<String, [Option<Instant>; 3]>>>;
/// Times from post to stream, of all listeners.
type Heard = Rc<RefCell<Vec<u32>>>;

/// What listeners saw.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// From the post to each listener's `call` event.
    pub(crate) latency: Sample,
    /// What share of all that should have come did.
    pub(crate) complete: f64,
}

/// Posts events at this rate for this time, to so many listeners.
pub(crate) fn measure(
    door: &Door,
    token: &str,
    listeners: usize,
    rate: u32,
    time: Duration,
) -> Result<Delivery> {
    on_one_thread(async move {
        let (posted, heard): (Posted, Heard) = Default::default();
        let mut streams = JoinSet::new();
        for _ in 0..listeners {
            let stream = open_stream(door.address, token).await?;
            streams.spawn_local(listen(stream, Rc::clone(&posted), Rc::clone(&heard)));
        }
        let events = post_all(door, rate, time, &posted).await?;
        let wanted = events * listeners;
        let patience = now() + LATE;
        while heard.borrow().len() < wanted && now() < patience {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        streams.abort_all();
        let times = std::mem::take(&mut *heard.borrow_mut());
        ensure!(!times.is_empty(), "nothing came through the live stream");
        let latency = Sample::new(times);
        let complete = crate::load::to_f64(latency.len()) / crate::load::to_f64(wanted);
        Ok(Delivery { latency, complete })
    })
}

async fn post_all(door: &Door, rate: u32, time: Duration, posted: &Posted) -> Result<usize> {
    let mut posters = Vec::new();
    for seed in 1..=POSTERS as u64 {
        let connection = Connection::open(door.address, &door.path).await?;
        posters.push((connection, Story::new(1000 + seed, Callers::Usual)));
    }
    let mut body = String::new();
    let mut events = 0;
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
    let until = now() + time;
    while now() < until {
        ticks.tick().await;
        let (connection, story) = &mut posters[events % POSTERS];
        let told = story.next(&mut body);
        let revision = usize::from(told.step) - 1;
        (posted
            .borrow_mut()
            .entry(told.call_id.to_owned())
            .or_default())[revision] = Some(now());
        expect_200(connection.post(&body).await?)?;
        events += 1;
    }
    Ok(events)
}

async fn open_stream(address: SocketAddr, token: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Accept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::with_capacity(1024);
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            bail!("a live stream was closed");
        }
    }
    let status = String::from_utf8_lossy(&head);
    ensure!(
        status.starts_with("HTTP/1.1 200"),
        "a live stream: {status}"
    );
    Ok(stream)
}

/// Reads what comes; between the events stand the lengths of HTTP's chunks, which are no lines
/// of ours.
async fn listen(mut stream: TcpStream, posted: Posted, heard: Heard) -> Result<()> {
    let mut bytes = Vec::with_capacity(8192);
    let mut is_call = false;
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        let arrived = now();
        let whole = bytes
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        for line in bytes[..whole].split(|&byte| byte == b'\n') {
            if let Some(event) = line.strip_prefix(b"event: ") {
                is_call = event == b"call";
            } else if let Some(data) = line.strip_prefix(b"data: ")
                && is_call
            {
                let sent =
                    posted_at(data, &posted).context("an announcement of no event of ours")?;
                heard
                    .borrow_mut()
                    .push(micros(arrived.duration_since(sent)));
            }
        }
        bytes.drain(..whole);
    }
}

fn posted_at(data: &[u8], posted: &Posted) -> Option<Instant> {
    let data = std::str::from_utf8(data).ok()?;
    let after = |key: &str| data.split_once(key).map(|(_, rest)| rest);
    let call_id = after("\"call_id\":\"")?.split('"').next()?;
    let revision = after("\"revision\":")?.split([',', '}']).next()?;
    let revision: usize = revision.parse().ok()?;
    let posted = posted.borrow();
    *posted.get(call_id)?.get(revision.checked_sub(1)?)?
}

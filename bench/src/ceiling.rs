//! What no server of this shape can beat: axum that parses and answers, and the same with one
//! group-committed `fdatasync` before the answer.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// As many as a batch of the server's.
const BATCH: usize = 256;
const QUEUE: usize = 4096;

/// Which ceiling.
#[derive(Debug, Clone)]
pub(crate) enum Ceiling {
    /// Parses the JSON and answers `{}`.
    NoOp,
    /// Appends the body to this file and answers once it is on the disk.
    Durable(PathBuf),
}

type Job = (Bytes, oneshot::Sender<()>);

/// Serves on a free port until the process is killed.
pub(crate) fn serve(ceiling: Ceiling) -> Result<()> {
    let router = match ceiling {
        Ceiling::NoOp => Router::new().route("/event", post(answer)),
        Ceiling::Durable(path) => {
            let (queue, jobs) = mpsc::channel(QUEUE);
            let file = open(&path)?;
            std::thread::spawn(move || write(file, jobs));
            Router::new()
                .route("/event", post(keep_and_answer))
                .with_state(queue)
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on http://{}", listener.local_addr()?);
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            stream.set_nodelay(true).ok();
        });
        axum::serve(listener, router).await?;
        Ok(())
    })
}

fn open(path: &Path) -> Result<File> {
    File::options()
        .append(true)
        .create(true)
        .open(path)
        .with_context(|| format!("{} can not be written", path.display()))
}

async fn answer(Json(_event): Json<Value>) -> Json<Value> {
    Json(json!({}))
}

async fn keep_and_answer(State(queue): State<mpsc::Sender<Job>>, body: Bytes) -> Json<Value> {
    let event: Option<Value> = serde_json::from_slice(&body).ok();
    let (done, kept) = oneshot::channel();
    if event.is_some() && queue.send((body, done)).await.is_ok() {
        kept.await.ok();
    }
    Json(json!({}))
}

/// One writer; while one sync runs, the next batch gathers.
fn write(mut file: File, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut bytes = Vec::new();
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        bytes.clear();
        for (body, _) in &batch {
            bytes.extend_from_slice(body);
            bytes.push(b'\n');
        }
        let kept = file.write_all(&bytes).and_then(|()| file.sync_data());
        if let Err(error) = kept {
            eprintln!("the ceiling's file: {error}");
            return;
        }
        for (_, done) in batch.drain(..) {
            done.send(()).ok();
        }
    }
}

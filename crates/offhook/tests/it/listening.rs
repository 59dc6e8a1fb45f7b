//! PBXs that we listen to: recorded ones, served over a socket, end in exactly the calls that truly
//! happened.

use std::sync::Arc;

use offhook_testkit::captures::{
    Capture, Connection, Expected, ExpectedCall, load, names, single, weave,
};
use offhook_testkit::{Office, PATIENCE};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::PROGRAM;

/// The bytes of a connection as the recording client read them.
fn as_read(connection: &Connection) -> Vec<&[u8]> {
    let reads = connection.reads.iter();
    let part = |(start, length, _): &(usize, usize, i64)| &connection.bytes[*start..start + length];
    reads.map(part).collect()
}

/// In pieces of any size, mostly of less than a line.
fn in_odd_pieces(connection: &Connection) -> Vec<&[u8]> {
    let mut random = fastrand::Rng::with_seed(connection.bytes.len() as u64);
    let (mut pieces, mut rest) = (Vec::new(), &*connection.bytes);
    while !rest.is_empty() {
        let most = if random.u8(..4) > 0 { 40 } else { 2000 };
        let (piece, after) = rest.split_at(random.usize(1..=most).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

type Cut = fn(&Connection) -> Vec<&[u8]>;

/// Serves the connections of a capture, one after the other, whatever the client says; the last
/// one stays. Answers the address.
async fn serve(capture: Arc<Capture>, cut: Cut) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut open = Vec::new();
        for (place, connection) in capture.connections.iter().enumerate() {
            let (socket, _) = listener.accept().await.unwrap();
            // Piece by piece, as they are.
            socket.set_nodelay(true).unwrap();
            let (mut heard, mut said) = socket.into_split();
            // Closing with something unheard would take back what was said last.
            let hears = tokio::spawn(async move {
                tokio::io::copy(&mut heard, &mut tokio::io::sink())
                    .await
                    .ok();
            });
            for part in cut(connection) {
                // Who is sent away may close before all is said.
                if said.write_all(part).await.is_err() {
                    break;
                }
            }
            if place + 1 == capture.connections.len() {
                open.push(said);
            } else {
                said.shutdown().await.ok();
                hears.await.ok();
            }
        }
        std::future::pending::<()>().await;
    });
    address
}

/// A source that listens to this capture.
async fn listen(office: &Office, pbx: &str, capture: &Arc<Capture>, cut: Cut) -> i64 {
    let address = serve(Arc::clone(capture), cut).await;
    let mut draft = json!({"name": capture.expected.scenario, "kind": pbx, "address": address, "secret": "hush"});
    if pbx == "asterisk" {
        draft["username"] = json!("cti");
    }
    let made = office.admin.post("/api/v1/sources", draft).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].as_i64().unwrap()
}

/// The calls of a source with the outside, oldest first.
async fn calls(office: &Office, source: &str) -> Vec<Value> {
    let path = format!("/api/v1/calls?limit=500&source={source}");
    let mut calls = office.admin.read(&path).await["items"]
        .as_array()
        .unwrap()
        .clone();
    calls.retain(|call| call["direction"] != "internal");
    calls.sort_by_key(|call| call["id"].as_i64());
    calls
}

/// What differs between a call and the truth.
fn differences(call: &Value, truth: &ExpectedCall) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, seen: Value, right: Value, others: &[String]| {
        if seen != right && !others.iter().any(|other| seen == other.as_str()) {
            wrong.push(format!("{what} is {seen}, not {right}"));
        }
    };
    let number = |side: &str| match call[side]["number"].as_str() {
        Some("") | None => json!("anonymous"),
        Some(number) => json!(number),
    };
    same(
        "direction",
        call["direction"].clone(),
        json!(truth.direction),
        &[],
    );
    same(
        "from",
        number("from"),
        json!(truth.from),
        &truth.from_alternatives,
    );
    same("to", number("to"), json!(truth.to), &truth.to_alternatives);
    let by = &call["answered_by"];
    let answered_by = if by["name"] == "voicemail" {
        &by["name"]
    } else {
        &by["number"]
    };
    same(
        "answered_by",
        answered_by.clone(),
        json!(truth.answered_by),
        &[],
    );
    let handed = call["transferred_to"].as_array().unwrap();
    let handed: Vec<&Value> = handed.iter().map(|by| &by["number"]).collect();
    same(
        "transferred_to",
        json!(handed),
        json!(truth.transferred_to),
        &[],
    );
    if let Some(queue) = &truth.queue {
        same("queue", call["queue"].clone(), json!(queue), &[]);
    }
    if truth.ended_in_gap {
        same("cause", call["cause"].clone(), json!("lost"), &[]);
    } else {
        same(
            "cause",
            call["cause"].clone(),
            json!(truth.cause),
            &truth.cause_alternatives,
        );
        same("missed", call["missed"].clone(), json!(truth.missed), &[]);
    }
    same("state", call["state"].clone(), json!("ended"), &[]);
    wrong
}

/// What differs between the calls and the truth; nothing when they are the same.
fn compare(calls: &[Value], expected: &Expected) -> Vec<String> {
    let mut left: Vec<&Value> = calls.iter().collect();
    let mut wrong = Vec::new();
    for truth in expected.calls.iter().filter(|truth| truth.seen) {
        let place = left
            .iter()
            .position(|call| differences(call, truth).is_empty());
        if let Some(place) = place {
            left.remove(place);
            continue;
        }
        let nearest = left.iter().map(|call| differences(call, truth));
        let nearest = nearest.min_by_key(Vec::len).unwrap_or_default();
        wrong.push(format!(
            "{} {} > {}: {}",
            truth.direction,
            truth.from,
            truth.to,
            nearest.join(", ")
        ));
    }
    if wrong.is_empty() {
        wrong.extend(left.iter().map(|call| format!("too many: {call}")));
    }
    wrong
}

/// All of them at once, each at a source of its own.
async fn replay(pbx: &str, captures: impl Iterator<Item = Capture>, cut: Cut) {
    let office = Office::open(PROGRAM).await;
    let mut waiting = Vec::new();
    for capture in captures.map(Arc::new) {
        listen(&office, pbx, &capture, cut).await;
        waiting.push(capture);
    }
    for capture in waiting {
        let expected = &capture.expected;
        let mut last = Vec::new();
        let looking = office.admin.once_told("the calls", async || {
            last = compare(&calls(&office, &expected.scenario).await, expected);
            last.is_empty().then_some(())
        });
        // Less than its own patience: what is wrong is told here.
        let found = timeout(PATIENCE * 3 / 4, looking).await;
        assert!(found.is_ok(), "{}: {last:#?}", expected.scenario);
    }
}

async fn replay_all(pbx: &str, cut: Cut) {
    replay(pbx, names(pbx).iter().map(|name| load(pbx, name)), cut).await;
}

/// Every single one together with another that has nothing to do with it, on one connection.
async fn replay_pairs(pbx: &str) {
    let captures = single(pbx);
    let mut random = fastrand::Rng::with_seed(1);
    let pairs = captures.chunks_exact(2).map(|pair| {
        // Now in turns, now much of one and then of the other.
        let changes = random.f64();
        let mut other_is_next = false;
        weave(pbx, &pair[0], &pair[1], || {
            other_is_next ^= random.f64() < changes;
            other_is_next
        })
    });
    replay(pbx, pairs, in_odd_pieces).await;
}

#[tokio::test]
async fn every_recorded_asterisk() {
    replay_all("asterisk", as_read).await;
}

#[tokio::test]
async fn every_recorded_freeswitch() {
    replay_all("freeswitch", as_read).await;
}

#[tokio::test]
async fn every_asterisk_in_odd_pieces() {
    replay_all("asterisk", in_odd_pieces).await;
}

#[tokio::test]
async fn every_freeswitch_in_odd_pieces() {
    replay_all("freeswitch", in_odd_pieces).await;
}

#[tokio::test]
async fn pairs_of_asterisks_in_odd_pieces() {
    replay_pairs("asterisk").await;
}

#[tokio::test]
async fn pairs_of_freeswitches_in_odd_pieces() {
    replay_pairs("freeswitch").await;
}

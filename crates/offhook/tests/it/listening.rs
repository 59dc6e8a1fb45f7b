//! PBXs that we listen to: recorded ones, served over a socket, end in exactly the calls that truly
//! happened.

use std::sync::Arc;

use offhook_testkit::captures::{Capture, Expected, ExpectedCall, load, names};
use offhook_testkit::{Office, until};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::PROGRAM;

/// Serves the connections of a capture, one after the other, whatever the client says; the last
/// one stays. Answers the address.
async fn serve(capture: Arc<Capture>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let mut open = Vec::new();
        for (place, connection) in capture.connections.iter().enumerate() {
            let (socket, _) = listener.accept().await.unwrap();
            let (mut heard, mut said) = socket.into_split();
            // Closing with something unheard would take back what was said last.
            let hears = tokio::spawn(async move {
                tokio::io::copy(&mut heard, &mut tokio::io::sink())
                    .await
                    .ok();
            });
            for (start, length, _) in &connection.reads {
                let part = &connection.bytes[*start..start + length];
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
async fn listen(office: &Office, pbx: &str, capture: &Arc<Capture>) -> i64 {
    let address = serve(Arc::clone(capture)).await;
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

/// Every capture at once, each at a source of its own.
async fn replay_all(pbx: &str) {
    let office = Office::open(PROGRAM).await;
    let mut waiting = Vec::new();
    for name in names(pbx) {
        let capture = Arc::new(load(pbx, &name));
        listen(&office, pbx, &capture).await;
        waiting.push(capture);
    }
    for capture in waiting {
        let expected = &capture.expected;
        let mut last = Vec::new();
        until_or(
            async || {
                last = compare(&calls(&office, &expected.scenario).await, expected);
                last.is_empty()
            },
            &expected.scenario,
        )
        .await
        .unwrap_or_else(|name| panic!("{name}: {last:#?}"));
    }
}

/// Like `until`, but leaves it to the caller to say what is wrong.
async fn until_or(mut look: impl AsyncFnMut() -> bool, name: &str) -> Result<(), String> {
    let looking = until("the calls", async || look().await.then_some(()));
    let looking = tokio::time::timeout(std::time::Duration::from_secs(15), looking);
    looking.await.map_err(|_| name.to_owned())
}

#[tokio::test]
async fn every_recorded_asterisk() {
    replay_all("asterisk").await;
}

#[tokio::test]
async fn every_recorded_freeswitch() {
    replay_all("freeswitch").await;
}

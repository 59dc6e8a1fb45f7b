//! A Zammad is told of the calls, through outages, in order and once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use offhook_testkit::{FakePbx, Office, assert_part, until};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::PROGRAM;

/// Behaves as Zammad's endpoint does (facts/zammad-cti.md 1.4 and 1.5).
#[derive(Default)]
struct Zammad {
    /// What it took, in order: `EVENT CALL_ID`, then what else it was told.
    taken: Vec<(String, Value)>,
    known: HashSet<String>,
    ended: HashSet<String>,
    /// What it answers instead; nothing when it works.
    away: Option<(u16, &'static str)>,
    /// Takes what it is told and goes away without an answer.
    breaks_off: bool,
}

const UNKNOWN: &str = r#"{"error":"Error ID Ab12_-xy: Please contact your administrator."}"#;
const EXISTS: &str =
    r#"{"error":"This object already exists.","error_human":"This object already exists."}"#;

impl Zammad {
    fn hears(&mut self, told: Value) -> (u16, &'static str) {
        if let Some(answer) = self.away {
            return answer;
        }
        let id = told["callId"].as_str().unwrap().to_owned();
        let event = told["event"].as_str().unwrap().to_owned();
        if told["direction"] != "in" && told["direction"] != "out" {
            return (422, r#"{"error":"Invalid 'direction'!"}"#);
        }
        if event == "newCall" {
            if !self.known.insert(id.clone()) {
                return (500, EXISTS);
            }
        } else if !self.known.contains(&id) {
            return (500, UNKNOWN);
        } else if event == "hangup" {
            assert!(self.ended.insert(id.clone()), "{id} ended twice");
        }
        self.taken.push((format!("{event} {id}"), told));
        (200, "{}")
    }
}

async fn serve(zammad: Arc<Mutex<Zammad>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(socket, Arc::clone(&zammad)));
        }
    });
    format!("http://{address}/api/v1/cti/zammad-s-token/")
}

async fn answer(socket: TcpStream, zammad: Arc<Mutex<Zammad>>) {
    let mut socket = BufReader::new(socket);
    loop {
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            if socket.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            match line.trim().split_once(": ") {
                Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
                None if line.trim().is_empty() => break,
                None => None,
            };
        }
        let length = headers["content-length"].parse().unwrap();
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await.unwrap();
        let told = serde_json::from_slice(&body).unwrap();
        let (status, text) = zammad.lock().unwrap().hears(told);
        if zammad.lock().unwrap().breaks_off {
            return;
        }
        let answer = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        socket.write_all(answer.as_bytes()).await.unwrap();
    }
}

async fn feeding(office: &Office, zammad: &Arc<Mutex<Zammad>>, more: Value) -> FakePbx {
    let url = serve(Arc::clone(zammad)).await;
    let mut forward = json!({"kind": "zammad", "url": url, "allow_private": true});
    forward
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let config = json!({
        "inbound": {"block_caller_ids": [{"caller_id": "4917666"}]},
        "outbound": {"default_caller_id": ""},
        "forward": forward,
    });
    // From its answer on: what was before is none of Zammad's business.
    office.pbx_with("office", config).await
}

async fn source(office: &Office, pbx: &FakePbx) -> Value {
    office
        .admin
        .read(&format!("/api/v1/sources/{}", pbx.source_id))
        .await
}

/// The source once it shows this: how many calls wait, how many were given up, and of the last
/// answer which event it was to, of which call, and its status.
async fn settled(office: &Office, pbx: &FakePbx, wanted: Value) -> Value {
    until("what was said is kept", async || {
        let shown = source(office, pbx).await;
        let forward = &shown["forward"];
        let last = &forward["answers"][0];
        let now = json!([
            forward["waiting"],
            forward["given_up"],
            last["event"],
            last["call_id"],
            last["status"]
        ]);
        (now == wanted).then_some(shown)
    })
    .await
}

async fn takes(zammad: &Arc<Mutex<Zammad>>, count: usize) -> Vec<String> {
    until("Zammad is told", async || {
        let zammad = zammad.lock().unwrap();
        let told: Vec<String> = zammad.taken.iter().map(|(what, _)| what.clone()).collect();
        (told.len() >= count).then_some(told)
    })
    .await
}

#[tokio::test]
async fn every_call_goes_on_once_and_in_order() {
    let office = Office::open(PROGRAM).await;
    let emma = json!({"login": "emma", "name": "Emma Taylor", "phones": ["101"]});
    office.user(emma).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({})).await;
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=4917&to=4930111&queue=support",
        "event=newCall&callId=a&direction=in&from=4917&to=4930111&queue=support",
        "event=answer&callId=a&direction=in&answeringNumber=101",
        "event=hangup&callId=a&direction=in&cause=normalClearing",
        "event=hangup&callId=a&direction=in&cause=normalClearing",
        "event=newCall&callId=b&direction=out&from=101&to=4940",
        "event=hangup&callId=b&direction=out&cause=busy",
    ])
    .await;
    // A blocked one rings nowhere.
    pbx.send("event=newCall&callId=c&direction=in&from=4917666&to=4930111")
        .await;
    pbx.tell(&["event=newCall&callId=d&direction=in&from=&to=4930111"])
        .await;
    let told = takes(&zammad, 6).await;
    let expected = [
        "newCall a-1",
        "answer a-1",
        "hangup a-1",
        "newCall b-2",
        "hangup b-2",
        "newCall d-4",
    ];
    assert_eq!(told, expected);
    {
        let zammad = zammad.lock().unwrap();
        let said = |place: usize| &zammad.taken[place].1;
        let new_call =
            json!({"from": "4917", "to": "4930111", "direction": "in", "queue": "support"});
        assert_part(said(0), &new_call, "newCall");
        assert_part(
            said(1),
            &json!({"answeringNumber": "101", "user": "Emma Taylor"}),
            "answer",
        );
        assert_part(said(2), &json!({"cause": "normalClearing"}), "hangup");
        assert_part(
            said(3),
            &json!({"direction": "out", "user": "Emma Taylor"}),
            "out",
        );
        assert_part(said(4), &json!({"cause": "busy"}), "hangup");
        assert_part(said(5), &json!({"from": "anonymous"}), "withheld");
    }
    let shown = settled(&office, &pbx, json!([0, 0, "newCall", 4, 200])).await;
    assert!(!shown.to_string().contains("zammad-s-token"), "{shown}");
    assert!(
        shown["config"]["forward"]["url"]
            .as_str()
            .unwrap()
            .ends_with("/***")
    );
}

#[tokio::test]
async fn an_end_that_may_have_been_heard_is_told_once() {
    let office = Office::open(PROGRAM).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({})).await;
    for (call, breaks_off, away, status) in [
        (1, true, None, Value::Null),
        (
            2,
            false,
            Some((504, "the proxy waits no longer")),
            json!(504),
        ),
    ] {
        let said =
            |event: &str| format!("event={event}&callId=c{call}&direction=in&from=4917&to=4930111");
        pbx.tell(&[&said("newCall")]).await;
        settled(&office, &pbx, json!([0, 0, "newCall", call, 200])).await;
        {
            let mut zammad = zammad.lock().unwrap();
            zammad.breaks_off = breaks_off;
            zammad.away = away;
        }
        pbx.tell(&[&said("hangup")]).await;
        // Told twice, it would have been waiting until the second time.
        settled(&office, &pbx, json!([0, 0, "hangup", call, status])).await;
        let mut zammad = zammad.lock().unwrap();
        zammad.breaks_off = false;
        zammad.away = None;
    }
    // In order: what had to be told again came before.
    pbx.tell(&["event=newCall&callId=d&direction=in&from=4917&to=4930111"])
        .await;
    settled(&office, &pbx, json!([0, 0, "newCall", 3, 200])).await;
    let hangups = |(what, _): &&(String, Value)| what.starts_with("hangup");
    assert_eq!(
        zammad.lock().unwrap().taken.iter().filter(hangups).count(),
        1
    );
}

#[tokio::test]
async fn nothing_is_lost_while_it_is_away_nor_while_we_are() {
    let mut office = Office::open(PROGRAM).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({})).await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=4917&to=4930111"])
        .await;
    takes(&zammad, 1).await;
    zammad.lock().unwrap().away = Some((503, "maintenance"));
    pbx.tell(&[
        "event=hangup&callId=a&direction=in&cause=cancel",
        "event=newCall&callId=b&direction=in&from=4918&to=4930111",
        "event=hangup&callId=b&direction=in&cause=cancel",
    ])
    .await;
    let shown = settled(&office, &pbx, json!([2, 0, "hangup", 1, 503])).await;
    assert_eq!(shown["forward"]["answers"][0]["text"], "maintenance");
    office.server.stop().await;
    zammad.lock().unwrap().away = None;
    office.server.restart().await;
    let told = takes(&zammad, 4).await;
    assert_eq!(
        told,
        ["newCall a-1", "hangup a-1", "newCall b-2", "hangup b-2"]
    );
}

#[tokio::test]
async fn what_it_refuses_does_not_hold_up_the_rest() {
    let office = Office::open(PROGRAM).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({})).await;
    // It had the call before: a repeat of ours that we did not hear the answer to.
    zammad.lock().unwrap().known.insert("a-1".to_owned());
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=4917&to=4930111",
        "event=hangup&callId=a&direction=in&cause=cancel",
    ])
    .await;
    assert_eq!(takes(&zammad, 1).await, ["hangup a-1"]);
    // It lost its log: the end of a call that it does not know is given up.
    pbx.tell(&["event=newCall&callId=b&direction=in&from=4917&to=4930111"])
        .await;
    takes(&zammad, 2).await;
    zammad.lock().unwrap().known.clear();
    pbx.tell(&[
        "event=hangup&callId=b&direction=in&cause=cancel",
        "event=newCall&callId=c&direction=in&from=4917&to=4930111",
    ])
    .await;
    let told = takes(&zammad, 3).await;
    assert_eq!(told[2], "newCall c-3");
    settled(&office, &pbx, json!([0, 1, "newCall", 3, 200])).await;
    // Sent again by hand, once that is mended.
    zammad.lock().unwrap().known.insert("b-2".to_owned());
    let path = format!("/api/v1/sources/{}/forward/again", pbx.source_id);
    assert_eq!(office.admin.post(&path, json!({})).await.status, 204);
    assert_eq!(takes(&zammad, 4).await[3], "hangup b-2");
}

#[tokio::test]
async fn private_addresses_have_to_be_allowed() {
    let office = Office::open(PROGRAM).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({"allow_private": false})).await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=4917&to=4930111"])
        .await;
    let why = until("the reason", async || {
        let shown = source(&office, &pbx).await;
        shown["forward"]["answers"][0]["text"]
            .as_str()
            .map(str::to_owned)
    })
    .await;
    assert!(why.contains("private network"), "{why}");
    assert!(zammad.lock().unwrap().taken.is_empty());
    // The whole address stays when the masked one comes back.
    let mut config = source(&office, &pbx).await["config"].clone();
    config["forward"]["allow_private"] = json!(true);
    office.configure(&pbx, config).await;
    assert_eq!(takes(&zammad, 1).await, ["newCall a-1"]);
    for (forward, wrong) in [
        (
            json!({"url": "ftp://x", "kind": "zammad"}),
            "config.forward.url",
        ),
        (
            json!({"url": "http://x/1", "kind": "other"}),
            "config.forward.kind",
        ),
        (json!({"kind": "zammad"}), "config.forward.url"),
    ] {
        let config = json!({"inbound": {}, "outbound": {}, "forward": forward});
        let path = format!("/api/v1/sources/{}/config", pbx.source_id);
        let answer = office.admin.put(&path, config).await;
        offhook_testkit::assert_problem(&answer, 422, "invalid", Some(wrong));
    }
}

//! A Zammad is told of the calls, through outages, in order and once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use offhook_testkit::{FakePbx, Office, PATIENCE, Server, assert_part, in_time};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::PROGRAM;
use crate::secrets::files_with;

/// Behaves as Zammad's endpoint does (facts/zammad-cti.md 1.4 and 1.5).
#[derive(Default)]
struct Zammad {
    /// What it took, in order: `EVENT CALL_ID`, then what else it was told.
    taken: Vec<(String, Value)>,
    /// Whenever it took something.
    took: Arc<Notify>,
    known: HashSet<String>,
    ended: HashSet<String>,
    /// What it answers instead; nothing when it works.
    away: Option<(u16, &'static str)>,
    /// What becomes of its answers.
    answers: Answers,
}

#[derive(Default, Clone, Copy)]
enum Answers {
    #[default]
    Arrive,
    /// Something in front of it did not wait so long.
    ComeTooLate,
    /// The connection is closed instead.
    AreLost,
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
        self.took.notify_waiters();
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
    format!("http://{address}/api/v1/cti/zammad-s-token")
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
                None => headers.insert("request".to_owned(), line),
            };
        }
        assert!(headers["request"].contains("/api/v1/cti/zammad-s-token"));
        let length = headers["content-length"].parse().unwrap();
        let mut body = vec![0; length];
        socket.read_exact(&mut body).await.unwrap();
        let told = serde_json::from_slice(&body).unwrap();
        let (heard, answers) = {
            let mut zammad = zammad.lock().unwrap();
            (zammad.hears(told), zammad.answers)
        };
        let (status, text) = match answers {
            Answers::Arrive => heard,
            Answers::ComeTooLate => (504, "too late"),
            Answers::AreLost => return,
        };
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
    office
        .server
        .once_logged("what was said is kept", async || {
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
    let took = Arc::clone(&zammad.lock().unwrap().took);
    let taking = async {
        loop {
            let more = took.notified();
            let told: Vec<String> = {
                let zammad = zammad.lock().unwrap();
                zammad.taken.iter().map(|(what, _)| what.clone()).collect()
            };
            if told.len() >= count {
                return told;
            }
            more.await;
        }
    };
    in_time(PATIENCE, "Zammad is told", taking).await
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
            .ends_with("/api/v1/cti/***")
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

/// A second hangup would mark a missed call as done there (facts/zammad-cti.md 3.4).
#[tokio::test]
async fn a_hangup_that_may_have_been_heard_is_not_repeated() {
    let office = Office::open(PROGRAM).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({})).await;
    for (number, answers, status) in [
        (1, Answers::AreLost, Value::Null),
        (2, Answers::ComeTooLate, json!(504)),
    ] {
        let say = async |event: &str| {
            pbx.tell(&[&format!(
                "event={event}&callId={number}&direction=in&from=4917&to=4930111&cause=cancel"
            )])
            .await;
        };
        zammad.lock().unwrap().answers = Answers::Arrive;
        say("newCall").await;
        settled(&office, &pbx, json!([0, 0, "newCall", number, 200])).await;
        zammad.lock().unwrap().answers = answers;
        say("hangup").await;
        settled(&office, &pbx, json!([0, 0, "hangup", number, status])).await;
    }
    // Everything else is repeated, as nothing comes of that.
    pbx.tell(&["event=newCall&callId=3&direction=in&from=4917&to=4930111"])
        .await;
    settled(&office, &pbx, json!([1, 0, "newCall", 3, 504])).await;
    zammad.lock().unwrap().answers = Answers::Arrive;
    settled(&office, &pbx, json!([0, 0, "newCall", 3, 500])).await;
    let told = takes(&zammad, 5).await;
    let expected = [
        "newCall 1-1",
        "hangup 1-1",
        "newCall 2-2",
        "hangup 2-2",
        "newCall 3-3",
    ];
    assert_eq!(told, expected);
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
async fn its_token_is_sealed_and_never_shown() {
    let server = Server::start_talkative(PROGRAM, &[]).await;
    let admin = server.user("admin", "admin");
    let mut office = Office { server, admin };
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let wrong = r#"No route matches [POST] "/api/v1/cti/zammad-s-token/""#;
    zammad.lock().unwrap().away = Some((404, wrong));
    let url = format!("{}/", serve(Arc::clone(&zammad)).await);
    let pbx = feeding(&office, &zammad, json!({"url": url})).await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=4917&to=4930111"])
        .await;
    let shown = settled(&office, &pbx, json!([1, 0, "newCall", 1, 404])).await;
    let masked = url.replace("zammad-s-token/", "***");
    assert_eq!(shown["config"]["forward"]["url"], masked);
    let said = &shown["forward"]["answers"][0]["text"];
    assert_eq!(said, r#"No route matches [POST] "/api/v1/cti/***/""#);
    // Another host beside the mask is no way to have the token sent there.
    let mut config = shown["config"].clone();
    config["forward"]["url"] = json!("http://other.example/api/v1/cti/***");
    office.configure(&pbx, config).await;
    let shown = source(&office, &pbx).await;
    assert_eq!(shown["config"]["forward"]["url"], masked);
    zammad.lock().unwrap().away = None;
    let path = format!("/api/v1/sources/{}/forward/again", pbx.source_id);
    assert_eq!(office.admin.post(&path, json!({})).await.status, 204);
    assert_eq!(takes(&zammad, 1).await, ["newCall a-1"]);
    for list in ["/api/v1/sources", "/api/v1/requests"] {
        let text = office.admin.get(list).await.text;
        assert!(!text.contains("zammad-s-token"), "{text}");
    }
    let token = ["zammad-s-token".to_owned()];
    let found = files_with(&office.server.data(), &token);
    assert!(found.is_empty(), "{found:?}");
    // The log as well, which says all that there is to say.
    office.server.stop().await;
    assert!(!office.server.log().contains(&token[0]));
}

#[tokio::test]
async fn private_addresses_have_to_be_allowed() {
    let office = Office::open(PROGRAM).await;
    let zammad = Arc::new(Mutex::new(Zammad::default()));
    let pbx = feeding(&office, &zammad, json!({"allow_private": false})).await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=4917&to=4930111"])
        .await;
    let why = office
        .server
        .once_logged("the reason", async || {
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
        (
            json!({"url": "http://user:password@x/api/v1/cti/1", "kind": "zammad"}),
            "config.forward.url",
        ),
        (
            json!({"url": "http://x/1", "kind": "zammad", "late_minutes": 10_081}),
            "config.forward.late_minutes",
        ),
        // Beside the address as it is shown, too.
        (
            json!({"url": "http://x/***", "kind": "zammad", "late_minutes": 10_081}),
            "config.forward.late_minutes",
        ),
        (
            json!({"url": "http://x/***", "kind": "zammad", "allow_private": 1}),
            "config.forward.allow_private",
        ),
    ] {
        let config = json!({"inbound": {}, "outbound": {}, "forward": forward});
        let path = format!("/api/v1/sources/{}/config", pbx.source_id);
        let answer = office.admin.put(&path, config).await;
        offhook_testkit::assert_problem(&answer, 422, "invalid", Some(wrong));
    }
}

//! Streams that break, resume, fall behind and end.

use std::time::Duration;

use offhook_testkit::{Client, Heard, Listener, Office};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::PROGRAM;
use crate::story::{now, play};

/// A stream ends at most this long after its right to.
const AT_MOST: Duration = Duration::from_secs(2);

fn brief(heard: &Heard) -> String {
    let call = if heard.name == "pop" {
        &heard.data["call"]
    } else {
        &heard.data
    };
    let state = call["state"].as_str().unwrap_or_default();
    format!(
        "{} {} {state}",
        heard.name,
        call["call_id"].as_str().unwrap_or_default()
    )
}

/// What somebody who comes back hears until it is caught up: up to the line with the new id.
async fn caught_up(listener: &mut Listener) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        let line = listener.next_line().await.expect("the stream goes on");
        match line.name.as_str() {
            "" => return heard,
            "resync" => return vec!["resync".to_owned()],
            _ => heard.push(brief(&line)),
        }
    }
}

#[tokio::test]
async fn who_comes_back_hears_what_it_missed() {
    let office = Office::open(PROGRAM).await;
    let (emma_id, emma) = office.user(json!({"login": "emma"})).await;
    let (_, chris) = office.user(json!({"login": "chris"})).await;
    let pbx = office.pbx("office").await;
    let closed = json!({"inbound": {"block_caller_ids": []}, "outbound": {"default_caller_id": ""},
        "notify_map": [{"queue": "x", "user_ids": [emma_id]}]});
    let closed = office.pbx_with("closed", closed).await;
    let mut hears = emma.listen().await;
    pbx.tell(&["event=newCall&callId=before&direction=out&from=1&to=2"])
        .await;
    let id = hears.next().await.id;
    drop(hears);
    let call = "direction=in&from=4940555&to=22";
    let at = now();
    for (pbx, event) in [
        // Rang and was missed, rings on, answered by emma and runs, answered by emma and over.
        (&pbx, format!("event=newCall&callId=a&{call}")),
        (&pbx, "event=hangup&callId=a&cause=cancel".to_owned()),
        (&pbx, format!("event=newCall&callId=b&{call}")),
        (&pbx, format!("event=newCall&callId=c&{call}")),
        (&pbx, "event=answer&callId=c&user=emma".to_owned()),
        (&pbx, format!("event=newCall&callId=d&{call}")),
        (&pbx, "event=answer&callId=d&user=emma".to_owned()),
        (&pbx, "event=hangup&callId=d".to_owned()),
        // Rings for chris alone, too old to ring, out of sight.
        (&pbx, format!("event=newCall&callId=e&{call}&user=chris")),
        (
            &pbx,
            format!("event=newCall&callId=f&{call}&timestamp=AGO(130)"),
        ),
        (&closed, format!("event=newCall&callId=g&{call}&queue=y")),
        (&pbx, "event=hangup&callId=before".to_owned()),
    ] {
        play(pbx, at, &event, "while away").await;
    }
    let missed = [
        "call before ended",
        "call a ended",
        "call b ringing",
        "ring b ringing",
        "call c answered",
        "pop c answered",
        "call d ended",
        "call e ringing",
        "call f ringing",
    ];
    let mut back = emma.listen_since(Some(&id)).await;
    assert_eq!(caught_up(&mut back).await, missed);
    // From then on it is heard live, and nothing twice.
    pbx.tell(&["event=hangup&callId=b"]).await;
    assert_eq!(brief(&back.next().await), "call b ended");
    let id = back.last_id.clone();
    let mut again = emma.listen_since(Some(&id)).await;
    assert!(caught_up(&mut again).await.is_empty());
    // A call that ended meanwhile rings and pops no more.
    pbx.tell(&["event=hangup&callId=c"]).await;
    assert_eq!(brief(&again.next().await), "call c ended");
    // Somebody else who comes with the same id saw another list.
    let mut chris_back = chris.listen_since(Some(&id)).await;
    assert_eq!(caught_up(&mut chris_back).await, ["resync"]);
}

#[tokio::test]
async fn who_comes_back_and_sees_other_calls_reloads() {
    let office = Office::open(PROGRAM).await;
    let (emma_id, emma) = office.user(json!({"login": "emma"})).await;
    let (_, chris) = office.user(json!({"login": "chris"})).await;
    let pbx = office.pbx("office").await;
    let map = |queue: &str| {
        json!({"inbound": {"block_caller_ids": []}, "outbound": {"default_caller_id": ""},
            "notify_map": [{"queue": queue, "user_ids": [emma_id]}]})
    };
    office.configure(&pbx, map("a")).await;
    let back = async |who: &Client, id: &str| {
        let mut listener = who.listen_since(Some(id)).await;
        let heard = caught_up(&mut listener).await;
        (heard, listener.last_id.clone())
    };
    let (_, mut emmas) = back(&emma, "").await;
    let (_, mut chriss) = back(&chris, "").await;
    let user = format!("/api/v1/users/{emma_id}");
    for change in [
        json!({"phones": ["201"]}),
        json!({"role": "admin"}),
        json!({"role": "agent"}),
        json!({"queue": "b"}),
    ] {
        if let Some(queue) = change["queue"].as_str() {
            office.configure(&pbx, map(queue)).await;
        } else {
            assert_eq!(office.admin.patch(&user, change.clone()).await.status, 200);
        }
        let (heard, id) = back(&emma, &emmas).await;
        assert_eq!(heard, ["resync"], "{change}");
        let (heard, id) = back(&emma, &id).await;
        assert_eq!(heard, [""; 0], "once, after {change}");
        emmas = id;
        let (heard, id) = back(&chris, &chriss).await;
        assert_eq!(heard, [""; 0], "{change} does not concern chris");
        chriss = id;
    }
    office.admin.patch(&user, json!({"name": "Emma"})).await;
    assert_eq!(back(&emma, &emmas).await.0, [""; 0], "a name is no right");
}

#[tokio::test]
async fn ids_that_are_none_of_ours_and_new_clients() {
    let mut office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let mut hears = office.admin.listen().await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=1&to=2"])
        .await;
    let id = hears.next().await.id;
    let (sequence, rest) = id.split_once('-').unwrap();
    let future = format!("{}-{rest}", sequence.parse::<u64>().unwrap() + 1000);
    for odd in [
        "",
        "x",
        "0-0",
        "abc-5",
        &format!("x-{rest}"),
        &format!("-1-{rest}"),
        &format!("{id}x"),
        sequence,
        &future,
    ] {
        let mut back = office.admin.listen_since(Some(odd)).await;
        assert_eq!(caught_up(&mut back).await, ["resync"], "{odd:?}");
    }
    // A new client gets no old events, but an id to come back with.
    let mut new = office.admin.listen().await;
    let line = new.next_line().await.unwrap();
    assert_eq!((line.name.as_str(), line.id.is_empty()), ("", false));
    pbx.tell(&["event=newCall&callId=b&direction=out&from=1&to=2"])
        .await;
    assert_eq!(brief(&new.next().await), "call b ringing");
    // After a restart nobody knows what was missed.
    assert!(office.server.stop().await.success());
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    let mut back = office.admin.listen_since(Some(&id)).await;
    assert_eq!(caught_up(&mut back).await, ["resync"]);
}

#[tokio::test]
async fn a_quiet_stream_says_that_it_is_there() {
    let office = Office::open(PROGRAM).await;
    let mut hears = office.admin.listen().await;
    let first = hears.next_line().await.unwrap();
    let quiet = tokio::time::timeout(Duration::from_secs(15), hears.next_line()).await;
    let line = quiet.expect("within 15 seconds").unwrap();
    assert_eq!((line.name.as_str(), &line.id), ("", &first.id));
    assert!(line.data.is_null());
}

/// So many calls change so many times.
const CALLS: usize = 400;
const TIMES: usize = 5;

#[tokio::test]
async fn a_slow_client_is_told_to_reload_and_slows_nobody() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let token = office
        .admin
        .post("/api/v1/tokens", json!({"name": "slow"}))
        .await
        .json();
    let token = token["token"].as_str().unwrap();
    // It takes nothing off the wire, and little fits on it.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let address = office.server.url.strip_prefix("http://").unwrap();
    let mut slow = socket.connect(address.parse().unwrap()).await.unwrap();
    let request =
        format!("GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    slow.write_all(request.as_bytes()).await.unwrap();
    let mut hears = office.admin.listen().await;
    let name = "x".repeat(240);
    let users = (0..40).fold(String::new(), |form, _| format!("{form}&user={name}"));
    let tell = async |poster: usize| {
        for place in (0..CALLS).filter(|place| place % 16 == poster) {
            let event = format!("event=newCall&callId={place}&direction=in&from=1&to=2{users}");
            let answer = pbx.send(&event).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
    };
    // Far more than may wait for a listener.
    let change = async {
        futures_util::future::join_all((0..16).map(tell)).await;
        let calls = office.calls_of(&pbx).await;
        let ids: Vec<_> = calls.iter().map(|call| &call["id"]).collect();
        for _ in 1..TIMES {
            let done = office
                .admin
                .post("/api/v1/calls/done", json!({"ids": ids}))
                .await;
            assert_eq!(done.status, 201, "{}", done.text);
        }
    };
    let hear = async {
        let mut heard = 0;
        while heard < CALLS * TIMES {
            let event = hears.next().await;
            assert_ne!(event.name, "resync", "the quick one misses nothing");
            heard += usize::from(event.name == "call");
        }
    };
    tokio::join!(change, hear);
    // Once it reads again, it hears that it missed something.
    let mut text = String::new();
    let mut buffer = vec![0; 64 * 1024];
    let reads = async {
        while !text.contains("event: resync") {
            let length = slow.read(&mut buffer).await.unwrap();
            assert!(length > 0, "the stream goes on");
            // The word may be cut in two.
            text = text
                .chars()
                .rev()
                .take(32)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            text.push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    };
    tokio::time::timeout(offhook_testkit::PATIENCE, reads)
        .await
        .expect("resync");
}

#[tokio::test]
async fn streams_end_with_their_right() {
    let office = Office::open(PROGRAM).await;
    let (emma_id, by_token) = office.user(json!({"login": "emma"})).await;
    let nobody = Client::new(&office.server.url);
    assert_eq!(nobody.get("/api/v1/events").await.status, 401);
    let mut others = office.admin.listen().await;
    let session = async || {
        let body = json!({"login": "emma", "password": "password of emma"});
        let answer = nobody.post("/api/v1/session", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let cookie = answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        nobody.clone().with("cookie", &cookie)
    };
    let ends = async |mut listener: Listener, why: &str| {
        let ended = tokio::time::timeout(AT_MOST, listener.ended()).await;
        assert!(ended.is_ok(), "{why} ends the stream within two seconds");
    };

    let (out, stays) = (session().await, session().await);
    let (mut hears, mut goes_on) = (out.listen().await, stays.listen().await);
    hears.next_line().await;
    out.delete("/api/v1/session").await;
    ends(hears, "signing out").await;

    let own = stays.listen().await;
    let other = session().await.listen().await;
    let change = json!({"password": "a new password", "current_password": "password of emma"});
    assert_eq!(stays.patch("/api/v1/me", change).await.status, 200);
    ends(other, "a new password").await;
    drop(own);
    goes_on
        .next_line()
        .await
        .expect("the session that changed it goes on");

    let reset = stays.listen().await;
    let user = format!("/api/v1/users/{emma_id}");
    office
        .admin
        .patch(&user, json!({"password": "another password"}))
        .await;
    ends(reset, "a password that an administrator sets").await;
    ends(goes_on, "it ends all sessions: it").await;

    let tokens = by_token.read("/api/v1/tokens").await;
    let revoked = by_token.listen().await;
    by_token
        .delete(&format!("/api/v1/tokens/{}", tokens["items"][0]["id"]))
        .await;
    ends(revoked, "revoking the token").await;

    let emma = office.server.client_of("emma");
    let disabled = emma.listen().await;
    office.admin.patch(&user, json!({"active": false})).await;
    ends(disabled, "disabling").await;

    office.admin.patch(&user, json!({"active": true})).await;
    let deleted = emma.listen().await;
    office.admin.delete(&user).await;
    ends(deleted, "deleting").await;
    let pbx = office.pbx("office").await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=1&to=2"])
        .await;
    assert_eq!(
        brief(&others.next().await),
        "call a ringing",
        "nobody else's ends"
    );
}

//! How a connection to a PBX that we listen to is made, shown and kept.

use offhook_testkit::{Office, PATIENCE, assert_part, assert_problem};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::PROGRAM;

pub(crate) const WELCOME: &[u8] =
    b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n";

/// A PBX that says what it is told to.
pub(crate) struct Pbx {
    listener: TcpListener,
    pub(crate) address: String,
}

impl Pbx {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self { listener, address }
    }

    /// The next client, to whom this is said at once.
    pub(crate) async fn says(&self, bytes: &[u8]) -> TcpStream {
        let accepted = timeout(PATIENCE, self.listener.accept()).await;
        let (mut socket, _) = accepted.expect("a client comes").unwrap();
        socket.write_all(bytes).await.unwrap();
        socket
    }
}

pub(crate) async fn add(office: &Office, name: &str, draft: Value) -> i64 {
    let mut whole =
        json!({"name": name, "kind": "asterisk", "username": "cti", "secret": "hush-hush"});
    whole
        .as_object_mut()
        .unwrap()
        .extend(draft.as_object().unwrap().clone());
    let made = office.admin.post("/api/v1/sources", whole).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert!(!made.text.contains("hush-hush"), "{}", made.text);
    made.json()["id"].as_i64().unwrap()
}

pub(crate) async fn source(office: &Office, id: i64) -> Value {
    office.admin.read(&format!("/api/v1/sources/{id}")).await
}

/// The connection once it is in this state.
pub(crate) async fn becomes(office: &Office, id: i64, state: &str) -> Value {
    office
        .server
        .once_logged(state, async || {
            let connection = source(office, id).await["connection"].clone();
            (connection["state"] == state).then_some(connection)
        })
        .await
}

pub(crate) fn new_channel(id: &str, caller: &str) -> String {
    format!(
        "Event: Newchannel\r\nChannel: IAX2/carrier-{id}\r\nChannelState: 4\r\nCallerIDNum: {caller}\r\n\
         CallerIDName: <unknown>\r\nContext: from-trunk\r\nExten: 4930111\r\nUniqueid: {id}\r\nLinkedid: {id}\r\n\r\n"
    )
}

pub(crate) async fn calls(office: &Office) -> Vec<Value> {
    office.admin.read("/api/v1/calls").await["items"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn every_state_is_shown_with_what_to_do() {
    let office = Office::open(PROGRAM).await;
    let pbx = Pbx::new().await;
    let id = add(&office, "pbx", json!({"address": pbx.address})).await;
    let shown = json!({"kind": "asterisk", "connection": {"state": "connecting", "note": null, "last_event_at": null}});
    assert_part(&source(&office, id).await, &shown, "at first");

    let mut socket = pbx.says(WELCOME).await;
    becomes(&office, id, "connected").await;
    socket
        .write_all(new_channel("1700000000.1", "493012345").as_bytes())
        .await
        .unwrap();
    let heard = office
        .admin
        .once_told("the call", async || calls(&office).await.pop())
        .await;
    assert_part(
        &heard,
        &json!({"direction": "in", "state": "ringing", "call_id": "1700000000.1", "from": {"number": "493012345"}}),
        "heard",
    );
    let connection = becomes(&office, id, "connected").await;
    assert!(connection["last_event_at"].is_string(), "{connection}");
    let hours = source(&office, id).await["recent_hours"].clone();
    let hours: Vec<u64> = serde_json::from_value(hours).unwrap();
    assert!(hours[23] > 0, "{hours:?}");

    drop(socket);
    let lost = becomes(&office, id, "lost").await;
    assert!(lost["note"].is_string(), "{lost}");
    // It comes back by itself, and what ended meanwhile is closed.
    let mut socket = pbx.says(WELCOME).await;
    becomes(&office, id, "connected").await;
    socket
        .write_all(b"Event: CoreShowChannelsComplete\r\nListItems: 0\r\n\r\n")
        .await
        .unwrap();
    let ended = office
        .admin
        .once_told("its end", async || {
            let call = calls(&office).await.pop().unwrap();
            (call["state"] == "ended").then_some(call)
        })
        .await;
    assert_part(
        &ended,
        &json!({"cause": "lost", "missed": true, "done": false}),
        "lost sight of",
    );

    let disabled = json!({"enabled": false});
    office
        .admin
        .patch(&format!("/api/v1/sources/{id}"), disabled)
        .await;
    office
        .server
        .once_logged("no connection", async || {
            source(&office, id).await["connection"]
                .is_null()
                .then_some(())
        })
        .await;
    // The PBX is not kept waiting.
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, socket.read_to_end(&mut rest)).await;
    read.expect("the connection ends").unwrap();
}

#[tokio::test]
async fn who_is_not_let_in_or_finds_nobody_is_told_why() {
    let office = Office::open(PROGRAM).await;
    let pbx = Pbx::new().await;
    let id = add(&office, "shut", json!({"address": pbx.address})).await;
    let _socket = pbx
        .says(b"Asterisk Call Manager/9.0.0\r\nResponse: Error\r\nMessage: Authentication failed\r\n\r\n")
        .await;
    let state = becomes(&office, id, "unauthorized").await;
    assert_eq!(state["note"], "Authentication failed");

    let nobody = Pbx::new().await;
    let address = nobody.address.clone();
    drop(nobody);
    let id = add(&office, "nobody", json!({"address": address})).await;
    let state = becomes(&office, id, "refused").await;
    assert!(
        state["note"]
            .as_str()
            .unwrap()
            .contains("refuses connections"),
        "{state}"
    );

    let web = Pbx::new().await;
    let id = add(&office, "web", json!({"address": web.address})).await;
    let _socket = web.says(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let state = becomes(&office, id, "refused").await;
    let note = state["note"].as_str().unwrap();
    assert!(
        note.contains("Check address and") && note.contains("HTTP/1.1 400"),
        "{note}"
    );
    // A right address is tried at once.
    let pbx = Pbx::new().await;
    let patched = office
        .admin
        .patch(
            &format!("/api/v1/sources/{id}"),
            json!({"address": pbx.address}),
        )
        .await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    let _socket = pbx.says(WELCOME).await;
    becomes(&office, id, "connected").await;
}

#[tokio::test]
async fn what_a_source_needs() {
    let office = Office::open(PROGRAM).await;
    let post = async |draft: Value| office.admin.post("/api/v1/sources", draft).await;
    for (draft, field) in [
        (
            json!({"name": "a", "kind": "asterisk", "username": "u"}),
            "address",
        ),
        (
            json!({"name": "a", "kind": "asterisk", "address": " ", "username": "u"}),
            "address",
        ),
        (
            json!({"name": "a", "kind": "asterisk", "address": "h"}),
            "username",
        ),
        (
            json!({"name": "a", "kind": "asterisk", "address": "h:x", "username": "u"}),
            "config.connection.address",
        ),
        (
            json!({"name": "a", "kind": "asterisk", "address": "h", "username": "a\r\nb"}),
            "config.connection.username",
        ),
        (
            json!({"name": "a", "kind": "asterisk", "address": "h", "username": "u", "secret": "a\nb"}),
            "config.connection_secret",
        ),
        (
            json!({"name": "a", "kind": "freeswitch", "secret": "s"}),
            "address",
        ),
        (
            json!({"name": "a", "kind": "generic", "address": "h"}),
            "address",
        ),
    ] {
        assert_problem(&post(draft).await, 422, "invalid", Some(field));
    }
    let made = post(json!({"name": "a", "kind": "asterisk", "address": "127.0.0.1:9", "username": "u", "secret": "hush-hush", "trunks": ["carrier"]})).await;
    let made = made.json();
    let connection = json!({"address": "127.0.0.1:9", "username": "u", "trunks": ["carrier"]});
    assert_eq!(made["config"]["connection"], connection);
    assert!(
        made["endpoint_url"]
            .as_str()
            .unwrap()
            .contains("/api/v1/decide/"),
        "{made}"
    );
    // Zammad's settings can be pasted in; how it is reached stays.
    let path = format!("/api/v1/sources/{}/config", made["id"]);
    let put = office
        .admin
        .put(&path, json!({"inbound": {"block_caller_ids": []}}))
        .await;
    assert_eq!(put.json()["config"]["connection"], connection);
}

#[tokio::test]
async fn what_must_not_be_kept_leaves_a_count_alone() {
    let mut office = Office::open(PROGRAM).await;
    let pbx = Pbx::new().await;
    let config = json!({"inbound": {}, "outbound": {}, "record": {"numbers": ["+49 30 123*", "4930666"]}, "never": {"numbers": ["4930666"]}});
    let id = add(
        &office,
        "pbx",
        json!({"address": pbx.address, "config": config}),
    )
    .await;
    let mut socket = pbx.says(WELCOME).await;
    for (place, caller) in ["4989555000", "4930666", "493012345"].iter().enumerate() {
        let channel = format!("1700000000.{place}");
        let events = new_channel(&channel, caller)
            + &format!(
                "Event: Hangup\r\nChannel: IAX2/carrier-{channel}\r\nUniqueid: {channel}\r\nLinkedid: {channel}\r\nCause: 16\r\n\r\n"
            );
        socket.write_all(events.as_bytes()).await.unwrap();
    }
    let kept = office
        .admin
        .once_told("the call", async || {
            let call = calls(&office).await.pop()?;
            (call["state"] == "ended").then_some(call)
        })
        .await;
    assert_eq!(kept["from"]["number"], "493012345");
    let shown = source(&office, id).await;
    assert_eq!(shown["not_recorded"], 2, "{shown}");
    assert_eq!(calls(&office).await.len(), 1);

    // The same for one that sends requests: it is answered as ever.
    let config = json!({"inbound": {"block_caller_ids": [{"caller_id": "4989555001"}]}, "outbound": {"default_caller_id": ""}, "record": {"queues": ["support"]}});
    let webhook = office.pbx_with("webhook", config).await;
    webhook
        .tell(&[
            "event=newCall&callId=a&direction=in&from=4989555000&to=1&queue=sales",
            "event=answer&callId=a&direction=in",
            "event=hangup&callId=a&direction=in",
            "event=newCall&callId=b&direction=in&from=4989555000&to=1&queue=Support",
            "event=hangup&callId=b&direction=in",
        ])
        .await;
    let blocked = webhook
        .send("event=newCall&callId=c&direction=in&from=4989555001&to=1")
        .await;
    assert!(blocked.text.contains("reject"), "{}", blocked.text);
    let of_webhook = office.calls_of(&webhook).await;
    assert_eq!(of_webhook.len(), 1);
    assert_eq!(of_webhook[0]["call_id"], "b");
    // Where the last one goes may yet show.
    assert_eq!(source(&office, webhook.source_id).await["not_recorded"], 1);
    let requests = json!(office.recorded("source=webhook", 2).await);
    assert!(!requests.to_string().contains("sales"), "{requests}");

    // Nor after a restart, when nobody remembers what was judged; what was kept goes on.
    webhook
        .tell(&[
            "event=newCall&callId=d&direction=in&from=4989555000&to=1&queue=sales",
            "event=newCall&callId=e&direction=in&from=4989555000&to=1&queue=support",
        ])
        .await;
    office.server.stop().await;
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    let url = format!("{}/api/v1/cti/{}", office.server.url, webhook.token());
    for form in [
        "event=answer&callId=d&direction=in&answeringNumber=101",
        "event=hangup&callId=d&direction=in",
        "event=hangup&callId=e&direction=in",
        "event=hangup&callId=e&direction=in",
    ] {
        assert_eq!(office.admin.form(&url, form).await.status, 200);
    }
    let calls = office.calls_of(&webhook).await;
    let ids: Vec<&Value> = calls.iter().map(|call| &call["call_id"]).collect();
    assert_eq!(ids, ["b", "e"]);
    assert_eq!(calls[1]["state"], "ended");
    office.server.stop().await;
}

#[tokio::test]
async fn whose_phone_rings_hears_it_and_who_is_handed_the_call_gets_the_pop() {
    let office = Office::open(PROGRAM).await;
    let (_, emma) = office
        .user(json!({"login": "emma", "phones": ["101"]}))
        .await;
    let (chris_id, chris) = office
        .user(json!({"login": "chris", "phones": ["102"]}))
        .await;
    let mut emma = emma.listen().await;
    let mut chris = chris.listen().await;
    let capture = offhook_testkit::captures::load("asterisk", "in_blind_transfer");
    let pbx = Pbx::new().await;
    add(&office, "pbx", json!({"address": pbx.address})).await;
    let _socket = pbx.says(&capture.connections[0].bytes).await;
    let ring = emma.until("ring").await.0.data;
    assert_eq!(ring["from"]["number"], "4917139200066");
    let pop = emma.until("pop").await.0.data;
    assert_eq!(pop["call"]["answered_by"]["number"], "101");
    let pop = chris.until("pop").await.0.data;
    assert_part(
        &pop["call"],
        &json!({"from": {"number": "4917139200066"}, "transferred_to": [{"number": "102", "user_id": chris_id}]}),
        "pop",
    );
    let call = pop["call"]["id"].as_i64().unwrap();
    let detail = office
        .admin
        .once_told("its end", async || {
            let call = office.admin.read(&format!("/api/v1/calls/{call}")).await;
            (call["state"] == "ended").then_some(call)
        })
        .await;
    let legs = json!([
        {"number": "101", "name": "emma", "direction": "in", "outcome": "answered"},
        {"number": "102", "name": "chris", "direction": "in", "outcome": "answered"},
    ]);
    assert_part(
        &detail,
        &json!({"legs": legs, "answered_by": {"name": "emma"}}),
        "legs",
    );
}

#[tokio::test]
async fn a_certificate_is_remembered_and_another_refused() {
    let acceptor = || {
        let made = rcgen::generate_simple_self_signed(vec!["pbx".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key.unwrap());
        tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config.unwrap()))
    };
    let office = Office::open(PROGRAM).await;
    let pbx = Pbx::new().await;
    let id = add(&office, "pbx", json!({"address": pbx.address, "tls": true})).await;
    let own = acceptor();
    let tcp = pbx.says(b"").await;
    let mut socket = own.accept(tcp).await.unwrap();
    socket.write_all(WELCOME).await.unwrap();
    becomes(&office, id, "connected").await;
    let known = office
        .server
        .once_logged("its fingerprint", async || {
            let source = source(&office, id).await;
            let known = &source["config"]["connection"]["fingerprint"];
            known.as_str().map(str::to_owned)
        })
        .await;
    assert_eq!(known.len(), 32 * 3 - 1);
    // The same again is welcome; the connection stayed meanwhile.
    drop(socket);
    let mut socket = own.accept(pbx.says(b"").await).await.unwrap();
    socket.write_all(WELCOME).await.unwrap();
    becomes(&office, id, "connected").await;
    drop(socket);
    let tcp = pbx.says(b"").await;
    assert!(
        acceptor().accept(tcp).await.is_err(),
        "nothing is said to another"
    );
    let note = office
        .server
        .once_logged("the reason", async || {
            let connection = source(&office, id).await["connection"].clone();
            let note = connection["note"].as_str()?.to_owned();
            note.contains("another certificate").then_some(note)
        })
        .await;
    assert!(note.contains("fingerprint"), "{note}");
}

//! Click to dial: the user's phone rings, then the number is dialled.

use offhook_testkit::{Answer, Client, Listener, Office, PATIENCE, assert_part, assert_problem};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::PROGRAM;
use crate::connections::becomes;

/// A PBX that lets everybody in, and one client of it.
struct Pbx {
    client: BufReader<TcpStream>,
}

impl Pbx {
    async fn connected(office: &Office, kind: &str, welcome: &[u8], dial: Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let config = json!({"inbound": {}, "outbound": {}, "dial": dial});
        let draft = json!({"name": kind, "kind": kind, "address": address, "username": "u", "secret": "s", "config": config});
        let made = office.admin.post("/api/v1/sources", draft).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let (mut client, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
        client.write_all(welcome).await.unwrap();
        let id = made.json()["id"].as_i64().unwrap();
        becomes(office, id, "connected").await;
        Self {
            client: BufReader::new(client),
        }
    }

    /// The next request in which this stands.
    async fn hears(&mut self, part: &str) -> String {
        let hearing = async {
            let mut request = String::new();
            loop {
                let mut line = String::new();
                assert!(
                    self.client.read_line(&mut line).await.unwrap() > 0,
                    "{request}"
                );
                if !line.trim().is_empty() {
                    request += &line;
                } else if request.contains(part) {
                    return request;
                } else {
                    request.clear();
                }
            }
        };
        timeout(PATIENCE, hearing).await.expect(part)
    }

    async fn says(&mut self, text: &str) {
        self.client.write_all(text.as_bytes()).await.unwrap();
    }
}

const ASTERISK: &[u8] =
    b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n";
const FREESWITCH: &[u8] = b"Content-Type: auth/request\n\nContent-Type: command/reply\n\
                            Reply-Text: +OK accepted\n\n";

fn dial(client: &Client, body: Value) -> tokio::task::JoinHandle<Answer> {
    let client = client.clone();
    tokio::spawn(async move { client.post("/api/v1/dial", body).await })
}

async fn emma(office: &Office) -> Client {
    let draft = json!({"login": "emma", "phones": ["+49 30 123", "101"], "permissions": ["dial"]});
    office.user(draft).await.1
}

fn header<'r>(request: &'r str, name: &str) -> &'r str {
    let line = request.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.strip_prefix(": "))
        .unwrap_or_else(|| panic!("{name} in {request}"))
}

/// The next `dial` that a listener hears, calls aside.
async fn next_dial(listener: &mut Listener) -> Value {
    // The stream says now and then that it is still there: its own patience never ends.
    let hearing = timeout(PATIENCE, listener.until("dial"));
    let (heard, before) = hearing.await.expect("a dial");
    assert!(
        before.iter().all(|heard| heard.name == "call"),
        "{before:?}"
    );
    heard.data
}

/// An order that Asterisk took.
async fn ordered(pbx: &mut Pbx) -> String {
    let request = pbx.hears("Action: Originate").await;
    let id = header(&request, "ActionID").to_owned();
    pbx.says(&format!(
        "Response: Success\r\nActionID: {id}\r\nMessage: Originate successfully queued\r\n\r\n"
    ))
    .await;
    id
}

/// An event of a channel of Asterisk's.
fn channel(event: &str, name: &str, id: &str, first: &str, more: &str) -> String {
    format!(
        "Event: {event}\r\nChannel: {name}\r\nUniqueid: {id}\r\nLinkedid: {first}\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn asterisk_is_asked_and_answers() {
    let office = Office::open(PROGRAM).await;
    let emma = emma(&office).await;
    let rules = json!({"context": "phones", "prefix": "0"});
    let mut pbx = Pbx::connected(&office, "asterisk", ASTERISK, rules).await;

    let dialling = dial(&emma, json!({"to": "+49 (89) 123456"}));
    let request = pbx.hears("Action: Originate").await;
    for (name, value) in [
        ("Channel", "Local/101@phones"),
        ("Context", "phones"),
        ("Exten", "0004989123456"),
        ("Priority", "1"),
        ("Async", "true"),
    ] {
        assert_eq!(header(&request, name), value);
    }
    let id = header(&request, "ActionID");
    assert_eq!(header(&request, "ChannelId"), id);
    // It took it, and says nothing more for a while: that is all there is to say.
    pbx.says(&format!(
        "Response: Success\r\nActionID: {id}\r\nMessage: Originate successfully queued\r\n\r\n"
    ))
    .await;
    let answer = dialling.await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
    let dialled = answer.json();
    assert_eq!(
        id,
        format!("offhook-dial-{}", dialled["id"].as_str().unwrap())
    );
    let expected = json!({
        "id": dialled["id"], "source": "asterisk", "from": "101", "to": "0004989123456",
        "pretty": "+49 89 123456", "state": "ordered", "reason": null, "call_id": null});
    assert_eq!(dialled, expected);

    // A colleague is dialled as such; what the PBX says against it is told.
    let dialling = dial(&emma, json!({"to": "102"}));
    let request = pbx.hears("Action: Originate").await;
    assert_eq!(header(&request, "Exten"), "102");
    let id = header(&request, "ActionID");
    pbx.says(&format!(
        "Response: Error\r\nActionID: {id}\r\nMessage: Permission denied\r\n\r\n"
    ))
    .await;
    let refused = dialling.await.unwrap();
    assert_problem(&refused, 409, "pbx_refuses", None);
    assert!(
        refused.text.contains("Permission denied"),
        "{}",
        refused.text
    );

    // The own line outside may be the phone.
    let dialling = dial(&emma, json!({"to": "030 555", "from": "030123"}));
    let request = pbx.hears("Action: Originate").await;
    assert_eq!(header(&request, "Channel"), "Local/0004930123@phones");
    drop(pbx);
    assert_problem(&dialling.await.unwrap(), 409, "pbx_silent", None);
}

/// From the phone that rings to the call in the log, which only who dialled hears of.
#[tokio::test]
async fn what_becomes_of_it_on_an_asterisk() {
    let office = Office::open(PROGRAM).await;
    let emma = emma(&office).await;
    let mut pbx = Pbx::connected(&office, "asterisk", ASTERISK, json!({})).await;
    let (mut hers, mut others) = (emma.listen().await, office.admin.listen().await);

    let dialling = dial(&emma, json!({"to": "+49 89 123456"}));
    let one = ordered(&mut pbx).await;
    let (phone, trunk) = ("PJSIP/101-1", "PJSIP/carrier-2");
    let state = |state: u8| format!("ChannelState: {state}\r\n");
    let new = |context: &str| format!("Context: {context}\r\nExten: s\r\nChannelState: 0\r\n");
    let dials =
        |text: &str, more: &str| format!("DestChannel: {text}\r\nDestLinkedid: {one}\r\n{more}");
    let rings = [
        channel("Newchannel", phone, &one, &one, &new("from-internal")),
        format!(
            "Event: DialBegin\r\n{}DestUniqueid: {one}\r\nDialString: 101\r\n\r\n",
            dials(
                phone,
                "DestContext: from-internal\r\nDestCallerIDNum: 101\r\n"
            )
        ),
        channel("Newstate", phone, &one, &one, &state(5)),
    ];
    pbx.says(&rings.concat()).await;
    let answer = dialling.await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
    let dialled = answer.json();
    assert_part(
        &dialled,
        &json!({"state": "ringing", "call_id": null}),
        "dialled",
    );

    pbx.says(&channel("Newstate", phone, &one, &one, &state(6)))
        .await;
    let up = next_dial(&mut hers).await;
    let calling = json!({"id": dialled["id"], "from": "101", "state": "calling", "call_id": null});
    assert_part(&up, &calling, "picked up");
    let dial_out = channel(
        "DialBegin",
        phone,
        &one,
        &one,
        &dials(
            trunk,
            "DestUniqueid: x\r\nDestContext: from-trunk\r\nDialString: carrier/004989123456\r\n",
        ),
    );
    let new = channel("Newchannel", trunk, "x", &one, &new("from-trunk"));
    pbx.says(&(new + &dial_out)).await;
    let called = next_dial(&mut hers).await;
    assert_part(
        &called,
        &json!({"id": dialled["id"], "state": "calling"}),
        "called",
    );
    let call = emma
        .read(&format!("/api/v1/calls/{}", called["call_id"]))
        .await;
    let expected = json!({"call_id": one, "direction": "out", "state": "ringing"});
    assert_part(&call, &expected, "the call");

    // It is over with the call; the next order fails, once the phone rang.
    let gone =
        |id: &str, cause: u8| channel("Hangup", "x", id, &one, &format!("Cause: {cause}\r\n"));
    pbx.says(&(gone("x", 17) + &gone(&one, 17))).await;
    let dialling = dial(&emma, json!({"to": "102"}));
    let two = ordered(&mut pbx).await;
    pbx.says(&channel("Newstate", phone, &two, &two, &state(5)))
        .await;
    assert_part(
        &dialling.await.unwrap().json(),
        &json!({"state": "ringing"}),
        "again",
    );
    pbx.says(&channel("Hangup", phone, &two, &two, "Cause: 19\r\n"))
        .await;
    let failed = next_dial(&mut hers).await;
    let expected = json!({"to": "102", "state": "failed", "reason": "phone_no_answer"});
    assert_part(&failed, &expected, "failed");

    // Who did not dial hears of the call alone, to its end.
    let hearing = async {
        loop {
            let heard = others.next().await;
            assert_eq!(heard.name, "call");
            if heard.data["state"] == "ended" {
                return;
            }
        }
    };
    timeout(PATIENCE, hearing)
        .await
        .expect("the end of the call");
}

#[tokio::test]
async fn a_phone_that_does_not_ring() {
    let office = Office::open(PROGRAM).await;
    let emma = emma(&office).await;
    let mut asterisk = Pbx::connected(&office, "asterisk", ASTERISK, json!({})).await;
    let on = |source: &str| json!({"to": "0891", "source": source});
    for (cause, code) in [
        (20, "phone_unreachable"),
        (17, "phone_busy"),
        (21, "phone_busy"),
        (34, "pbx_congested"),
    ] {
        let dialling = dial(&emma, on("asterisk"));
        let id = ordered(&mut asterisk).await;
        let cause = format!("Cause: {cause}\r\n");
        asterisk
            .says(&channel("Hangup", "PJSIP/101-1", &id, &id, &cause))
            .await;
        assert_problem(&dialling.await.unwrap(), 409, code, None);
    }
    let dialling = dial(&emma, on("asterisk"));
    let id = ordered(&mut asterisk).await;
    asterisk
        .says(&format!(
            "Event: OriginateResponse\r\nActionID: {id}\r\nResponse: Failure\r\nReason: 0\r\n\r\n"
        ))
        .await;
    assert_problem(&dialling.await.unwrap(), 409, "phone_unreachable", None);

    let mut freeswitch = Pbx::connected(&office, "freeswitch", FREESWITCH, json!({})).await;
    for (cause, code) in [
        ("USER_NOT_REGISTERED", "phone_unreachable"),
        ("USER_BUSY", "phone_busy"),
        ("NO_ANSWER", "phone_no_answer"),
        ("SWITCH_CONGESTION", "pbx_congested"),
        ("CHAN_NOT_IMPLEMENTED", "pbx_refuses"),
    ] {
        let dialling = dial(&emma, on("freeswitch"));
        let request = freeswitch.hears("bgapi originate").await;
        let id = header(&request, "Job-UUID");
        freeswitch.says(&job(id, &format!("-ERR {cause}\n"))).await;
        assert_problem(&dialling.await.unwrap(), 409, code, None);
    }
}

fn job(id: &str, result: &str) -> String {
    event(&format!(
        "Event-Name: BACKGROUND_JOB\nJob-UUID: {id}\n\n{result}"
    ))
}

fn event(body: &str) -> String {
    let length = body.len();
    format!("Content-Length: {length}\nContent-Type: text/event-plain\n\n{body}")
}

#[tokio::test]
async fn freeswitch_is_asked_and_answers() {
    let office = Office::open(PROGRAM).await;
    let emma = emma(&office).await;
    let rules = json!({"channel": "user/{phone}@office"});
    let mut pbx = Pbx::connected(&office, "freeswitch", FREESWITCH, rules).await;
    let (mut hers, mut others) = (emma.listen().await, office.admin.listen().await);
    let dialling = dial(&emma, json!({"to": "+1 212 5550100"}));
    let request = pbx.hears("bgapi originate").await;
    let id = header(&request, "Job-UUID");
    let expected = format!(
        "bgapi originate {{origination_caller_id_number=0012125550100,\
         effective_caller_id_number=101,originate_timeout=30,offhook_dial={id}}}user/101@office \
         0012125550100 XML default\n"
    );
    assert!(request.starts_with(&expected), "{request}");
    pbx.says(&format!(
        "Content-Type: command/reply\nReply-Text: +OK Job-UUID: {id}\n\n"
    ))
    .await;
    let phone = |name: &str| {
        event(&format!(
            "Event-Name: {name}\nUnique-ID: a\nCall-Direction: outbound\nCaller-Context: default\n\
             Channel-Name: sofia/internal/101%40pbx\nCaller-Destination-Number: 101\n\
             variable_dialed_user: 101\nvariable_offhook_dial: {id}\n\n"
        ))
    };
    pbx.says(&(phone("CHANNEL_CREATE") + &phone("CHANNEL_PROGRESS")))
        .await;
    let answer = dialling.await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
    let rings = json!({"id": id, "state": "ringing", "from": "101", "pretty": "+1 212-555-0100"});
    assert_part(&answer.json(), &rings, "dialled");

    pbx.says(&(phone("CHANNEL_ANSWER") + &job(id, "+OK a\n")))
        .await;
    let up = next_dial(&mut hers).await;
    assert_part(
        &up,
        &json!({"id": id, "state": "calling", "call_id": null}),
        "picked up",
    );
    pbx.says(&event(
        "Event-Name: CHANNEL_CREATE\nUnique-ID: x\nCall-Direction: outbound\n\
         Channel-Name: sofia/external/0012125550100\nCaller-Destination-Number: 0012125550100\n\
         variable_sip_gateway_name: carrier\nOther-Type: originator\nOther-Leg-Unique-ID: a\n\n",
    ))
    .await;
    let called = next_dial(&mut hers).await;
    assert_part(&called, &json!({"id": id, "state": "calling"}), "called");
    let call = emma
        .read(&format!("/api/v1/calls/{}", called["call_id"]))
        .await;
    assert_part(
        &call,
        &json!({"call_id": "a", "direction": "out"}),
        "the call",
    );
    assert_eq!(others.next().await.name, "call");
}

#[tokio::test]
async fn nothing_is_dialled_by_mistake() {
    let office = Office::open(PROGRAM).await;
    let (_, nobody) = office.user(json!({"login": "nobody"})).await;
    let phoneless = json!({"login": "phoneless", "permissions": ["dial"]});
    let (_, phoneless) = office.user(phoneless).await;
    let emma = emma(&office).await;
    let refused = async |client: &Client, body: Value| client.post("/api/v1/dial", body).await;
    let to = json!({"to": "0891"});
    assert_problem(&refused(&nobody, to.clone()).await, 403, "forbidden", None);
    assert_problem(
        &refused(&office.admin, to.clone()).await,
        403,
        "forbidden",
        None,
    );
    assert_problem(&refused(&emma, to.clone()).await, 409, "no_pbx", None);
    let mut pbx = Pbx::connected(&office, "asterisk", ASTERISK, json!({"prefix": "8"})).await;
    pbx.hears("CoreShowChannels").await;
    assert_problem(
        &refused(&phoneless, to.clone()).await,
        409,
        "no_phone",
        None,
    );
    for (body, status, code, field) in [
        (json!({"to": "112"}), 422, "emergency_number", None),
        (json!({"to": "+49110"}), 422, "emergency_number", None),
        (json!({"to": "+112"}), 422, "emergency_number", None),
        (json!({"to": "9112"}), 422, "emergency_number", None),
        (json!({"to": "8112"}), 422, "emergency_number", None),
        (json!({"to": "Anna"}), 422, "invalid", Some("to")),
        (
            json!({"to": "0891", "from": "102"}),
            422,
            "invalid",
            Some("from"),
        ),
        (
            json!({"to": "0891", "source": "other"}),
            409,
            "no_pbx",
            None,
        ),
    ] {
        assert_problem(&refused(&emma, body).await, status, code, field);
    }
    let smuggled = json!({"to": "089\r\nAction: Command\r\n12345"});
    assert_problem(&refused(&emma, smuggled).await, 422, "invalid", Some("to"));
    // Nothing of that reached the PBX: what it hears first is what is right.
    let dialling = dial(&emma, json!({"to": "089 777"}));
    let request = pbx.hears("Action: Originate").await;
    assert_eq!(header(&request, "Exten"), "8004989777");
    dialling.abort();
    let off = json!({"config": {"inbound": {}, "outbound": {}, "dial": {"off": true}}});
    assert_eq!(
        office.admin.patch("/api/v1/sources/1", off).await.status,
        200
    );
    assert_problem(&refused(&emma, to).await, 409, "no_pbx", None);
}

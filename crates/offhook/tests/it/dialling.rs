//! Click to dial: the user's phone rings, then the number is dialled.

use offhook_testkit::{Answer, Client, Office, PATIENCE, assert_part, assert_problem, until};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::PROGRAM;

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
        let path = format!("/api/v1/sources/{}", made.json()["id"]);
        until("the connection", async || {
            let source = office.admin.read(&path).await;
            (source["connection"]["state"] == "connected").then_some(())
        })
        .await;
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
    pbx.says(&format!(
        "Response: Success\r\nActionID: {id}\r\nMessage: Originate successfully queued\r\n\r\n"
    ))
    .await;
    let answer = dialling.await.unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text);
    let dialled =
        json!({"source": "asterisk", "from": "101", "to": "0004989123456", "state": "ringing"});
    assert_eq!(answer.json(), dialled);

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

#[tokio::test]
async fn freeswitch_is_asked_and_answers() {
    let office = Office::open(PROGRAM).await;
    let emma = emma(&office).await;
    let mut pbx = Pbx::connected(
        &office,
        "freeswitch",
        FREESWITCH,
        json!({"channel": "user/{phone}@office"}),
    )
    .await;
    let dialling = dial(&emma, json!({"to": "+1 212 5550100"}));
    let request = pbx.hears("bgapi originate").await;
    let expected = "bgapi originate {origination_caller_id_number=0012125550100,\
                    effective_caller_id_number=101,originate_timeout=30}user/101@office \
                    0012125550100 XML default\n";
    assert!(request.starts_with(expected), "{request}");
    let id = header(&request, "Job-UUID");
    pbx.says(&format!(
        "Content-Type: command/reply\nReply-Text: +OK Job-UUID: {id}\n\n"
    ))
    .await;
    let answer = dialling.await.unwrap();
    assert_part(
        &answer.json(),
        &json!({"state": "ringing", "from": "101"}),
        "dialled",
    );
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
    let mut pbx = Pbx::connected(&office, "asterisk", ASTERISK, json!({})).await;
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
    assert_eq!(header(&request, "Exten"), "004989777");
    dialling.abort();
    let off = json!({"config": {"inbound": {}, "outbound": {}, "dial": {"off": true}}});
    assert_eq!(
        office.admin.patch("/api/v1/sources/1", off).await.status,
        200
    );
    assert_problem(&refused(&emma, to).await, 409, "no_pbx", None);
}

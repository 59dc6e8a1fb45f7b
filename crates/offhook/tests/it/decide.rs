//! A dialplan asks what to do with a call before a phone rings.

use offhook_testkit::{Office, assert_part};
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::PROGRAM;
use crate::connections::{Pbx, WELCOME, calls, new_channel};

#[tokio::test]
async fn a_dialplan_asks_before_it_rings() {
    let office = Office::open(PROGRAM).await;
    let contact = json!({"name": "Anna Lopez", "phones": ["493012345"]});
    assert_eq!(
        office.admin.post("/api/v1/contacts", contact).await.status,
        201
    );
    let pbx = Pbx::new().await;
    let config = json!({
        "inbound": {"block_caller_ids": [{"caller_id": "491715000000"}, {"caller_id": "*112"}]},
        "outbound": {"routing_table": [{"dest": "4989*", "caller_id": "498999998145"}]},
    });
    let draft = json!({"name": "pbx", "kind": "asterisk", "address": pbx.address, "username": "u", "secret": "s", "config": config});
    let made = office.admin.post("/api/v1/sources", draft).await.json();
    let url = made["endpoint_url"].as_str().unwrap();
    let path = &url[url.find("/api/").unwrap()..];
    let ask = async |query: &str| {
        let answer = office.admin.get(&format!("{path}?{query}")).await;
        format!("{} {}", answer.status.as_u16(), answer.text)
    };
    for (query, answer) in [
        ("from=493012345&to=101", "200 pass||"),
        ("from=493012345&to=101&name=1", "200 pass||Anna Lopez"),
        ("from=0171+5000000&to=101", "200 reject||"),
        ("from=112&to=101", "200 pass||"),
        (
            "from=101&to=08912345&direction=out",
            "200 dial|498999998145|",
        ),
        ("from=101&to=110&direction=out", "200 pass||"),
        (
            "from=101&to=1&direction=sideways",
            "422 Invalid 'direction'!",
        ),
        (
            "from=0171+5000000&format=json",
            r#"200 {"action":"reject","caller_id":null,"name":null}"#,
        ),
    ] {
        assert_eq!(ask(query).await, answer, "{query}");
    }
    assert_eq!(calls(&office).await.len(), 0);
    // The call that it is then told of is one that we blocked.
    let mut socket = pbx.says(WELCOME).await;
    socket
        .write_all(new_channel("1700000000.1", "491715000000").as_bytes())
        .await
        .unwrap();
    let call = (office.admin)
        .once_told("the call", async || calls(&office).await.pop())
        .await;
    assert_part(
        &call,
        &json!({"state": "ended", "cause": "blocked", "missed": false, "done": true}),
        "blocked",
    );
    // Mostly the PBX tells of the call before its dialplan asks.
    let id = "1700000000.2";
    socket
        .write_all(new_channel(id, "4930555112").as_bytes())
        .await
        .unwrap();
    let newest = async |state: &str| {
        let call = calls(&office).await.remove(0);
        (call["call_id"] == id && call["state"] == state).then_some(call)
    };
    (office.admin)
        .once_told("it rings", async || newest("ringing").await)
        .await;
    assert_eq!(ask("from=4930555112&to=101").await, "200 reject||");
    let hangup = format!(
        "Event: Hangup\r\nChannel: IAX2/carrier-{id}\r\nUniqueid: {id}\r\nLinkedid: {id}\r\n\
         Cause: 21\r\nCause-txt: Call Rejected\r\n\r\n"
    );
    socket.write_all(hangup.as_bytes()).await.unwrap();
    let call = (office.admin)
        .once_told("its end", async || newest("ended").await)
        .await;
    assert_part(
        &call,
        &json!({"cause": "blocked", "missed": false, "done": true}),
        "blocked",
    );
    let wrong = office.admin.get("/api/v1/decide/nonsense?from=1").await;
    assert_eq!(wrong.status, 401);
}

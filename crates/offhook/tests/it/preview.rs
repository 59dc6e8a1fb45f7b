//! What a PBX would bring, before its source is switched on.

use offhook_testkit::{Office, assert_part, assert_problem};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::PROGRAM;
use crate::connections::{Pbx, WELCOME, add, becomes, calls, new_channel, source};

fn hangup(id: &str) -> String {
    format!(
        "Event: Hangup\r\nChannel: IAX2/carrier-{id}\r\nUniqueid: {id}\r\nLinkedid: {id}\r\nCause: 16\r\n\r\n"
    )
}

async fn seen(office: &Office, path: &str, count: usize) -> Value {
    office
        .server
        .once_logged("the preview", async || {
            let preview = office.admin.read(path).await;
            (preview["calls"].as_array().unwrap().len() == count).then_some(preview)
        })
        .await
}

#[tokio::test]
async fn a_minute_is_heard_before_a_source_is_switched_on() {
    let office = Office::open(PROGRAM).await;
    let pbx = Pbx::new().await;
    let config = json!({"inbound": {}, "outbound": {}, "never": {"numbers": ["4930666"]}});
    let draft = json!({"address": pbx.address, "enabled": false, "config": config});
    let id = add(&office, "pbx", draft).await;
    let path = format!("/api/v1/sources/{id}/preview");
    assert!(source(&office, id).await["connection"].is_null());
    assert_problem(&office.admin.get(&path).await, 404, "not_found", None);

    let begun = office.admin.post(&path, json!({})).await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    assert_part(
        &begun.json(),
        &json!({"state": "listening", "calls": [], "more": 0}),
        "begun",
    );
    let mut socket = pbx.says(WELCOME).await;
    becomes(&office, id, "connected").await;
    let said = new_channel("1.1", "493012345")
        + &new_channel("1.2", "4930666")
        + &hangup("1.1")
        + &hangup("1.9");
    socket.write_all(said.as_bytes()).await.unwrap();
    let preview = office
        .server
        .once_logged("both calls", async || {
            let preview = office.admin.read(&path).await;
            (preview["calls"][1].is_object() && preview["calls"][0]["state"] == "ended")
                .then_some(preview)
        })
        .await;
    let expected = json!({"state": "listening", "connection": {"state": "connected"}, "calls": [
        {"direction": "in", "state": "ended", "from": {"pretty": "+49 30 12345"}, "to": {"number": "4930111"},
         "answered_by": null, "kept": true, "why_not": null},
        {"from": {"number": "4930666"}, "state": "ringing", "kept": false, "why_not": "never"},
    ]});
    assert_part(&preview, &expected, "heard");
    // It is judged by what is set now.
    let config = json!({"inbound": {}, "outbound": {}, "record": {"numbers": ["4989*"]}});
    let put = office
        .admin
        .put(&format!("/api/v1/sources/{id}/config"), config)
        .await;
    assert_eq!(put.status, 200, "{}", put.text);
    let judged = json!({"calls": [{"kept": false, "why_not": "record"}, {"kept": false, "why_not": "record"}]});
    assert_part(&seen(&office, &path, 2).await, &judged, "judged anew");
    let (_, agent) = office.user(json!({"login": "emma"})).await;
    assert_eq!(agent.get(&path).await.status, 403);

    // Beginning anew forgets what was heard.
    office.admin.post(&path, json!({})).await;
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).await.unwrap();
    let mut socket = pbx.says(WELCOME).await;
    assert!(seen(&office, &path, 0).await["connection"]["state"].is_string());
    socket
        .write_all(new_channel("1.3", "4989777").as_bytes())
        .await
        .unwrap();
    seen(&office, &path, 1).await;

    // Nothing of all that was kept, not even a count.
    assert_eq!(calls(&office).await.len(), 0);
    let shown = source(&office, id).await;
    assert_eq!(shown["not_recorded"], 0);
    // Switched on, it is listened to in earnest.
    let on = json!({"enabled": true});
    office
        .admin
        .patch(&format!("/api/v1/sources/{id}"), on)
        .await;
    let mut socket = pbx.says(WELCOME).await;
    becomes(&office, id, "connected").await;
    assert_problem(&office.admin.get(&path).await, 404, "not_found", None);
    let again = office.admin.post(&path, json!({})).await;
    assert_problem(&again, 409, "switched_on", None);
    socket
        .write_all(new_channel("1.4", "4989777").as_bytes())
        .await
        .unwrap();
    let call = (office.admin)
        .once_told("the call", async || calls(&office).await.pop())
        .await;
    assert_eq!(call["call_id"], "1.4");
}

#[tokio::test]
async fn what_can_not_be_listened_to() {
    let mut office = Office::open(PROGRAM).await;
    let webhook = office.pbx("webhook").await;
    let path = format!("/api/v1/sources/{}/preview", webhook.source_id);
    let refused = office.admin.post(&path, json!({})).await;
    assert_problem(&refused, 409, "not_listened_to", None);
    let gone = office
        .admin
        .post("/api/v1/sources/99/preview", json!({}))
        .await;
    assert_eq!(gone.status, 404);
    // What is wrong with the connection is said.
    let pbx = Pbx::new().await;
    let id = add(
        &office,
        "shut",
        json!({"address": pbx.address, "enabled": false}),
    )
    .await;
    let path = format!("/api/v1/sources/{id}/preview");
    office.admin.post(&path, json!({})).await;
    let _socket = pbx
        .says(b"Asterisk Call Manager/9.0.0\r\nResponse: Error\r\nMessage: Authentication failed\r\n\r\n")
        .await;
    office
        .server
        .once_logged("what is wrong", async || {
            let preview = office.admin.read(&path).await;
            (preview["connection"]["note"] == "Authentication failed").then_some(())
        })
        .await;
    let deleted = office.admin.delete(&format!("/api/v1/sources/{id}")).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(office.admin.get(&path).await.status, 404);
    // One that runs does not keep the server from going down.
    let last = add(
        &office,
        "last",
        json!({"address": pbx.address, "enabled": false}),
    )
    .await;
    let path = format!("/api/v1/sources/{last}/preview");
    assert_eq!(office.admin.post(&path, json!({})).await.status, 201);
    assert!(office.server.stop().await.success());
}

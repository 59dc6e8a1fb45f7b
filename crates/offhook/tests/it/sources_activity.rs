//! What a source has sent of late.

use offhook_testkit::{Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

/// The source once it is as `fits` wants: requests are recorded behind the calls' back.
async fn becomes(office: &Office, id: i64, fits: impl Fn(&Value) -> bool) -> Value {
    office
        .server
        .once_logged("the source's activity", async || {
            let source = office.admin.read(&format!("/api/v1/sources/{id}")).await;
            fits(&source).then_some(source)
        })
        .await
}

#[tokio::test]
async fn what_it_sent_last_and_whether_it_was_refused() {
    let mut office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let id = pbx.source_id;
    let never = json!({"name": "office", "last_event_at": null, "refused_since": null, "last_refusal": null,
        "recent_hours": vec![0; 24]});
    let source = office.admin.read(&format!("/api/v1/sources/{id}")).await;
    assert_part(&source, &never, "never");

    pbx.tell(&[
        "event=newCall&callId=a&direction=in",
        "event=hangup&callId=a",
    ])
    .await;
    let source = becomes(&office, id, |source| source["recent_hours"][23] == 2).await;
    assert!(source["last_event_at"].is_string(), "{source}");
    assert_part(&source, &json!({"refused_since": null}), "taken");

    office
        .admin
        .patch(&format!("/api/v1/sources/{id}"), json!({"enabled": false}))
        .await;
    pbx.send("event=newCall&callId=b&direction=in").await;
    pbx.send("event=newCall&callId=c&direction=in").await;
    let refused = office.recorded("status=422", 2).await;
    let source = becomes(&office, id, |source| source["refused_since"].is_string()).await;
    let expected = json!({"recent_hours": source["recent_hours"], "refused_since": refused[1]["at"],
        "last_refusal": {"at": refused[0]["at"], "status": 422, "request_id": refused[0]["id"]}});
    assert_part(&source, &expected, "refused");
    let text = source["last_refusal"]["text"].as_str().unwrap();
    assert!(!text.is_empty() && !text.contains('{'), "{text}");

    // After a restart as before.
    assert!(office.server.stop().await.success());
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    let list = office.admin.read("/api/v1/sources").await;
    for key in [
        "last_event_at",
        "refused_since",
        "last_refusal",
        "recent_hours",
    ] {
        assert_eq!(list["items"][0][key], source[key], "{key}");
    }
    office
        .admin
        .patch(&format!("/api/v1/sources/{id}"), json!({"enabled": true}))
        .await;
    let url = format!("{}{}", office.server.url, pbx.path);
    pbx.client
        .form(&url, "event=newCall&callId=d&direction=in")
        .await;
    let source = becomes(&office, id, |source| source["refused_since"].is_null()).await;
    assert_part(&source, &json!({"last_refusal": null}), "taken again");
}

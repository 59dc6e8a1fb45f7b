//! The country that national numbers belong to.

use offhook_testkit::Client;
use serde_json::json;

use crate::server;

#[tokio::test]
async fn another_country_reads_every_number_anew() {
    let server = server().await;
    let admin = server.user("admin", "admin");
    let url = server.source("office", "generic");
    let pbx = Client::new(&server.url);
    let ring = "event=newCall&direction=in&from=0660 1234567&to=22&callId=1";
    assert_eq!(pbx.form(&url, ring).await.status, 200);
    for (name, phone) in [("Anna", "+43 660 1234567"), ("Emma", "0660 1234567")] {
        let made = admin
            .post("/api/v1/contacts", json!({"name": name, "phones": [phone]}))
            .await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
    let from = |call: &serde_json::Value| call["items"][0]["from"].clone();
    let before = from(&admin.read("/api/v1/calls").await);
    // In Germany that is no number of Anna's, and Emma wrote the same.
    assert_eq!(before["name"], "Emma", "{before:#}");

    let mut hears = admin.listen().await;
    let changed = admin
        .patch("/api/v1/settings", json!({"country": "AT"}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    hears.until("resync").await;
    let after = from(&admin.read("/api/v1/calls").await);
    assert_eq!(after["e164"], "436601234567", "{after:#}");
    assert_eq!(after["name"], "Emma,Anna", "{after:#}");
    // The next event of the call does not bring the old number back.
    pbx.form(&url, "event=hangup&direction=in&callId=1&cause=cancel")
        .await;
    let ended = admin.read("/api/v1/calls?number=%2B436601234567").await;
    assert_eq!(ended["items"][0]["state"], "ended", "{ended:#}");
    assert_eq!(from(&ended)["e164"], "436601234567");
}

//! Two contacts that are one person.

use offhook_testkit::{Client, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

async fn contact(client: &Client, draft: Value) -> (i64, String) {
    let made = client.post("/api/v1/contacts", draft).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_i64().unwrap();
    (id, format!("/api/v1/contacts/{id}"))
}

#[tokio::test]
async fn one_is_made_of_two() {
    let office = Office::open(PROGRAM).await;
    let (_, emma) = office.user(json!({"login": "emma"})).await;
    let pbx = office.pbx("office").await;
    pbx.tell(&["event=newCall&callId=a&direction=in&from=4930222222&to=22"])
        .await;
    let anna = json!({"name": "Anna", "phones": ["+49 30 111111"], "note": "tea"});
    let (_, path) = contact(&emma, anna).await;
    let other = json!({"name": "A. Lopez", "organization": "Awesome", "phones": ["030 111111", "030 222222"],
        "emails": ["a@x.de"], "note": "coffee", "url": "https://x.de"});
    let (gone, gone_path) = contact(&emma, other).await;
    let mut browser = emma.listen().await;

    let chosen = json!({"from": gone, "name": "Anna Lopez"});
    let merged = emma.post(&format!("{path}/merge"), chosen).await;
    assert_eq!(merged.status, 201, "{}", merged.text);
    let expected = json!({"name": "Anna Lopez", "organization": "Awesome", "note": "tea\n\ncoffee",
        "phones": ["+49 30 111111", "030 222222"], "emails": ["a@x.de"], "url": "https://x.de"});
    assert_part(&merged.json(), &expected, "merged");
    let read = emma.get(&path).await;
    assert_eq!(
        (read.json(), read.header("etag")),
        (merged.json(), merged.header("etag"))
    );
    assert_eq!(emma.get(&gone_path).await.status, 404);
    let heard = loop {
        let (heard, _) = browser.until("call").await;
        // That the other one was made may be told after we began to listen.
        if heard.data["from"]["name"] != "A. Lopez" {
            break heard;
        }
    };
    let name = json!({"from": {"name": "Anna Lopez", "matches": [{"level": "known"}]}});
    assert_part(&heard.data, &name, "the other's calls have this name now");
    for (query, count) in [("lopez", 1), ("222222", 1), ("awesome", 1), ("", 1)] {
        let found = emma.read(&format!("/api/v1/contacts?q={query}")).await;
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{query}");
    }
}

#[tokio::test]
async fn nothing_is_merged_by_mistake() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let (one, path) = contact(admin, json!({"name": "One"})).await;
    let (two, other) = contact(admin, json!({"name": "Two"})).await;
    let merge = format!("{path}/merge");
    for (body, field) in [
        (json!({}), None),
        (json!({"from": one}), Some("from")),
        (json!({"from": 999}), Some("from")),
        (json!({"from": two, "url": "javascript:x"}), Some("url")),
        (json!({"from": two, "phones": [" "]}), Some("phones[0]")),
        (json!({"from": two, "color": "red"}), Some("color")),
    ] {
        let refused = admin.post(&merge, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.text);
        if let Some(field) = field {
            assert_eq!(refused.json()["field"], field, "{body}");
        }
    }
    let nobody = admin.post("/api/v1/contacts/999/merge", json!({"from": two}));
    assert_eq!(nobody.await.status, 404);
    let etag = admin.get(&path).await.header("etag").to_owned();
    admin.patch(&path, json!({"note": "changed"})).await;
    let stale = admin.clone().with("if-match", &etag);
    let refused = stale.post(&merge, json!({"from": two})).await;
    assert_eq!(refused.status, 412, "{}", refused.text);
    for (path, name) in [(&path, "One"), (&other, "Two")] {
        assert_eq!(admin.read(path).await["name"], name, "all as before");
    }
    let etag = admin.get(&path).await.header("etag").to_owned();
    let fresh = admin.clone().with("if-match", &etag);
    let merged = fresh.post(&merge, json!({"from": two})).await;
    assert_eq!(merged.status, 201, "{}", merged.text);
    assert_part(
        &merged.json(),
        &json!({"name": "One", "note": "changed"}),
        "merged",
    );
    // Two at once into two others: the one that goes goes once.
    let (three, _) = contact(admin, json!({"name": "Three"})).await;
    let (_, four) = contact(admin, json!({"name": "Four"})).await;
    let four = format!("{four}/merge");
    let from = json!({"from": three});
    let both = tokio::join!(admin.post(&merge, from.clone()), admin.post(&four, from));
    let mut statuses = [both.0.status.as_u16(), both.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
}

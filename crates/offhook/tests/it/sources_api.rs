//! Sources: made, configured, rotated, switched off and on, deleted.

use offhook_testkit::{Answer, Office, assert_part, assert_problem};
use serde_json::{Value, json};

use crate::PROGRAM;

const CALL: &str = "event=newCall&callId=a&direction=in&from=4930111111&to=22";

fn empty() -> Value {
    json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": [], "default_caller_id": ""}})
}

#[tokio::test]
async fn a_source_from_its_making_to_its_end() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let made = admin
        .post(
            "/api/v1/sources",
            json!({"name": " office ", "kind": "generic"}),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let source = made.json();
    let expected = json!({"name": "office", "kind": "generic", "enabled": true, "config": empty()});
    assert_part(&source, &expected, "made");
    let url = source["endpoint_url"].as_str().unwrap().to_owned();
    assert!(
        url.starts_with(&format!("{}/api/v1/cti/", office.server.url)),
        "{url}"
    );
    let token = url.rsplit('/').next().unwrap().to_owned();
    assert!(token.len() >= 27, "{token}");
    let id = &source["id"];
    let path = format!("/api/v1/sources/{id}");

    let read = admin.get(&path).await;
    assert_eq!(read.header("etag"), made.header("etag"));
    let renamed = admin.patch(&path, json!({"name": "Office 2"})).await;
    assert_part(
        &renamed.json(),
        &json!({"id": id, "name": "Office 2", "enabled": true}),
        "renamed",
    );
    assert_ne!(renamed.header("etag"), made.header("etag"));
    let list = admin.read("/api/v1/sources").await;
    for text in [&read.text, &renamed.text, &list.to_string()] {
        assert!(
            !text.contains(&token) && !text.contains("endpoint_url"),
            "once only: {text}"
        );
    }
    let pbx = office.pbx("other").await;
    assert_eq!(pbx.client.form(&url, CALL).await.status, 200);

    for (body, code, field) in [
        (
            json!({"name": "other", "kind": "generic"}),
            "source_name_taken",
            None,
        ),
        (
            json!({"name": "OTHER", "kind": "generic"}),
            "source_name_taken",
            None,
        ),
        (
            json!({"name": "new", "kind": "generic", "token": token}),
            "source_token_taken",
            None,
        ),
        (
            json!({"name": "new", "kind": "sipgate", "token": token}),
            "source_token_taken",
            None,
        ),
        (
            json!({"name": "new", "kind": "fax"}),
            "invalid",
            Some("kind"),
        ),
        (
            json!({"name": " ", "kind": "generic"}),
            "invalid",
            Some("name"),
        ),
        (
            json!({"name": "x".repeat(101), "kind": "generic"}),
            "invalid",
            Some("name"),
        ),
        (
            json!({"name": "new", "kind": "generic", "token": "short"}),
            "invalid",
            Some("token"),
        ),
        (
            json!({"name": "new", "kind": "generic", "token": "with/slash/in/it"}),
            "invalid",
            Some("token"),
        ),
        (
            json!({"name": "new", "kind": "generic", "endpoint_url": "x"}),
            "invalid",
            Some("endpoint_url"),
        ),
        (
            json!({"name": "new", "kind": "generic", "config": 5}),
            "invalid",
            Some("config"),
        ),
    ] {
        let status = if code == "invalid" { 422 } else { 409 };
        assert_problem(
            &admin.post("/api/v1/sources", body).await,
            status,
            code,
            field,
        );
    }
    assert_problem(
        &admin.patch(&path, json!({"name": "other"})).await,
        409,
        "source_name_taken",
        None,
    );

    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(pbx.client.form(&url, CALL).await.status, 401);
    for answer in [
        admin.get(&path).await,
        admin.delete(&path).await,
        admin.patch(&path, json!({})).await,
    ] {
        assert_problem(&answer, 404, "not_found", None);
    }
    assert_eq!(
        admin.read("/api/v1/sources").await["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Its calls stay, under its name, which is free again.
    let calls = admin.read("/api/v1/calls?source=Office 2").await;
    assert_part(
        &calls,
        &json!({"items": [{"source": "Office 2"}]}),
        "the calls stay",
    );
    let again = json!({"name": "Office 2", "kind": "placetel", "token": token});
    assert_eq!(admin.post("/api/v1/sources", again).await.status, 201);
}

#[tokio::test]
async fn urls_by_kind_and_a_token_that_a_pbx_already_has() {
    let office = Office::open(PROGRAM).await;
    for (kind, paths) in [
        ("generic", vec!["cti/KEPT"]),
        ("sipgate", vec!["sipgate/KEPT/in", "sipgate/KEPT/out"]),
        ("placetel", vec!["placetel/KEPT"]),
    ] {
        let token = format!("kept-by-{kind}");
        let draft = json!({"name": kind, "kind": kind, "token": token});
        let made = office.admin.post("/api/v1/sources", draft).await.json();
        let urls: Vec<String> = (paths.iter())
            .map(|path| {
                format!(
                    "{}/api/v1/{}",
                    office.server.url,
                    path.replace("KEPT", &token)
                )
            })
            .collect();
        assert_part(
            &made,
            &json!({"endpoint_url": urls[0], "endpoint_urls": urls}),
            kind,
        );
    }
    // What we call ourselves is the setting, where there is one.
    let settings = json!({"public_url": "https://cti.example.com/"});
    office.admin.patch("/api/v1/settings", settings).await;
    let made = office
        .admin
        .post("/api/v1/sources", json!({"name": "x", "kind": "generic"}))
        .await
        .json();
    let url = made["endpoint_url"].as_str().unwrap();
    assert!(
        url.starts_with("https://cti.example.com/api/v1/cti/"),
        "{url}"
    );
}

#[tokio::test]
async fn a_new_url_replaces_the_old_one_at_once_or_after_a_while() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let pbx = office.pbx("office").await;
    let rotate = format!("/api/v1/sources/{}/rotate", pbx.source_id);
    let status = async |url: &str| pbx.client.form(url, CALL).await.status.as_u16();
    let new_url = |answer: &Answer| {
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()["endpoint_url"].as_str().unwrap().to_owned()
    };
    let overlapping = admin.post(&rotate, json!({"overlap_hours": 24})).await;
    let second = new_url(&overlapping);
    assert!(overlapping.json()["old_url_until"].is_string());
    assert_eq!([status(&pbx.url).await, status(&second).await], [200, 200]);
    assert_eq!(office.calls_of(&pbx).await.len(), 1, "both are one source");
    let at_once = admin.post(&rotate, json!({})).await;
    let third = new_url(&at_once);
    assert_eq!(at_once.json()["old_url_until"], Value::Null);
    assert_eq!([status(&second).await, status(&third).await], [401, 200]);
    for body in [
        json!({"overlap_hours": -1}),
        json!({"overlap_hours": 2161}),
        json!({"overlap_hours": "1"}),
    ] {
        assert_problem(
            &admin.post(&rotate, body).await,
            422,
            "invalid",
            Some("overlap_hours"),
        );
    }
    assert_problem(
        &admin.post("/api/v1/sources/99/rotate", json!({})).await,
        404,
        "not_found",
        None,
    );
    assert_eq!(status(&third).await, 200);
}

#[tokio::test]
async fn a_configuration_is_pasted_in_and_what_is_wrong_is_named() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let path = format!("/api/v1/sources/{}/config", pbx.source_id);
    let zammad = json!({
        "inbound": {"block_caller_ids": [{"caller_id": "491715000000", "note": "spam"}]},
        "outbound": {"routing_table": [{"dest": "4989*", "caller_id": "498999998145", "note": "All from munich"}],
            "default_caller_id": "496990009111", "colour": "blue"},
        "notify_map": [{"queue": "support", "user_ids": [1_000_000, "1000001"]}],
        "view_limit": "60", "something_else": {"deep": [1, 2]},
    });
    for nothing in [json!(null), json!([]), json!({})] {
        let put = office.admin.put(&path, nothing.clone()).await;
        assert_eq!(put.json()["config"], json!({}), "{nothing}");
    }
    let put = office.admin.put(&path, zammad.clone()).await;
    assert_eq!(put.status, 200, "{}", put.text);
    assert_eq!(
        put.json()["config"],
        zammad,
        "kept as it was pasted, unknown keys too"
    );
    for (config, field) in [
        (json!(5), "config"),
        (json!([1]), "config"),
        (json!({"inbound": 5}), "config.inbound"),
        (
            json!({"inbound": {"block_caller_ids": 5}}),
            "config.inbound.block_caller_ids",
        ),
        (
            json!({"inbound": {"block_caller_ids": ["49"]}}),
            "config.inbound.block_caller_ids[0]",
        ),
        (
            json!({"inbound": {"block_caller_ids": [{}]}}),
            "config.inbound.block_caller_ids[0].caller_id",
        ),
        (
            json!({"inbound": {"block_caller_ids": [{"caller_id": "1"}, {"caller_id": 2}]}}),
            "config.inbound.block_caller_ids[1].caller_id",
        ),
        (
            json!({"inbound": {"block_caller_ids": [{"caller_id": "1", "expires_at": "soon"}]}}),
            "config.inbound.block_caller_ids[0].expires_at",
        ),
        (
            json!({"outbound": {"routing_table": {"a": 1}}}),
            "config.outbound.routing_table",
        ),
        (
            json!({"outbound": {"routing_table": [{"dest": "49*"}]}}),
            "config.outbound.routing_table[0].caller_id",
        ),
        (
            json!({"outbound": {"default_caller_id": 49}}),
            "config.outbound.default_caller_id",
        ),
        (
            json!({"notify_map": [{"queue": "x", "user_ids": ["emma"]}]}),
            "config.notify_map[0].user_ids[0]",
        ),
        (
            json!({"verify_signature": "yes"}),
            "config.verify_signature",
        ),
        (json!({"signature_secret": 5}), "config.signature_secret"),
        (
            json!({"user_remote_map": [{"user_id": 1}]}),
            "config.user_remote_map[0].remote_user_id",
        ),
    ] {
        assert_problem(
            &office.admin.put(&path, config.clone()).await,
            422,
            "invalid",
            Some(field),
        );
        let source = format!("/api/v1/sources/{}", pbx.source_id);
        let patched = office
            .admin
            .patch(&source, json!({"config": config, "name": "new"}))
            .await;
        assert_problem(&patched, 422, "invalid", Some(field));
        let draft = json!({"name": "another", "kind": "generic", "config": config});
        assert_problem(
            &office.admin.post("/api/v1/sources", draft).await,
            422,
            "invalid",
            Some(field),
        );
    }
    let kept = office
        .admin
        .read(&format!("/api/v1/sources/{}", pbx.source_id))
        .await;
    assert_part(
        &kept,
        &json!({"name": "office", "config": zammad}),
        "nothing changed",
    );
    let answer = office
        .admin
        .send_as(&format!("{}{path}", office.server.url), "", b"{}")
        .await;
    assert_problem(&answer, 405, "method_not_allowed", None);
}

#[tokio::test]
async fn one_caller_is_blocked_and_let_go() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let path = format!("/api/v1/sources/{}/blocked", pbx.source_id);
    let admin = &office.admin;
    let from =
        |number: &str| format!("event=newCall&callId={number}&direction=in&from={number}&to=22");
    let entry = json!({"caller_id": "0171 5000000", "note": "rude"});
    let blocked = admin.post(&path, entry.clone()).await;
    assert_eq!(blocked.status, 201, "{}", blocked.text);
    assert_eq!(
        blocked.json()["config"]["inbound"]["block_caller_ids"],
        json!([entry])
    );
    assert!(
        pbx.send(&from("491715000000"))
            .await
            .text
            .contains("reject")
    );
    let ending = json!({"caller_id": "49172*", "expires_at": "2199-01-01T00:00:00Z"});
    assert_eq!(admin.post(&path, ending).await.status, 201);
    assert!(
        pbx.send(&from("491725000000"))
            .await
            .text
            .contains("reject")
    );
    for (body, field) in [
        (json!({"caller_id": " "}), "caller_id"),
        (json!({"caller_id": 5}), "caller_id"),
        (
            json!({"caller_id": "1", "expires_at": "soon"}),
            "expires_at",
        ),
        (json!({"caller_id": "1", "why": "x"}), "why"),
    ] {
        let refused = admin.post(&path, body).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(
            refused.json()["field"].as_str().unwrap().ends_with(field),
            "{}",
            refused.text
        );
    }
    // Another spelling of the number is the same entry; a pattern is itself alone.
    for (caller_id, status) in [
        ("491725000000", 404),
        ("49999", 404),
        ("%2B49%20171%205000000", 204),
        ("491715000000", 404),
        ("49172*", 204),
    ] {
        let answer = admin.delete(&format!("{path}?caller_id={caller_id}")).await;
        assert_eq!(answer.status, status, "{caller_id}: {}", answer.text);
    }
    let source = admin
        .read(&format!("/api/v1/sources/{}", pbx.source_id))
        .await;
    assert_eq!(source["config"], empty());
    assert_eq!(pbx.send(&from("491715000001")).await.text, "{}");
    // An entry alone does not switch on what is not configured.
    for config in [json!({}), json!(null)] {
        office.configure(&pbx, config).await;
        assert_eq!(
            admin
                .post(&path, json!({"caller_id": "49171"}))
                .await
                .status,
            201
        );
        assert_eq!(pbx.send(&from("49171")).await.status, 422);
    }
}
